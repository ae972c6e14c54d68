package io.residua.report;

import io.residua.Text;
import io.residua.eval.Calibration;
import io.residua.eval.CoverageCurve;
import io.residua.eval.Evaluation;
import io.residua.eval.PrecisionRecallCurve;
import io.residua.eval.RocCurve;
import io.residua.eval.TemperatureScaling;
import io.residua.page.Svg;
import io.residua.report.Plot.Axis;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** The charts of a run. */
final class Curves {
  /** Of more classes only those with the smallest area are drawn by name. */
  static final int MOST_NAMED = 10;

  private static final int MOST_POINTS = 400;

  private Curves() {}

  /** Loss by epoch. */
  static String loss(History history) {
    return pair(history, "loss", "train_loss", "val_loss", false);
  }

  /** Accuracy by epoch. */
  static String accuracy(History history) {
    return pair(history, "accuracy", "train_accuracy", "val_accuracy", true);
  }

  /** Learning rate by epoch. */
  static String learningRate(History history) {
    double[] rates = history.column("learning_rate");
    Axis y = Axis.around("learning rate", 0, most(rates), 4);
    Plot plot = new Plot(epochs(history.epochs()), y, "Learning rate by epoch");
    return plot.line(history.numbers(), rates, "", "s2").svg();
  }

  private static String pair(
      History history, String what, String train, String validation, boolean share) {
    double[] first = history.column(train);
    double[] second = history.column(validation);
    double most = max(most(first), most(second));
    double least = min(least(first), least(second));
    Axis y = share ? Axis.around(what, Math.min(least, 0.99), 1, 4) : Axis.around(what, 0, most, 4);
    Plot plot = new Plot(epochs(history.epochs()), y, what + " by epoch");
    plot.line(history.numbers(), first, "train", "s1 dashed");
    return plot.line(history.numbers(), second, "validation", "s0").svg();
  }

  /** One column of several runs. */
  static String together(
      List<String> names, List<History> histories, String column, String what, boolean share) {
    double most = Double.NaN;
    double least = Double.NaN;
    int epochs = 0;
    for (History history : histories) {
      most = max(most, most(history.column(column)));
      least = min(least, least(history.column(column)));
      epochs = Math.max(epochs, history.epochs());
    }
    Axis y = share ? Axis.around(what, Math.min(least, 0.99), 1, 4) : Axis.around(what, 0, most, 4);
    Plot plot = new Plot(epochs(epochs), y, what + " by epoch");
    for (int i = 0; i < names.size(); i++) {
      if (histories.get(i).epochs() > 0) {
        plot.line(histories.get(i).numbers(), histories.get(i).column(column), names.get(i), s(i));
      }
    }
    return plot.svg();
  }

  private static double max(double a, double b) {
    return Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.max(a, b);
  }

  private static double min(double a, double b) {
    return Double.isNaN(a) ? b : Double.isNaN(b) ? a : Math.min(a, b);
  }

  private static Axis epochs(int n) {
    int step = Math.max(1, (n + 5) / 6);
    double last = Math.max(2, n);
    List<Double> ticks =
        IntStream.iterate(1, e -> e <= last, e -> e + step).mapToObj(e -> (double) e).toList();
    return new Axis("epoch", 1, last, ticks, 0);
  }

  private static double most(double[] values) {
    return DoubleStream.of(values).filter(Double::isFinite).max().orElse(Double.NaN);
  }

  private static double least(double[] values) {
    return DoubleStream.of(values).filter(Double::isFinite).min().orElse(Double.NaN);
  }

  /** ROC of each class against the others, with the diagonal of chance. */
  static String roc(Evaluation evaluation) {
    Plot plot =
        new Plot(
            Axis.share("false-positive rate"),
            Axis.share("true-positive rate"),
            "ROC curve of each class against the others");
    plot.line(new double[] {0, 1}, new double[] {0, 1}, "", "s8 dotted");
    double[] areas = evaluation.auc().perClass();
    int colour = 0;
    for (int c : worst(areas)) {
      RocCurve curve = evaluation.roc(c);
      String name = named(evaluation, c, "AUC", areas[c]);
      plot.line(
          thinned(curve.falsePositiveRates()), thinned(curve.truePositiveRates()), name, s(colour));
      colour++;
    }
    return plot.named("chance", "s8 dotted").svg();
  }

  /** Precision by recall of each class against the others. */
  static String precisionRecall(Evaluation evaluation) {
    Plot plot =
        new Plot(
            Axis.share("recall"),
            Axis.share("precision"),
            "Precision by recall of each class against the others");
    double[] areas = evaluation.averagePrecision().perClass();
    int colour = 0;
    for (int c : worst(areas)) {
      PrecisionRecallCurve curve = evaluation.precisionRecall(c);
      String name = named(evaluation, c, "AP", areas[c]);
      plot.line(thinned(curve.recalls()), thinned(curve.precisions()), name, s(colour));
      colour++;
    }
    return plot.svg();
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
    Plot plot =
        new Plot(
            Axis.share("confidence"),
            Axis.share("share"),
            "How often answers are right, by confidence");
    plot.line(new double[] {0, 1}, new double[] {0, 1}, "", "s8 dotted");
    for (Calibration.Bin bin : evaluation.calibration().bins()) {
      plot.bar(bin.low(), bin.high(), (double) bin.count() / evaluation.n(), "f8", 0.3);
    }
    if (Double.isFinite(temperature)) {
      Evaluation scaled =
          Evaluation.of(TemperatureScaling.scaled(evaluation.predictions(), temperature));
      reliability(
          plot, scaled, "with temperature " + Figures.decimal(temperature, 2), "s1 dashed", "f1");
    }
    reliability(plot, evaluation, "right", "s0", "f0");
    return plot.named("ideal", "s8 dotted").named("answers", "s8 thick").svg();
  }

  private static void reliability(
      Plot plot, Evaluation evaluation, String name, String line, String dot) {
    List<Calibration.Bin> bins =
        evaluation.calibration().bins().stream().filter(b -> b.count() > 0).toList();
    double[] xs = bins.stream().mapToDouble(Calibration.Bin::confidence).toArray();
    double[] ys = bins.stream().mapToDouble(Calibration.Bin::accuracy).toArray();
    plot.line(xs, ys, name, line);
    for (int i = 0; i < xs.length; i++) {
      plot.dot(xs[i], ys[i], 3, dot, Figures.percent(ys[i]));
    }
  }

  /** Accuracy where only the more confident share of pictures is answered. */
  static String coverage(Evaluation evaluation) {
    List<CoverageCurve.Point> points = evaluation.coverage().points();
    double[] xs = points.stream().mapToDouble(CoverageCurve.Point::coverage).toArray();
    double[] ys = points.stream().mapToDouble(CoverageCurve.Point::accuracy).toArray();
    Axis y = Axis.around("accuracy", Math.min(least(ys), 0.95), 1, 4);
    Plot plot =
        new Plot(
            Axis.share("share of pictures answered"),
            y,
            "Accuracy where only confident answers are given");
    return plot.line(thinned(xs), thinned(ys), "", "s0").svg();
  }
}
