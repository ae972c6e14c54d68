package io.residua.eval;

import io.residua.eval.internal.RankedScores;

/**
 * Precision against recall as the threshold rises.
 *
 * @param precisions one more than there are thresholds; the last is 1 by convention
 * @param recalls one more than there are thresholds, descending; the last is 0. All 1 where there
 *     are no positives
 * @param thresholds every distinct score, ascending; a sample is positive from this score on
 * @param averagePrecision the sum over thresholds of precision times the gain in recall, 0 to 1;
 *     NaN where there are no positives
 */
public record PrecisionRecallCurve(
    double[] precisions, double[] recalls, double[] thresholds, double averagePrecision) {

  /** The curve of a two-class task. */
  public static PrecisionRecallCurve of(double[] positiveScores, double[] negativeScores) {
    return of(RankedScores.of(positiveScores, negativeScores));
  }

  static PrecisionRecallCurve of(RankedScores ranked) {
    int points = ranked.points();
    double[] precisions = new double[points + 1];
    double[] recalls = new double[points + 1];
    double[] thresholds = new double[points];
    precisions[points] = 1;
    recalls[points] = 0;
    for (int i = 0; i < points; i++) {
      int from = points - 1 - i;
      long tp = ranked.truePositives()[from];
      precisions[i] = (double) tp / (tp + ranked.falsePositives()[from]);
      recalls[i] = ranked.positives() == 0 ? 1 : (double) tp / ranked.positives();
      thresholds[i] = ranked.thresholds()[from];
    }
    return new PrecisionRecallCurve(precisions, recalls, thresholds, averagePrecision(ranked));
  }

  static double averagePrecision(RankedScores ranked) {
    if (ranked.positives() == 0) {
      return Double.NaN;
    }
    double sum = 0;
    double lastRecall = 0;
    for (int i = 0; i < ranked.points(); i++) {
      long tp = ranked.truePositives()[i];
      double recall = (double) tp / ranked.positives();
      sum += (recall - lastRecall) * tp / (tp + ranked.falsePositives()[i]);
      lastRecall = recall;
    }
    return sum;
  }
}
