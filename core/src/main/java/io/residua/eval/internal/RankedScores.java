package io.residua.eval.internal;

import io.residua.eval.Predictions;
import java.util.Arrays;

/**
 * How many positives and negatives score at least as high as each distinct score, highest first:
 * what ROC and precision-recall curves are made of.
 */
public record RankedScores(double[] thresholds, long[] truePositives, long[] falsePositives) {

  public static RankedScores of(double[] positiveScores, double[] negativeScores) {
    double[] pos = positiveScores.clone();
    double[] neg = negativeScores.clone();
    Arrays.sort(pos);
    Arrays.sort(neg);
    int size = pos.length + neg.length;
    double[] thresholds = new double[size];
    long[] tp = new long[size];
    long[] fp = new long[size];
    int p = pos.length;
    int q = neg.length;
    int points = 0;
    while (p > 0 || q > 0) {
      double at =
          Math.max(
              p > 0 ? pos[p - 1] : Double.NEGATIVE_INFINITY,
              q > 0 ? neg[q - 1] : Double.NEGATIVE_INFINITY);
      while (p > 0 && pos[p - 1] == at) {
        p--;
      }
      while (q > 0 && neg[q - 1] == at) {
        q--;
      }
      thresholds[points] = at;
      tp[points] = pos.length - p;
      fp[points] = neg.length - q;
      points++;
    }
    return new RankedScores(
        Arrays.copyOf(thresholds, points), Arrays.copyOf(tp, points), Arrays.copyOf(fp, points));
  }

  /** One class against all others. */
  public static RankedScores of(Predictions predictions, int classIndex) {
    int positives = 0;
    for (int i = 0; i < predictions.n(); i++) {
      positives += predictions.label(i) == classIndex ? 1 : 0;
    }
    double[] pos = new double[positives];
    double[] neg = new double[predictions.n() - positives];
    int p = 0;
    for (int i = 0; i < predictions.n(); i++) {
      double score = predictions.score(i, classIndex);
      if (predictions.label(i) == classIndex) {
        pos[p++] = score;
      } else {
        neg[i - p] = score;
      }
    }
    return of(pos, neg);
  }

  /** Every pair of sample and class pooled: positive where the sample is of the class. */
  public static RankedScores pooled(Predictions predictions) {
    int k = predictions.classCount();
    double[] pos = new double[predictions.n()];
    double[] neg = new double[Math.multiplyExact(predictions.n(), k - 1)];
    int q = 0;
    for (int i = 0; i < predictions.n(); i++) {
      for (int c = 0; c < k; c++) {
        if (predictions.label(i) == c) {
          pos[i] = predictions.score(i, c);
        } else {
          neg[q++] = predictions.score(i, c);
        }
      }
    }
    return of(pos, neg);
  }

  public int points() {
    return thresholds.length;
  }

  public long positives() {
    return points() == 0 ? 0 : truePositives[points() - 1];
  }

  public long negatives() {
    return points() == 0 ? 0 : falsePositives[points() - 1];
  }
}
