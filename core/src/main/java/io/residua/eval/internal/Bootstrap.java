package io.residua.eval.internal;

import io.residua.eval.Interval;
import io.residua.eval.Predictions;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;

/** Bootstrap intervals of one-vs-rest AUC: samples drawn with replacement, percentile method. */
public final class Bootstrap {
  private Bootstrap() {}

  /**
   * The 95 % interval of the mean AUC of some classes.
   *
   * @param classes the classes whose AUC is averaged; in a draw without positives or negatives of
   *     one of them, over the others
   */
  public static Interval auc(Predictions predictions, int[] classes, int resamples, long seed) {
    if (resamples < 1) {
      throw new IllegalArgumentException("resamples must be at least 1, not " + resamples);
    }
    int n = predictions.n();
    int[][] orders = new int[classes.length][];
    for (int c = 0; c < classes.length; c++) {
      orders[c] = ascending(predictions, classes[c]);
    }
    Random random = new Random(seed);
    double[] means = new double[resamples];
    int kept = 0;
    int[] drawn = new int[n];
    for (int r = 0; r < resamples; r++) {
      Arrays.fill(drawn, 0);
      for (int i = 0; i < n; i++) {
        drawn[random.nextInt(n)]++;
      }
      double sum = 0;
      int defined = 0;
      for (int c = 0; c < classes.length; c++) {
        double auc = auc(predictions, classes[c], orders[c], drawn);
        if (!Double.isNaN(auc)) {
          sum += auc;
          defined++;
        }
      }
      if (defined > 0) {
        means[kept++] = sum / defined;
      }
    }
    if (kept == 0) {
      throw new EvaluationException("AUC has no value: it needs samples of two classes");
    }
    return Interval.percentiles95(Arrays.copyOf(means, kept));
  }

  private static int[] ascending(Predictions predictions, int classIndex) {
    Integer[] order = new Integer[predictions.n()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(i -> predictions.score(i, classIndex)));
    return Arrays.stream(order).mapToInt(i -> i).toArray();
  }

  private static double auc(Predictions predictions, int classIndex, int[] order, int[] drawn) {
    double pairs = 0;
    long positives = 0;
    long negatives = 0;
    for (int from = 0; from < order.length; ) {
      double score = predictions.score(order[from], classIndex);
      long positivesHere = 0;
      long negativesHere = 0;
      int to = from;
      while (to < order.length && predictions.score(order[to], classIndex) == score) {
        if (predictions.label(order[to]) == classIndex) {
          positivesHere += drawn[order[to]];
        } else {
          negativesHere += drawn[order[to]];
        }
        to++;
      }
      pairs += positivesHere * (negatives + 0.5 * negativesHere);
      positives += positivesHere;
      negatives += negativesHere;
      from = to;
    }
    return positives == 0 || negatives == 0 ? Double.NaN : pairs / positives / negatives;
  }
}
