package io.residua.classic.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Collects the scores of a grid search; each cell is set once, by one thread. */
final class FoldScores {
  private final double[][] scores;
  private final long[][] nanos;

  FoldScores(int candidates, int folds) {
    scores = new double[candidates][folds];
    nanos = new long[candidates][folds];
  }

  void set(int candidate, int fold, double score, long fitNanos) {
    scores[candidate][fold] = score;
    nanos[candidate][fold] = fitNanos;
  }

  List<GridSearch.Row> rows(List<? extends ClassicSpec> candidates) {
    double[] means = Arrays.stream(scores).mapToDouble(PairwiseSum::mean).toArray();
    List<GridSearch.Row> rows = new ArrayList<>();
    for (int c = 0; c < scores.length; c++) {
      double mean = means[c];
      double[] squares = Arrays.stream(scores[c]).map(s -> (s - mean) * (s - mean)).toArray();
      int better = (int) Arrays.stream(means).filter(m -> m > mean).count();
      double seconds = Arrays.stream(nanos[c]).average().orElse(0) / 1e9;
      rows.add(
          new GridSearch.Row(
              candidates.get(c),
              scores[c],
              mean,
              Math.sqrt(PairwiseSum.mean(squares)),
              better + 1,
              seconds));
    }
    return rows;
  }
}
