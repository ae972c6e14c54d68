package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Commands that the pages for newcomers tell to type can be typed. */
class GuidesTest {
  private static final Path DOCS = Path.of(System.getProperty("basedir", "."), "..", "docs");

  private static final Pattern COMMAND = Pattern.compile("(?m)^residua ([^\n#|]*)");

  @Test
  void everyCommandCanBeTyped() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(DOCS.resolve("getting-started.md")));
    for (String folder : List.of("guides", "concepts")) {
      try (Stream<Path> files = Files.list(DOCS.resolve(folder))) {
        files.forEach(pages::add);
      }
    }
    int typed = 0;
    for (Path page : pages) {
      String text = Files.readString(page);
      for (MatchResult found : COMMAND.matcher(text).results().toList()) {
        new TestRun().line.parseArgs(words(found.group(1).strip()));
        typed++;
      }
    }
    assertThat(typed).isGreaterThan(20);
  }

  /** As a shell does: what stands in quotes is one word. */
  private static String[] words(String command) {
    return Pattern.compile("'([^']*)'|(\\S+)")
        .matcher(command)
        .results()
        .map(word -> word.group(1) != null ? word.group(1) : word.group(2))
        .toArray(String[]::new);
  }
}
