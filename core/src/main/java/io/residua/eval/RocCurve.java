package io.residua.eval;

import io.residua.eval.internal.RankedScores;
import java.util.Arrays;

/**
 * A receiver operating characteristic: the share of positives found against the share of negatives
 * wrongly taken for positive, as the threshold falls. Points on a straight line between their
 * neighbours are left out, as scikit-learn's {@code roc_curve} does.
 *
 * @param falsePositiveRates from 0 to 1, ascending
 * @param truePositiveRates from 0 to 1, ascending
 * @param thresholds descending; a sample is positive from this score on. The first is positive
 *     infinity: nothing is positive
 * @param auc the area under the curve, 0 to 1, ties counted half; NaN where there are no positives
 *     or no negatives (the rates of the missing side are then NaN too)
 */
public record RocCurve(
    double[] falsePositiveRates, double[] truePositiveRates, double[] thresholds, double auc) {

  /** The curve of a two-class task. */
  public static RocCurve of(double[] positiveScores, double[] negativeScores) {
    return of(RankedScores.of(positiveScores, negativeScores));
  }

  static RocCurve of(RankedScores ranked) {
    int points = ranked.points();
    double[] fpr = new double[points + 1];
    double[] tpr = new double[points + 1];
    double[] thresholds = new double[points + 1];
    thresholds[0] = Double.POSITIVE_INFINITY;
    fpr[0] = ranked.negatives() == 0 ? Double.NaN : 0;
    tpr[0] = ranked.positives() == 0 ? Double.NaN : 0;
    long[] tp = ranked.truePositives();
    long[] fp = ranked.falsePositives();
    int size = 1;
    for (int i = 0; i < points; i++) {
      boolean kink =
          i == 0
              || i == points - 1
              || tp[i + 1] - tp[i] != tp[i] - tp[i - 1]
              || fp[i + 1] - fp[i] != fp[i] - fp[i - 1];
      if (kink) {
        fpr[size] = (double) fp[i] / ranked.negatives();
        tpr[size] = (double) tp[i] / ranked.positives();
        thresholds[size] = ranked.thresholds()[i];
        size++;
      }
    }
    return new RocCurve(
        Arrays.copyOf(fpr, size),
        Arrays.copyOf(tpr, size),
        Arrays.copyOf(thresholds, size),
        auc(ranked));
  }

  /** The area by the trapezoidal rule, summed in whole numbers. */
  static double auc(RankedScores ranked) {
    if (ranked.positives() == 0 || ranked.negatives() == 0) {
      return Double.NaN;
    }
    long twice = 0;
    long lastTp = 0;
    long lastFp = 0;
    for (int i = 0; i < ranked.points(); i++) {
      long tp = ranked.truePositives()[i];
      long fp = ranked.falsePositives()[i];
      twice += (fp - lastFp) * (tp + lastTp);
      lastTp = tp;
      lastFp = fp;
    }
    return twice / 2.0 / ranked.positives() / ranked.negatives();
  }

  /**
   * The mean of several curves: true-positive rates interpolated at every false-positive rate that
   * occurs in any of them. It has no thresholds. Curves without an area are left out.
   */
  static RocCurve mean(RocCurve[] curves) {
    RocCurve[] defined =
        Arrays.stream(curves).filter(c -> !Double.isNaN(c.auc)).toArray(RocCurve[]::new);
    double[] fpr =
        Arrays.stream(defined)
            .flatMapToDouble(c -> Arrays.stream(c.falsePositiveRates))
            .sorted()
            .distinct()
            .toArray();
    double[] tpr = new double[fpr.length];
    double area = defined.length == 0 ? Double.NaN : 0;
    for (int i = 0; i < fpr.length; i++) {
      for (RocCurve curve : defined) {
        tpr[i] += curve.truePositiveRateAt(fpr[i]) / defined.length;
      }
      if (i > 0) {
        area += (fpr[i] - fpr[i - 1]) * (tpr[i] + tpr[i - 1]) / 2;
      }
    }
    return new RocCurve(fpr, tpr, new double[0], area);
  }

  /** The highest true-positive rate at that false-positive rate, linear between points. */
  public double truePositiveRateAt(double falsePositiveRate) {
    int right = 0;
    while (right < falsePositiveRates.length && falsePositiveRates[right] <= falsePositiveRate) {
      right++;
    }
    if (right == 0) {
      return truePositiveRates[0];
    }
    int left = right - 1;
    if (right == falsePositiveRates.length || falsePositiveRates[left] == falsePositiveRate) {
      return truePositiveRates[left];
    }
    double share =
        (falsePositiveRate - falsePositiveRates[left])
            / (falsePositiveRates[right] - falsePositiveRates[left]);
    return truePositiveRates[left] + share * (truePositiveRates[right] - truePositiveRates[left]);
  }
}
