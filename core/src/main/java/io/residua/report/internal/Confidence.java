package io.residua.report.internal;

import io.residua.data.Part;
import io.residua.eval.CoverageCurve;
import io.residua.eval.Interval;
import io.residua.eval.Predictions;
import io.residua.eval.internal.OperatingPoint;
import io.residua.eval.internal.PartMetrics;
import io.residua.eval.internal.PartMetrics.Thresholds;
import io.residua.eval.internal.TemperatureEffect;
import io.residua.internal.Text;
import io.residua.page.HtmlPage;
import io.residua.page.HtmlTable;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a run's page says about using the model's confidence. */
public final class Confidence {
  private final HtmlPage page;
  private final RunFiles run;

  public Confidence(HtmlPage page, RunFiles run) {
    this.page = page;
    this.run = run;
  }

  /** How right the surest answers are, a temperature, and for two classes thresholds. */
  public void section(Part part, Optional<Measurement> measured) throws IOException {
    List<CoverageCurve.Point> coverage =
        run.metrics().part(part).map(PartMetrics::coverage).orElse(List.of());
    TemperatureEffect temperature = run.metrics().temperatureScaling();
    List<Thresholds> thresholds =
        run.metrics().part(Part.VALIDATION).map(PartMetrics::thresholds).orElse(List.of());
    if (measured.isEmpty() && coverage.isEmpty() && temperature == null && thresholds.isEmpty()) {
      return;
    }
    page.section("Confidence");
    if (measured.isPresent()) {
      new Sections(page, run).confidence(measured.get().evaluation());
    }
    coverage(coverage);
    if (temperature != null && Double.isFinite(temperature.temperature())) {
      temperature(temperature);
    }
    thresholds(thresholds, part, measured.map(m -> m.evaluation().predictions()));
  }

  private void coverage(List<CoverageCurve.Point> points) throws IOException {
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
    for (CoverageCurve.Point point : points) {
      table.row(
          Figures.percent(point.coverage()),
          Figures.percent(point.accuracy()),
          RunFiles.wilson(point.accuracy(), point.answered()).map(Figures::percent).orElse("–"),
          Figures.decimal(point.threshold(), 3),
          Figures.count(point.answered()));
    }
    page.table(table);
  }

  private void temperature(TemperatureEffect scaling) throws IOException {
    String numbers =
        Text.of(
            "takes its log loss from %s to %s%s and its calibration error (ECE) from %s to %s",
            Figures.decimal(scaling.logLossBefore(), 4),
            Figures.decimal(scaling.logLossAfter(), 4),
            change(scaling),
            Figures.decimal(scaling.eceBefore(), 4),
            Figures.decimal(scaling.eceAfter(), 4));
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
            Figures.decimal(scaling.temperature(), 2),
            numbers.replaceFirst(
                "its", scaling.onWhatFittedIt() ? "that part's" : "the test part's"),
            verdict));
  }

  private static String change(TemperatureEffect scaling) {
    Interval change = scaling.logLossChangeCi95();
    return change != null && Double.isFinite(change.low()) && Double.isFinite(change.high())
        ? Text.of(
            " (a change of %+.4f, 95\u00a0%% interval %+.4f to %+.4f)",
            scaling.logLossChange(), change.low(), change.high())
        : "";
  }

  private void thresholds(List<Thresholds> classes, Part part, Optional<Predictions> answers)
      throws IOException {
    if (classes.isEmpty()) {
      return;
    }
    boolean again = answers.isPresent() && part == Part.TEST;
    page.element(
        "p",
        Text.of(
                "Thresholds on a class's probability, chosen on %s of the validation part",
                Text.count(
                    run.metrics().part(Part.VALIDATION).map(PartMetrics::n).orElse(0), "picture"))
            + (again
                ? ", where their numbers are too good, and what they do on the test part, with"
                    + " 95\u00a0% intervals:"
                : ". Their numbers are of the pictures that chose them, so that they are too"
                    + " good and have no interval:"));
    List<String> columns = List.of("chosen for", "threshold", "precision", "recall");
    List<String> onTest = List.of("precision, test", "recall, test");
    HtmlTable table = new HtmlTable("class", again ? joined(columns, onTest) : columns).left(1);
    for (Thresholds of : classes) {
      Optional<Predictions> shown = again ? answers : Optional.empty();
      if (of.bestF1().equals(of.bestYouden())) {
        threshold(table, of.name(), "best F1, most recall less false alarms", of.bestF1(), shown);
      } else {
        threshold(table, of.name(), "best F1", of.bestF1(), shown);
        threshold(table, of.name(), "most recall less false alarms", of.bestYouden(), shown);
      }
    }
    page.table(table);
  }

  private static void threshold(
      HtmlTable table,
      String name,
      String rule,
      OperatingPoint point,
      Optional<Predictions> answers) {
    List<String> cells =
        List.of(
            rule,
            Figures.decimal(point.threshold(), 3),
            Figures.decimal(point.precision(), 3),
            Figures.decimal(point.recall(), 3));
    int index = answers.map(a -> a.classNames().indexOf(name)).orElse(-1);
    if (answers.isPresent() && index >= 0) {
      Predictions test = answers.get();
      OperatingPoint again = OperatingPoint.at(test, index, point.threshold());
      int[] all = IntStream.range(0, test.n()).toArray();
      long said = Arrays.stream(all).filter(i -> test.score(i, index) >= point.threshold()).count();
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
