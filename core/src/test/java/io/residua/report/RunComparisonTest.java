package io.residua.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.residua.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunComparisonTest {
  @TempDir Path folder;

  @Test
  void runsStandSideBySideWithTheSettingsThatDiffer() throws IOException {
    MadeRun first = MadeRun.in(folder.resolve("a"), 3);
    MadeRun second = MadeRun.in(folder.resolve("b"), 3);
    AtomicFiles.write(
        second.run().resolve("recipe.yaml"), "model: resnet8-cifar\nepochs: 3\nlr: 0.02\n");
    Path file = folder.resolve("comparison.html");
    RunComparison.of(List.of(first.run(), second.run())).write(file);
    String page = Files.readString(file);
    assertThat(page)
        .contains("Comparison of 2 runs")
        .contains("<td>lr</td><td>0.01</td><td>0.02</td>".replace("><", ">\n<"))
        .doesNotContain("<td>epochs</td>")
        .contains("&lt;script&gt;")
        .doesNotContain("<script")
        .doesNotContain("not measured on the same");
  }

  @Test
  void otherPicturesAreSaid() throws IOException {
    MadeRun first = MadeRun.in(folder.resolve("a"), 3);
    MadeRun second = MadeRun.in(folder.resolve("b"), 4);
    Path file = folder.resolve("comparison.html");
    RunComparison.of(List.of(first.run(), second.run())).write(file);
    assertThat(Files.readString(file)).contains("not measured on the same pictures");
  }

  @Test
  void whetherItIsChanceIsTestedOnTheSamePictures() throws IOException {
    MadeRun first = MadeRun.in(folder.resolve("a"), 3);
    MadeRun second = MadeRun.in(folder.resolve("b"), 3);
    Path file = folder.resolve("comparison.html");
    RunComparison.of(List.of(first.run(), second.run()))
        .withData(first.data())
        .on(MadeRun.JAVA)
        .write(file);
    // The same network twice: on all 12 pictures they agree.
    assertThat(Files.readString(file))
        .contains("Is it chance?")
        .contains("<td>12</td><td>0</td><td>0</td><td>1.000</td>");
    PairedAnswers answers =
        new PairedAnswers(
            List.of(
                Map.of("x", true, "y", true, "z", false, "only here", true),
                Map.of("x", true, "y", false, "z", true, "w", true)));
    assertThat(answers.common(0, 1)).isEqualTo(3);
    assertThat(answers.test(0, 1).onlyFirstRight()).isEqualTo(1);
    assertThat(answers.test(0, 1).onlySecondRight()).isEqualTo(1);
  }

  @Test
  void oneRunIsNotCompared() {
    assertThatIllegalArgumentException().isThrownBy(() -> RunComparison.of(List.of(folder)));
  }
}
