package io.residua.report.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.data.Manifest;
import io.residua.data.Part;
import io.residua.internal.AtomicFiles;
import io.residua.internal.Build;
import io.residua.report.MadeRun;
import io.residua.report.RunReport;
import io.residua.run.internal.RunException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
    assertThat(page).contains("a temperature fitted on the validation part", "log loss from");
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
        .doesNotContain("look most alike to the network")
        .doesNotContain("Most alike in training");
  }

  /** The page of a made run whose metrics were changed. */
  private String changed(Consumer<ObjectNode> change) throws IOException {
    MadeRun run = MadeRun.in(Files.createTempDirectory(folder, "run"), 3);
    Path file = run.run().resolve("metrics.json");
    ObjectNode metrics = (ObjectNode) new ObjectMapper().readTree(Files.readString(file));
    change.accept(metrics);
    AtomicFiles.write(file, metrics.toString());
    return Files.readString(
        RunReport.of(run.run()).withData(run.data()).on(MadeRun.JAVA).inBrief().write());
  }

  @Test
  void trainingIsSaidToHaveGoneTooFarOnlyWhereNumbersShowIt() throws IOException {
    assertThat(changed(m -> gap(m, 15, 12)))
        .doesNotContain("answered better than new ones", "by heart");
    assertThat(changed(m -> gap(m, 1500, 1200)))
        .contains(
            "Training pictures are answered better than new ones, 100.0 % against 75.0 %: a"
                    .replace("0 %", "0\u00a0%")
                + " difference of 25.0 points (95\u00a0% interval 22.6 to 27.5)")
        .doesNotContain("by heart");
  }

  private static void gap(ObjectNode metrics, int trained, int measured) {
    ((ObjectNode) metrics.get("train")).put("accuracy", 1.0).put("n", trained);
    ((ObjectNode) metrics.get("test")).put("accuracy", 0.75).put("n", measured);
  }

  @Test
  void aTemperatureIsRecommendedOnlyWhereItHelps() throws IOException {
    assertThat(changed(m -> temperature(m, -0.2, -0.1)))
        .contains("95\u00a0% interval -0.2000 to -0.1000", "So it makes confidence better")
        .contains("with temperature");
    assertThat(changed(m -> temperature(m, 0.1, 0.2)))
        .contains("So it makes confidence worse: leave the model as it is.")
        .doesNotContain("with temperature", "confidence better");
    assertThat(changed(m -> temperature(m, -0.1, 0.2)))
        .contains("do not show that it helps: leave the model as it is.")
        .doesNotContain("with temperature", "confidence better");
    assertThat(
            changed(
                m ->
                    ((ObjectNode) temperature(m, -0.2, -0.1).get("temperature_scaling"))
                        .put("measured_on", "val")))
        .contains("the pictures it was fitted on, so that this says nothing about new ones")
        .doesNotContain("with temperature", "confidence better");
    assertThat(
            changed(
                m ->
                    ((ObjectNode) temperature(m, 0, 0).get("temperature_scaling"))
                        .remove("log_loss_change_ci95")))
        .as("a run of an earlier version")
        .contains("do not show that it helps")
        .doesNotContain("confidence better");
  }

  private static ObjectNode temperature(ObjectNode metrics, double low, double high) {
    ObjectNode scaling = metrics.putObject("temperature_scaling");
    scaling.put("temperature", 1.5).put("measured_on", "test").put("log_loss_change", low);
    scaling.putArray("log_loss_change_ci95").add(low).add(high);
    return metrics;
  }

  @Test
  void confidenceIsSaidToBeOffOnlyAboveWhatChanceGives() throws IOException {
    assertThat(changed(m -> calibration(m, 0.2, 0.25))).doesNotContain("Confidence is off");
    assertThat(changed(m -> calibration(m, 0.2, 0.05)))
        .contains(
            "Confidence is off by 20.0\u00a0% on average, more than the 5.0\u00a0% that chance");
  }

  private static void calibration(ObjectNode metrics, double error, double byChance) {
    ((ObjectNode) metrics.get("test")).put("ece", error).put("ece_by_chance", byChance);
  }

  @Test
  void whoChoseTheModelIsNotMadeUp() throws IOException {
    assertThat(changed(m -> withoutTest(m, "val"))).contains("which also chose the model");
    assertThat(changed(m -> withoutTest(m, "5 folds of the train part")))
        .contains("It chose nothing in this run")
        .doesNotContain("also chose");
  }

  private static void withoutTest(ObjectNode metrics, String selectedOn) {
    metrics.remove("test");
    metrics.put("selected_on", selectedOn);
  }

  @Test
  void whatTheRunWarnedOfIsOnThePage() throws IOException {
    assertThat(changed(m -> m.putArray("warnings").add("leaking split: 3 of 9 <b>")))
        .contains("<li>Leaking split: 3 of 9 &lt;b&gt;.</li>");
  }

  @Test
  void thePageSaysWhenAndByWhatItWasMade() throws IOException {
    assertThat(
            changed(m -> Build.sign((ObjectNode) m.get("provenance"), "residua train a --out b")))
        .containsPattern("Made by Residua \\S+ .*on 20\\d\\d-\\d\\d-\\d\\dT\\S+Z from")
        .contains("<dt>command</dt><dd>residua train a --out b</dd>")
        .contains("<dt>commit</dt><dd>" + Build.current().commit() + "</dd>")
        .contains("<dt>residua</dt><dd>" + Build.current().version() + "</dd>")
        .containsPattern("<dt>date</dt><dd>20\\d\\d-");
  }

  @Test
  void theCurveOfASingleEpochIsSeen() throws IOException {
    MadeRun run = MadeRun.in(folder, 3);
    Path history = run.run().resolve("history.csv");
    String first = Files.readString(history).lines().limit(2).collect(Collectors.joining("\n"));
    AtomicFiles.write(history, first + "\n");
    assertThat(written(run)).containsPattern("<path d=\"M[0-9.]+ [0-9.]+h6\" class=\"line ");
  }

  @Test
  void twoClassesHaveThresholds() throws IOException {
    String page = written(MadeRun.in(folder, 2));
    assertThat(page)
        .contains(
            " of the validation part, where their numbers are too good, and what they do on the test")
        .containsPattern("<td>[01]\\.\\d{3} \\([01]\\.\\d{3}–[01]\\.\\d{3}\\)</td>")
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
      assertThatExceptionOfType(RunException.class)
          .as(damaged)
          .isThrownBy(() -> RunReport.of(run.run()).write())
          .withMessageStartingWith(run.run().resolve("metrics.json") + ": ");
    }
    AtomicFiles.write(
        run.run().resolve("metrics.json"), "{\"test\":{\"accuracy\":\"x\",\"confusion\":7}}");
    assertThat(RunReport.of(run.run()).write()).isRegularFile();
    AtomicFiles.write(run.run().resolve("history.csv"), "epoch,val_loss\n1\n");
    assertThatExceptionOfType(RunException.class)
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
