package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Links in the project's Markdown lead somewhere: to files and headings that are there. */
class MarkdownLinksTest {
  private static final Path PROJECT =
      Path.of(System.getProperty("basedir", "."), "..").toAbsolutePath().normalize();

  private static final Pattern FENCED = Pattern.compile("(?ms)^ *(```|~~~).*?^ *\\1 *$");
  private static final Pattern CODE = Pattern.compile("(`+)[^`]+\\1");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^()\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?) *$");
  private static final Pattern ELSEWHERE = Pattern.compile("[a-z]+:.*");

  @TempDir private Path folder;

  @Test
  void everyLinkOfTheProjectLeadsSomewhere() throws IOException {
    List<Path> files = markdown(PROJECT);
    assertThat(files).contains(PROJECT.resolve("README.md"), PROJECT.resolve("docs/training.md"));
    assertThat(broken(files)).isEmpty();
  }

  @Test
  void everyPageIsInTheSitesNavigation() throws IOException {
    String navigation = Files.readString(PROJECT.resolve("mkdocs.yml"));
    Path docs = PROJECT.resolve("docs");
    for (Path page : markdown(docs)) {
      String name = docs.relativize(page).toString().replace('\\', '/');
      assertThat(navigation).contains(": " + name + "\n");
    }
  }

  @Test
  void brokenLinksAreFound() throws IOException {
    Files.writeString(folder.resolve("b.md"), "# One, two & `three`\n\n```\n# no heading\n```\n");
    Path file =
        Files.writeString(
            folder.resolve("a.md"),
            """
            # Title
            [here](#title) [there](b.md#one-two--three) [elsewhere](https://example.org) `[code](x.md)`
            [a](#none) [b](b.md#no-heading) [c](c.md) ![d](d.png) [e](/b.md)
            ```
            [code](x.md)
            ```
            """);
    assertThat(broken(List.of(file)))
        .containsExactly(
            "a.md: #none", "a.md: /b.md", "a.md: b.md#no-heading", "a.md: c.md", "a.md: d.png");
  }

  private static Set<String> broken(List<Path> files) throws IOException {
    Set<String> broken = new TreeSet<>();
    Map<Path, Set<String>> anchors = new HashMap<>();
    for (Path file : files) {
      String text = CODE.matcher(withoutBlocks(file)).replaceAll("");
      for (MatchResult link : LINK.matcher(text).results().toList()) {
        String target = link.group(1);
        if (!ELSEWHERE.matcher(target).matches() && !leadsSomewhere(file, target, anchors)) {
          broken.add(file.getFileName() + ": " + target);
        }
      }
    }
    return broken;
  }

  private static boolean leadsSomewhere(Path file, String target, Map<Path, Set<String>> anchors)
      throws IOException {
    String[] parts = target.split("#", 2);
    Path there = parts[0].isEmpty() ? file : file.resolveSibling(parts[0]).normalize();
    if (parts[0].startsWith("/") || !Files.exists(there)) {
      return false;
    }
    if (parts.length == 1) {
      return true;
    }
    if (!anchors.containsKey(there)) {
      anchors.put(there, anchors(there));
    }
    return anchors.get(there).contains(parts[1]);
  }

  /**
   * The anchors of a file's headings, as viewers of repositories and {@code docs/hooks.py} make
   * them.
   */
  private static Set<String> anchors(Path file) throws IOException {
    Set<String> anchors = new HashSet<>();
    for (MatchResult heading : HEADING.matcher(withoutBlocks(file)).results().toList()) {
      String text = heading.group(1).replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1");
      anchors.add(
          text.toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N}_ -]", "").replace(' ', '-'));
    }
    return anchors;
  }

  private static String withoutBlocks(Path file) throws IOException {
    return FENCED.matcher(Files.readString(file)).replaceAll("");
  }

  /** The Markdown files in a folder, but those that were built or installed. */
  private static List<Path> markdown(Path root) throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            String name = directory.getFileName().toString();
            boolean own =
                directory.equals(root) || !(name.startsWith(".") || name.equals("target"));
            return own ? FileVisitResult.CONTINUE : FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".md")) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return found;
  }
}
