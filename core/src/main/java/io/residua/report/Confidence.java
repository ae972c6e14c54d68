package io.residua.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.Text;
import io.residua.data.Part;
import io.residua.eval.OperatingPoint;
import io.residua.eval.Predictions;
import io.residua.page.HtmlPage;
import io.residua.page.HtmlTable;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a run's page says about using the model's confidence. */
final class Confidence {
  private final HtmlPage page;
  private final RunFiles run;

  Confidence(HtmlPage page, RunFiles run) {
    this.page = page;
    this.run = run;
  }

  /** How right the surest answers are, a temperature, and for two classes thresholds. */
  void section(Part part, Optional<Measurement> measured) throws IOException {
    List<JsonNode> coverage = Json.list(run.part(part).path("coverage")).toList();
    JsonNode temperature = run.metrics().path("temperature_scaling");
    List<JsonNode> thresholds = Json.list(run.part(Part.VALIDATION).path("thresholds")).toList();
    if (measured.isEmpty()
        && coverage.isEmpty()
        && temperature.isMissingNode()
        && thresholds.isEmpty()) {
      return;
    }
    page.section("Confidence");
    if (measured.isPresent()) {
      new Sections(page, run).confidence(measured.get().evaluation());
    }
    coverage(coverage);
    temperature(temperature);
    thresholds(thresholds, part, measured.map(m -> m.evaluation().predictions()));
  }

  private void coverage(List<JsonNode> points) throws IOException {
    if (points.isEmpty()) {
      return;
    }
    page.element(
        "p",
        "If only answers of a least confidence are given and others left to a person. The"
            + " thresholds are read off the same pictures, so that others will be answered somewhat"
            + " more or less often:");
    HtmlTable table =
        new HtmlTable("answered", "right", "95\u00a0% interval", "confidence from", "pictures");
    for (JsonNode point : points) {
      table.row(
          Figures.percent(RunFiles.number(point, "coverage")),
          Figures.percent(RunFiles.number(point, "accuracy")),
          RunFiles.wilson(RunFiles.number(point, "accuracy"), point.path("answered").asLong())
              .map(Figures::percent)
              .orElse("–"),
          Figures.decimal(RunFiles.number(point, "threshold"), 3),
          Figures.count(point.path("answered").asLong()));
    }
    page.table(table);
  }

  private void temperature(JsonNode scaling) throws IOException {
    double temperature = RunFiles.number(scaling, "temperature");
    if (!Double.isFinite(temperature)) {
      return;
    }
    boolean fitted = scaling.path("measured_on").asText().equals("val");
    String numbers =
        Text.of(
            "takes its log loss from %s to %s%s and its calibration error (ECE) from %s to %s",
            Figures.decimal(RunFiles.number(scaling, "log_loss_before"), 4),
            Figures.decimal(RunFiles.number(scaling, "log_loss_after"), 4),
            change(scaling),
            Figures.decimal(RunFiles.number(scaling, "ece_before"), 4),
            Figures.decimal(RunFiles.number(scaling, "ece_after"), 4));
    String verdict =
        switch (TemperatureVerdict.of(scaling)) {
          case FITTED ->
              "Those are the pictures it was fitted on, so that this says nothing about new ones.";
          case BETTER -> "So it makes confidence better; the model itself is as trained.";
          case WORSE -> "So it makes confidence worse: leave the model as it is.";
          case UNKNOWN -> "So these pictures do not show that it helps: leave the model as it is.";
        };
    page.element(
        "p",
        Text.of(
            "Dividing logits by %s, a temperature fitted on the validation part, %s. %s",
            Figures.decimal(temperature, 2),
            numbers.replaceFirst("its", fitted ? "that part's" : "the test part's"),
            verdict));
  }

  private static String change(JsonNode scaling) {
    double low = RunFiles.number(scaling.path("log_loss_change_ci95").path(0));
    double high = RunFiles.number(scaling.path("log_loss_change_ci95").path(1));
    return Double.isFinite(low) && Double.isFinite(high)
        ? Text.of(
            " (a change of %+.4f, 95\u00a0%% interval %+.4f to %+.4f)",
            RunFiles.number(scaling, "log_loss_change"), low, high)
        : "";
  }

  private void thresholds(List<JsonNode> classes, Part part, Optional<Predictions> answers)
      throws IOException {
    if (classes.isEmpty()) {
      return;
    }
    boolean again = answers.isPresent() && part == Part.TEST;
    page.element(
        "p",
        Text.of(
                "Thresholds on a class's probability, chosen on %s of the validation part",
                Text.count(run.part(Part.VALIDATION).path("n").asLong(), "picture"))
            + (again
                ? ", where their numbers are too good, and what they do on the test part, with"
                    + " 95\u00a0% intervals:"
                : ". Their numbers are of the pictures that chose them, so that they are too"
                    + " good and have no interval:"));
    List<String> columns = List.of("chosen for", "threshold", "precision", "recall");
    List<String> onTest = List.of("precision, test", "recall, test");
    HtmlTable table = new HtmlTable("class", again ? joined(columns, onTest) : columns).left(1);
    for (JsonNode of : classes) {
      String name = of.path("class").asText();
      Optional<Predictions> shown = again ? answers : Optional.empty();
      JsonNode f1 = of.path("best_f1");
      JsonNode youden = of.path("best_youden");
      if (f1.equals(youden)) {
        threshold(table, name, "best F1, most recall less false alarms", f1, shown);
      } else {
        threshold(table, name, "best F1", f1, shown);
        threshold(table, name, "most recall less false alarms", youden, shown);
      }
    }
    page.table(table);
  }

  private static void threshold(
      HtmlTable table, String name, String rule, JsonNode point, Optional<Predictions> answers) {
    double threshold = RunFiles.number(point, "threshold");
    List<String> cells =
        List.of(
            rule,
            Figures.decimal(threshold, 3),
            Figures.decimal(RunFiles.number(point, "precision"), 3),
            Figures.decimal(RunFiles.number(point, "recall"), 3));
    int index = answers.map(a -> a.classNames().indexOf(name)).orElse(-1);
    if (answers.isPresent() && index >= 0) {
      Predictions test = answers.get();
      OperatingPoint again = OperatingPoint.at(test, index, threshold);
      int[] all = IntStream.range(0, test.n()).toArray();
      long said = Arrays.stream(all).filter(i -> test.score(i, index) >= threshold).count();
      long are = Arrays.stream(all).filter(i -> test.label(i) == index).count();
      cells = joined(cells, List.of(of(again.precision(), said), of(again.recall(), are)));
    }
    table.row(name, cells);
  }

  private static List<String> joined(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  /** A share of some pictures with its interval. */
  private static String of(double share, long pictures) {
    return RunFiles.wilson(share, pictures)
        .map(
            i ->
                Text.of(
                    "%s (%s–%s)",
                    Figures.decimal(share, 3),
                    Figures.decimal(i.low(), 3),
                    Figures.decimal(i.high(), 3)))
        .orElse("–");
  }
}
