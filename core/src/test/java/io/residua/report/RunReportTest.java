package io.residua.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.residua.AtomicFiles;
import io.residua.data.Manifest;
import io.residua.data.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunReportTest {
  @TempDir Path folder;

  private static String written(MadeRun run) throws IOException {
    return Files.readString(RunReport.of(run.run()).withData(run.data()).on(MadeRun.JAVA).write());
  }

  @Test
  void thePageSaysHowWellTheRunDoesAndShowsWhy() throws IOException {
    MadeRun run = MadeRun.in(folder, 3);
    String page = written(run);
    assertThat(page)
        .contains(Figures.percent(run.test().accuracy()))
        .contains(Figures.percent(run.test().accuracyInterval()))
        .contains("12 pictures of the test part")
        .contains("macro AUC " + Figures.decimal(run.test().auc().macro(), 4));
    for (String heading :
        List.of(
            "Confusion matrix",
            "Most frequent mistakes",
            "Classes",
            "Curves",
            "Confidence",
            "Largest losses",
            "Some answers",
            "How the network sees the pictures",
            "Training",
            "Where it comes from")) {
      assertThat(page).as(heading).containsPattern("<h[23][^>]*>" + Pattern.quote(heading));
    }
    assertThat(page).contains("as the network saw it").contains("Most alike in training");
    assertThat(page).contains("Neighbourhoods (t-SNE)").contains("by the bootstrap");
    assertThat(page).contains("a temperature fitted on the validation part", "with temperature");
    assertThat(page)
        .contains("resnet8-cifar\nepochs: 3\n")
        .contains("the accuracy is known only to");
  }

  @Test
  void theBriefPageLeavesTheTrainingPicturesAlone() throws IOException {
    MadeRun run = MadeRun.in(folder, 3);
    Files.delete(run.data().resolveSibling("1-0.png")); // of the train part
    AtomicFiles.write(run.data(), Files.readString(run.data()).replaceAll("\"1-0.png\".*\n", ""));
    String page =
        Files.readString(
            RunReport.of(run.run()).withData(run.data()).inBrief().on(MadeRun.JAVA).write());
    assertThat(page)
        .contains("Largest losses", "as the network saw it", "also shows the training pictures")
        .doesNotContain("Most alike in training");
  }

  @Test
  void twoClassesHaveThresholds() throws IOException {
    String page = written(MadeRun.in(folder, 2));
    assertThat(page)
        .contains("chosen on the validation part, and what they do on the test part")
        .contains("<td>&quot;quoted&quot;</td><td class=\"text\">best F1");
  }

  @Test
  void namesAreTextWhateverTheyHold() throws IOException {
    String page = written(MadeRun.in(folder, 3));
    assertThat(page)
        .doesNotContain("<script")
        .doesNotContain("<b>.png")
        .doesNotContain("<i>")
        .contains("&lt;script&gt;alert(1)")
        .contains("it&#39;s a &quot;cat&quot; &amp; &lt;b&gt;.png")
        .contains("it&#39;s &quot;data&quot; &lt;i&gt;");
  }

  @Test
  void thePageLoadsNothing() throws IOException {
    assertThat(written(MadeRun.in(folder, 3)))
        .doesNotContain("http://")
        .doesNotContain("https://")
        .doesNotContain("url(")
        .doesNotContain("@import")
        .doesNotContain("<link")
        .contains("default-src 'none'")
        .doesNotContain(folder.toString());
  }

  @Test
  void withoutDataItShowsWhatTheRunHasWritten() throws IOException {
    MadeRun run = MadeRun.in(folder, 3);
    Files.delete(run.run().resolve("model.safetensors"));
    String page = Files.readString(RunReport.of(run.run()).write());
    assertThat(page)
        .contains(Figures.percent(run.test().accuracy()))
        .contains("Confusion matrix", ">Confidence</h2>")
        .contains(">Training</h2>")
        .contains("--data DATA")
        .doesNotContain("Largest losses");
  }

  @Test
  void aGridSearchIsATableBestFirst() throws IOException {
    MadeRun run = MadeRun.in(folder, 3);
    Path metrics = run.run().resolve("metrics.json");
    String grid =
        """
        {"grid_search": {"seconds": 3, "candidates": [
          {"params": {"C": 1}, "mean_test_score": 0.5, "rank_test_score": 2},
          {"params": {"C": 10, "kernel": "<rbf>"}, "mean_test_score": 0.75, "rank_test_score": 1}]},
        """;
    AtomicFiles.write(metrics, grid + Files.readString(metrics).substring(1));
    String page = Files.readString(RunReport.of(run.run()).write());
    assertThat(page).contains("2 combinations").contains("C 10, kernel &lt;rbf&gt;");
    assertThat(page.indexOf("C 10, kernel")).isLessThan(page.indexOf(">C 1<"));
  }

  @Test
  void aRunOfASweepShowsAllItsChoices() throws IOException {
    MadeRun run = MadeRun.in(folder, 3);
    String name = String.valueOf(run.run().getFileName());
    AtomicFiles.write(
        run.run().resolveSibling("sweep.json"),
        """
        {"choices": [
          {"layers": "layer4.0.downsample", "run": "other", "trainable_parameters": 2099712,
           "train": {"accuracy": 0.98, "log_loss": 0.05},
           "val": {"accuracy": 0.9, "log_loss": 0.3, "accuracy_ci95": [0.81, 0.95]}},
          {"layers": "head <alone>", "run": "%s", "trainable_parameters": 20490,
           "train": {"accuracy": 0.9, "log_loss": 0.2},
           "val": {"accuracy": 0.8, "log_loss": 0.5, "accuracy_ci95": [0.7, 0.88]}}]}
        """
            .formatted(name));
    String page = Files.readString(RunReport.of(run.run()).write());
    assertThat(page)
        .contains("Layers compared", "layer4.0.downsample", "2,099,712", "0.810–0.950")
        .contains("<tr class=\"best\"><td class=\"text\">head &lt;alone&gt;</td>");
  }

  @Test
  void picturesThatWereTrainedOnAreNamed() throws IOException {
    MadeRun run = MadeRun.in(folder, 3);
    Path split = run.run().resolve("split.csv");
    Manifest manifest = Manifest.read(split);
    String trained =
        manifest.entries().stream()
            .filter(e -> e.split() == Part.TRAIN)
            .findFirst()
            .orElseThrow()
            .sha256();
    List<Manifest.Entry> entries = new ArrayList<>(manifest.entries());
    entries.add(new Manifest.Entry("copy.png", "\"quoted\"", Part.TEST, trained));
    new Manifest(entries).write(split);
    assertThat(Files.readString(RunReport.of(run.run()).write()))
        .contains("1 picture of the test part is also in what the model was trained or chosen on");
  }

  @Test
  void whatIsNoRunIsOneLine() throws IOException {
    assertThatExceptionOfType(ReportException.class)
        .isThrownBy(() -> RunReport.of(folder.resolve("none")).write())
        .withMessage(folder.resolve("none") + ": no such folder; a run's folder is needed");
    assertThatExceptionOfType(ReportException.class)
        .isThrownBy(() -> RunReport.of(folder).write())
        .withMessageContaining("has no metrics.json");
    MadeRun run = MadeRun.in(folder, 3);
    for (String damaged : List.of("", "[]", "{", "null", "7")) {
      AtomicFiles.write(run.run().resolve("metrics.json"), damaged);
      assertThatExceptionOfType(ReportException.class)
          .as(damaged)
          .isThrownBy(() -> RunReport.of(run.run()).write())
          .withMessageStartingWith(run.run().resolve("metrics.json") + ": ");
    }
    AtomicFiles.write(
        run.run().resolve("metrics.json"), "{\"test\":{\"accuracy\":\"x\",\"confusion\":7}}");
    assertThat(RunReport.of(run.run()).write()).isRegularFile();
    AtomicFiles.write(run.run().resolve("history.csv"), "epoch,val_loss\n1\n");
    assertThatExceptionOfType(ReportException.class)
        .isThrownBy(() -> RunReport.of(run.run()).write())
        .withMessageContaining("history.csv: line 2");
  }

  @Test
  void picturesThatAreNotTheRunsAreRefused() throws IOException {
    MadeRun run = MadeRun.in(folder, 3);
    Path picture = run.data().resolveSibling("1-9.png");
    Files.copy(run.data().resolveSibling("1-10.png"), picture, StandardCopyOption.REPLACE_EXISTING);
    assertThatExceptionOfType(ReportException.class)
        .isThrownBy(() -> written(run))
        .withMessage(picture + ": has changed since the run was made (other content)");
    assertThat(run.run().resolve(RunReport.FILE)).doesNotExist();
  }
}
