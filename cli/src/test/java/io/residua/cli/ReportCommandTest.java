package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SmallRun.Resolver.class)
class ReportCommandTest {
  @TempDir private Path folder;

  @Test
  void aRunWithItsDataIsAPage(SmallRun small) throws IOException {
    Path page = folder.resolve("page.html");
    TestRun run = new TestRun();
    assertThat(
            run.execute(
                "report", small.run().toString(), "--data=" + small.pictures(), "--out=" + page))
        .as(run.err())
        .isZero();
    assertThat(Files.readString(page))
        .contains("18 pictures of the test part", "Largest losses", ">Training</h2>");
    assertThat(run.err()).contains("wrote " + page);
  }

  @Test
  void withoutDataItSaysWhatToTypeNext(SmallRun small) {
    Path page = folder.resolve("page.html");
    TestRun run = new TestRun();
    assertThat(run.execute("report", small.run().toString(), "--out=" + page)).isZero();
    assertThat(run.err()).contains("next: residua report " + small.run() + " --data DATA");
  }

  @Test
  void runsAreComparedSideBySide(SmallRun small) throws IOException {
    Path page = folder.resolve("comparison.html");
    Path other = Files.createDirectory(folder.resolve("other"));
    for (String file : new String[] {"metrics.json", "history.csv", "recipe.yaml", "split.csv"}) {
      Files.copy(small.run().resolve(file), other.resolve(file));
    }
    TestRun run = new TestRun();
    assertThat(
            run.execute(
                "report", "--compare", small.run().toString(), other.toString(), "--out=" + page))
        .as(run.err())
        .isZero();
    assertThat(Files.readString(page)).contains("Comparison of 2 runs", "the recipes are the same");
  }

  @Test
  void whatDoesNotFitIsOneLine(SmallRun small) {
    fails(1, "no metrics.json", small.pictures().toString());
    fails(1, "no such folder", folder.resolve("none").toString());
    fails(2, "two runs or more", "--compare", small.run().toString());
    fails(2, "--compare", small.run().toString(), small.run().toString());
    fails(2, "folder", small.run().toString(), "--out=" + folder);
    fails(1, "no such file", small.run().toString(), "--data=" + folder.resolve("none"));
  }

  private static void fails(int exitCode, String words, String... arguments) {
    TestRun run = new TestRun();
    String[] all = Stream.concat(Stream.of("report"), Stream.of(arguments)).toArray(String[]::new);
    assertThat(run.execute(all)).as(run.err()).isEqualTo(exitCode);
    assertThat(run.err().lines().reduce((a, b) -> b).orElse("")).contains(words);
  }
}
