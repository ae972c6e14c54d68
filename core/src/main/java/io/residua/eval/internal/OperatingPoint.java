package io.residua.eval.internal;

import io.residua.eval.Predictions;
import io.residua.internal.Text;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * What a threshold on one class's score does: a sample is said to be of the class where its score
 * is at least the threshold. Choose thresholds on validation data, not on test data.
 *
 * @param precision the share of those above the threshold that are of the class
 * @param recall the share of the class that is above the threshold
 * @param falsePositiveRate the share of all others that is above the threshold
 */
public record OperatingPoint(
    double threshold, double precision, double recall, double f1, double falsePositiveRate) {

  /** The threshold of the largest F1; the highest of several. */
  public static OperatingPoint bestF1(Predictions predictions, int classIndex) {
    return best(predictions, classIndex, point -> point.f1);
  }

  /** The threshold of the largest recall minus false-positive rate (Youden 1950). */
  public static OperatingPoint bestYouden(Predictions predictions, int classIndex) {
    return best(predictions, classIndex, point -> point.recall - point.falsePositiveRate);
  }

  /**
   * The threshold of the largest recall among those of at least that precision.
   *
   * @throws EvaluationException if no threshold gives that precision
   */
  public static OperatingPoint atPrecision(
      Predictions predictions, int classIndex, double minimumPrecision) {
    return required(
        best(
            predictions,
            classIndex,
            point -> point.precision >= minimumPrecision ? point.recall : -1),
        point -> point.precision >= minimumPrecision,
        "precision " + minimumPrecision);
  }

  /**
   * The threshold of the largest precision among those of at least that recall.
   *
   * @throws EvaluationException if no threshold gives that recall
   */
  public static OperatingPoint atRecall(
      Predictions predictions, int classIndex, double minimumRecall) {
    return required(
        best(
            predictions, classIndex, point -> point.recall >= minimumRecall ? point.precision : -1),
        point -> point.recall >= minimumRecall,
        "recall " + minimumRecall);
  }

  /** What a given threshold does. Precision is 0 where no score reaches it. */
  public static OperatingPoint at(Predictions predictions, int classIndex, double threshold) {
    long right = 0;
    long wrong = 0;
    long positives = 0;
    for (int i = 0; i < predictions.n(); i++) {
      boolean positive = predictions.label(i) == classIndex;
      positives += positive ? 1 : 0;
      if (predictions.score(i, classIndex) >= threshold) {
        right += positive ? 1 : 0;
        wrong += positive ? 0 : 1;
      }
    }
    long negatives = predictions.n() - positives;
    return new OperatingPoint(
        threshold,
        right + wrong == 0 ? 0 : (double) right / (right + wrong),
        (double) right / positives,
        2.0 * right / (right + wrong + positives),
        (double) wrong / negatives);
  }

  private static OperatingPoint required(
      OperatingPoint point, Predicate<OperatingPoint> holds, String what) {
    if (!holds.test(point)) {
      throw new EvaluationException("no threshold reaches " + what);
    }
    return point;
  }

  private static OperatingPoint best(
      Predictions predictions, int classIndex, ToDoubleFunction<OperatingPoint> value) {
    RankedScores ranked = RankedScores.of(predictions, classIndex);
    if (ranked.positives() == 0 || ranked.negatives() == 0) {
      throw new EvaluationException(
          Text.of(
              "no threshold for class '%s': the set holds %s of it",
              predictions.classNames().get(classIndex),
              ranked.positives() == 0 ? "none" : "nothing but samples"));
    }
    OperatingPoint best = at(ranked, 0);
    for (int i = 1; i < ranked.points(); i++) {
      OperatingPoint point = at(ranked, i);
      if (value.applyAsDouble(point) > value.applyAsDouble(best)) {
        best = point;
      }
    }
    return best;
  }

  private static OperatingPoint at(RankedScores ranked, int i) {
    double tp = ranked.truePositives()[i];
    double fp = ranked.falsePositives()[i];
    return new OperatingPoint(
        ranked.thresholds()[i],
        tp / (tp + fp),
        tp / ranked.positives(),
        2 * tp / (tp + fp + ranked.positives()),
        fp / ranked.negatives());
  }
}
