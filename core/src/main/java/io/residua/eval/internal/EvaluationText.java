package io.residua.eval.internal;

import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import io.residua.eval.ClassScores;
import io.residua.eval.ConfusionMatrix;
import io.residua.eval.CoverageCurve;
import io.residua.eval.Evaluation;
import io.residua.eval.Predictions;
import io.residua.internal.Printable;
import io.residua.internal.Text;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** An evaluation as a table for the terminal. */
public final class EvaluationText {
  private static final int MOST_CLASSES_IN_MATRIX = 20;
  private static final int MOST_CLASSES_IN_TABLE = 50;
  private static final int SHORT_LIST = 10;
  private static final int WIDEST_NAME = 32;
  private static final double SUREST = 0.9;

  private EvaluationText() {}

  public static String of(Evaluation evaluation) {
    StringBuilder text = new StringBuilder();
    headline(text, evaluation);
    table(text, evaluation.confusion());
    if (evaluation.predictions().classCount() <= MOST_CLASSES_IN_MATRIX) {
      matrix(text, evaluation.confusion());
    } else {
      mistakes(text, evaluation.confusion());
    }
    return text.toString();
  }

  private static void headline(StringBuilder text, Evaluation evaluation) {
    Predictions predictions = evaluation.predictions();
    ConfusionMatrix confusion = evaluation.confusion();
    line(
        text,
        "accuracy %.4f  (95 %% interval %s, %d of %d right)",
        evaluation.accuracy(),
        evaluation.accuracyInterval(),
        confusion.right(),
        evaluation.n());
    List<String> more = new ArrayList<>();
    if (predictions.classCount() > 5) {
      more.add(Text.of("top-5 %.4f", evaluation.topAccuracy(5)));
    }
    more.add(Text.of("balanced %.4f", confusion.balancedAccuracy()));
    if (predictions.hasProbabilities()) {
      more.add(Text.of("log loss %.4f", evaluation.logLoss()));
      more.add(Text.of("Brier %.4f", evaluation.brier()));
      more.add(
          Text.of(
              "ECE %.4f (by chance up to %.4f)",
              evaluation.calibration().expectedError(), evaluation.calibrationErrorByChance()));
    }
    double kappa = confusion.cohenKappa();
    if (!Double.isNaN(kappa)) {
      more.add(Text.of("kappa %.4f", kappa));
    }
    line(text, "%s", String.join("   ", more));
    CoverageCurve.Point surest = evaluation.coverage().atCoverage(SUREST);
    if (predictions.hasProbabilities() && surest.coverage() < 1) {
      line(
          text,
          "of the surest %.0f %% of answers (confidence %.3f and more) %.4f are right (95 %%"
              + " interval %s)",
          100 * surest.coverage(),
          surest.threshold(),
          surest.accuracy(),
          surest.interval());
    }
  }

  private static void table(StringBuilder text, ConfusionMatrix confusion) {
    List<ClassScores> rows = new ArrayList<>(confusion.perClass());
    text.append('\n');
    if (rows.size() > MOST_CLASSES_IN_TABLE) {
      rows.removeIf(row -> row.support() == 0);
      int present = rows.size();
      rows.sort(Comparator.comparingDouble(ClassScores::f1));
      rows = new ArrayList<>(rows.subList(0, Math.min(SHORT_LIST, present)));
      line(text, "the %d of %d classes present with the lowest F1", rows.size(), present);
    }
    rows.add(confusion.macroAverage());
    rows.add(confusion.weightedAverage());
    int width = Math.max("class".length(), widest(rows.stream().map(ClassScores::name).toList()));
    line(text, "%s  precision  recall      F1  support", pad("class", width));
    for (ClassScores row : rows) {
      line(
          text,
          "%s  %9.4f  %6.4f  %6.4f  %7d",
          pad(row.name(), width),
          row.precision(),
          row.recall(),
          row.f1(),
          row.support());
    }
  }

  private static void matrix(StringBuilder text, ConfusionMatrix confusion) {
    int k = confusion.classCount();
    int width = widest(confusion.classNames());
    int cell = Math.max(3, Integer.toString(confusion.n()).length());
    text.append('\n');
    line(text, "confusion: a row is the true class, a column the predicted one");
    StringBuilder header = new StringBuilder(" ".repeat(4 + width));
    for (int p = 0; p < k; p++) {
      header.append("  ").append(Text.right(Integer.toString(p), cell));
    }
    line(text, "%s", header);
    for (int t = 0; t < k; t++) {
      StringBuilder row = new StringBuilder(Text.of("%2d  ", t));
      row.append(pad(confusion.classNames().get(t), width));
      for (int p = 0; p < k; p++) {
        int count = confusion.count(t, p);
        row.append("  ").append(Text.right(count == 0 ? "·" : Integer.toString(count), cell));
      }
      line(text, "%s", row);
    }
  }

  private static void mistakes(StringBuilder text, ConfusionMatrix confusion) {
    text.append('\n');
    line(text, "most frequent mistakes");
    for (ConfusionMatrix.ConfusedPair pair : confusion.mostConfused(SHORT_LIST)) {
      line(
          text,
          "%5d  (%4.1f %%)  %s  taken for  %s",
          pair.count(),
          100 * pair.shareOfTrue(),
          Printable.escaped(confusion.classNames().get(pair.trueClass())),
          Printable.escaped(confusion.classNames().get(pair.predictedClass())));
    }
  }

  private static int widest(List<String> names) {
    return Math.min(
        WIDEST_NAME,
        names.stream()
            .map(Printable::escaped)
            .mapToInt(name -> name.codePointCount(0, name.length()))
            .max()
            .orElse(0));
  }

  private static String pad(String raw, int width) {
    String name = Printable.escaped(raw);
    int length = name.codePointCount(0, name.length());
    if (length > width) {
      return name.substring(0, name.offsetByCodePoints(0, width - 1)) + "…";
    }
    return name + " ".repeat(width - length);
  }

  @FormatMethod
  private static void line(StringBuilder text, @FormatString String format, Object... values) {
    text.append(Text.of(format, values).stripTrailing()).append('\n');
  }
}
