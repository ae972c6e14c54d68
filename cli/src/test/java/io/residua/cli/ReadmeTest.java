package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.sample.SampleSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows is what there is. */
@ExtendWith(SmallRun.Resolver.class)
class ReadmeTest {
  private static final Path PROJECT = Path.of(System.getProperty("basedir", "."), "..");
  private static final Path EXAMPLE =
      PROJECT.resolve("cli/src/test/java/io/residua/cli/LibraryExample.java");

  @TempDir private Path folder;

  private static String readme() throws IOException {
    return Files.readString(PROJECT.resolve("README.md"));
  }

  @Test
  void theJavaExamplesAreTheCompiledOnes() throws IOException {
    String compiled = Files.readString(EXAMPLE);
    List<String> shown =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(readme())
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(shown).hasSize(2);
    for (String example : shown) {
      String indented =
          example.lines().map(line -> "    " + line).collect(Collectors.joining("\n"));
      assertThat(compiled).contains(indented);
    }
  }

  @Test
  void theJavaExamplesRun(SmallRun small) throws IOException, InterruptedException {
    WeightsCommandTest.needsPublishedWeights();
    Files.createSymbolicLink(folder.resolve("pictures"), small.pictures());
    Files.copy(
        small.pictures().resolve("test/freshbanana/synthetic_0001.jpg"), folder.resolve("new.jpg"));
    Processes.Ended ended =
        Processes.run(
            folder,
            Map.of(),
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-cp",
                Processes.classPath(),
                LibraryExample.class.getName()));
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    List<String> lines = ended.out().lines().toList();
    assertThat(lines.get(0)).matches("[01]\\.\\d{3} \\([01]\\.\\d{4}–[01]\\.\\d{4}\\)");
    assertThat(SampleSet.CLASSES).contains(lines.get(1).split(" ")[0]);
  }

  @Test
  void everyCommandShownCanBeTyped() throws IOException {
    List<String> typed =
        Pattern.compile("(?:`|^\\./)residua ([^`\n]*)", Pattern.MULTILINE)
            .matcher(readme())
            .results()
            .map(match -> match.group(1).strip())
            .toList();
    assertThat(typed).hasSizeGreaterThan(7);
    for (String line : typed) {
      new TestRun().line.parseArgs(line.split(" +"));
    }
  }
}
