package io.residua.report.internal;

import io.residua.eval.Calibration;
import io.residua.eval.CoverageCurve;
import io.residua.eval.Evaluation;
import io.residua.eval.PrecisionRecallCurve;
import io.residua.eval.RocCurve;
import io.residua.eval.internal.TemperatureScaling;
import io.residua.internal.Text;
import io.residua.page.Axis;
import io.residua.page.Chart;
import io.residua.page.Svg;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The charts of a run. */
final class Curves {
  /** Of more classes only those with the smallest area are drawn by name. */
  static final int MOST_NAMED = 10;

  private static final int MOST_POINTS = 400;

  private Curves() {}

  /** ROC of each class against the others, with the diagonal of chance. */
  static String roc(Evaluation evaluation) {
    Chart chart =
        new Chart(
            "ROC curve of each class against the others",
            share("false-positive rate"),
            share("true-positive rate"));
    chart.line("", new double[] {0, 1}, new double[] {0, 1}, "s8 dotted");
    double[] areas = evaluation.auc().perClass();
    int colour = 0;
    for (int c : worst(areas)) {
      RocCurve curve = evaluation.roc(c);
      String name = named(evaluation, c, "AUC", areas[c]);
      chart.line(
          name, thinned(curve.falsePositiveRates()), thinned(curve.truePositiveRates()), s(colour));
      colour++;
    }
    return chart.named("chance", "s8 dotted").within();
  }

  /** Precision by recall of each class against the others. */
  static String precisionRecall(Evaluation evaluation) {
    Chart chart =
        new Chart(
            "Precision by recall of each class against the others",
            share("recall"),
            share("precision"));
    double[] areas = evaluation.averagePrecision().perClass();
    int colour = 0;
    for (int c : worst(areas)) {
      PrecisionRecallCurve curve = evaluation.precisionRecall(c);
      String name = named(evaluation, c, "AP", areas[c]);
      chart.line(name, thinned(curve.recalls()), thinned(curve.precisions()), s(colour));
      colour++;
    }
    return chart.within();
  }

  private static Axis share(String name) {
    return Axis.linear(name).showing(0.0, 1.0);
  }

  private static String s(int colour) {
    return "s" + colour % Svg.COLOURS;
  }

  private static String named(Evaluation evaluation, int c, String what, double area) {
    String name = Svg.cut(evaluation.predictions().classNames().get(c), 12);
    return Text.of("%s, %s %s", name, what, Figures.decimal(area, 3));
  }

  /** The classes with the smallest areas, in the order of classes; those without one left out. */
  private static int[] worst(double[] areas) {
    return IntStream.range(0, areas.length)
        .filter(c -> Double.isFinite(areas[c]))
        .boxed()
        .sorted(Comparator.comparingDouble((Integer c) -> areas[c]).thenComparing(c -> c))
        .limit(MOST_NAMED)
        .mapToInt(c -> c)
        .sorted()
        .toArray();
  }

  /** At most some hundred of the values, the first and the last among them. */
  private static double[] thinned(double[] values) {
    if (values.length <= MOST_POINTS) {
      return values;
    }
    double[] kept = new double[MOST_POINTS];
    Arrays.setAll(kept, i -> values[(int) ((long) i * (values.length - 1) / (MOST_POINTS - 1))]);
    return kept;
  }

  /**
   * How often answers are right, by their confidence, and how many there are of each; also with
   * logits divided by a temperature.
   *
   * @param temperature NaN for none
   */
  static String calibration(Evaluation evaluation, double temperature) {
    Chart chart =
        new Chart(
            "How often answers are right, by confidence", share("confidence"), share("share"));
    chart.line("", new double[] {0, 1}, new double[] {0, 1}, "s8 dotted");
    for (Calibration.Bin bin : evaluation.calibration().bins()) {
      chart.bar(bin.low(), bin.high(), (double) bin.count() / evaluation.n(), "f8", 0.3);
    }
    if (Double.isFinite(temperature)) {
      Evaluation scaled =
          Evaluation.of(TemperatureScaling.scaled(evaluation.predictions(), temperature));
      reliability(
          chart, scaled, "with temperature " + Figures.decimal(temperature, 2), "s1 dashed", "f1");
    }
    reliability(chart, evaluation, "right", "s0", "f0");
    return chart.named("ideal", "s8 dotted").named("answers", "s8 thick").within();
  }

  private static void reliability(
      Chart chart, Evaluation evaluation, String name, String line, String dot) {
    List<Calibration.Bin> bins =
        evaluation.calibration().bins().stream().filter(b -> b.count() > 0).toList();
    double[] xs = bins.stream().mapToDouble(Calibration.Bin::confidence).toArray();
    double[] ys = bins.stream().mapToDouble(Calibration.Bin::accuracy).toArray();
    chart.line(name, xs, ys, line);
    for (int i = 0; i < xs.length; i++) {
      chart.dot(xs[i], ys[i], 3, dot, Figures.percent(ys[i]));
    }
  }

  /** Accuracy where only the more confident share of pictures is answered. */
  static String coverage(Evaluation evaluation) {
    List<CoverageCurve.Point> points = evaluation.coverage().points();
    double[] xs = points.stream().mapToDouble(CoverageCurve.Point::coverage).toArray();
    double[] ys = points.stream().mapToDouble(CoverageCurve.Point::accuracy).toArray();
    return new Chart(
            "Accuracy where only confident answers are given",
            share("share of pictures answered"),
            Axis.linear("accuracy").showing(0.95, 1.0))
        .line("", thinned(xs), thinned(ys), "s0")
        .within();
  }
}
