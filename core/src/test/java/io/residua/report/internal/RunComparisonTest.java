package io.residua.report.internal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.UsageException;
import io.residua.internal.AtomicFiles;
import io.residua.page.HtmlPage;
import io.residua.report.MadeRun;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
        .contains("<td>lr</td><td>0.01</td><td>0.02</td>")
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

  private static void accuracy(MadeRun run, double accuracy) throws IOException {
    Path file = run.run().resolve("metrics.json");
    ObjectNode metrics = (ObjectNode) new ObjectMapper().readTree(Files.readString(file));
    ((ObjectNode) metrics.get("test")).put("accuracy", accuracy);
    AtomicFiles.write(file, metrics.toString());
  }

  @Test
  void theHighestIsSetOffOnTheSamePicturesOnly() throws IOException {
    MadeRun first = MadeRun.in(folder.resolve("a"), 3);
    MadeRun second = MadeRun.in(folder.resolve("b"), 3);
    MadeRun other = MadeRun.in(folder.resolve("c"), 4);
    accuracy(first, 0.5);
    accuracy(second, 0.75);
    Path file = folder.resolve("comparison.html");
    RunComparison.of(List.of(first.run(), second.run())).write(file);
    assertThat(Files.readString(file))
        .containsOnlyOnce("<tr class=\"best\">")
        .containsPattern("<tr class=\"best\"><td>[^<]*</td><td>75.0")
        .contains("In bold the highest accuracy, which by itself does not say");
    RunComparison.of(List.of(first.run(), second.run(), other.run())).write(file);
    assertThat(Files.readString(file)).doesNotContain("class=\"best\"", "In bold");
    accuracy(first, 0.75);
    RunComparison.of(List.of(first.run(), second.run())).write(file);
    assertThat(Files.readString(file)).doesNotContain("class=\"best\"");
    accuracy(first, 0.5);
    Files.delete(first.run().resolve("split.csv"));
    Files.delete(second.run().resolve("split.csv"));
    RunComparison.of(List.of(first.run(), second.run())).write(file);
    assertThat(Files.readString(file))
        .contains("measured on is not known (no split.csv)")
        .doesNotContain("class=\"best\"");
  }

  @Test
  void whichIsBetterIsSaidWhereChanceDoesNotExplainIt() throws IOException {
    RunFiles run = RunFiles.read(MadeRun.in(folder, 3).run());
    assertThat(verdict(run, 5)).contains("No difference is more than chance explains at the 5");
    assertThat(verdict(run, 6)).contains("level: second is better than first.");
    assertThat(verdict(run, 6, 6)).contains("(Holm's correction for 3 pairs)", "No difference");
    assertThat(verdict(run, 9, 0)).contains("pairs): second is better than first; ");
  }

  /** What is said of runs of which each answers so many more pictures rightly than the first. */
  private static String verdict(RunFiles run, int... more) throws IOException {
    List<String> names = List.of("first", "second", "third").subList(0, more.length + 1);
    List<Map<String, Boolean>> right = new ArrayList<>();
    for (int r = 0; r <= more.length; r++) {
      Map<String, Boolean> answers = new HashMap<>();
      for (int i = 0; i < 20; i++) {
        answers.put("picture " + i, r > 0 && i < more[r - 1]);
      }
      right.add(answers);
    }
    List<RunFiles> runs = Collections.nCopies(names.size(), run);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new ComparisonPage(runs, names, Optional.of(new PairedAnswers(right)))
        .write(HtmlPage.part(bytes));
    return bytes.toString(UTF_8).replace("&#39;", "'");
  }

  @Test
  void oneRunIsNotCompared() {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> RunComparison.of(List.of(folder)));
  }
}
