package io.residua.classic.internal;

import io.residua.Progress;
import io.residua.internal.Text;
import io.residua.internal.Warnings;
import io.residua.run.internal.GridMetrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * The outcome of trying classifiers by stratified cross-validation: a row for each candidate, the
 * best of them, and that one fitted to all samples. Scores are accuracies and equal those of
 * scikit-learn's {@code GridSearchCV}.
 *
 * <p>The score of the best candidate is optimistic, because it was chosen by it: measure the model
 * on samples that the search has not seen.
 *
 * @param rows in the order of the candidates
 * @param bestIndex the first row of rank 1
 * @param model the best candidate, fitted to all samples
 * @param seconds how long everything took
 */
public record GridSearch(List<Row> rows, int bestIndex, ClassicModel model, double seconds) {
  public GridSearch {
    rows = List.copyOf(rows);
  }

  /**
   * One candidate.
   *
   * @param foldScores the accuracy in each fold, 0 to 1
   * @param mean of the fold scores
   * @param standardDeviation of the fold scores, divided by their number
   * @param rank 1 for the largest mean; equal means share the better rank
   * @param fitSeconds the mean time of a fold's fit on one thread, without what candidates share
   */
  public record Row(
      ClassicSpec spec,
      double[] foldScores,
      double mean,
      double standardDeviation,
      int rank,
      double fitSeconds) {}

  /**
   * Support vector classifiers of every cost and gamma: the cost varies slowest.
   *
   * @param kernel the kernel for a gamma, for instance {@code g -> Kernel.poly(g, 3, 0)}
   */
  public static List<SvcSpec> svcGrid(
      Function<Gamma, Kernel> kernel, double[] costs, List<Gamma> gammas) {
    List<SvcSpec> grid = new ArrayList<>();
    for (double c : costs) {
      for (Gamma gamma : gammas) {
        grid.add(SvcSpec.of(kernel.apply(gamma), c));
      }
    }
    return List.copyOf(grid);
  }

  /**
   * Tries every candidate in every fold and fits the best to all samples.
   *
   * @param candidates at least one
   * @param samples n rows of features, scaled
   * @param labels n class numbers
   * @param folds how many folds, at least 2; 5 is usual
   */
  public static GridSearch run(
      List<? extends ClassicSpec> candidates,
      Matrix samples,
      int[] labels,
      int folds,
      Execution execution,
      Progress progress) {
    if (candidates.isEmpty()) {
      throw new IllegalArgumentException("a grid search needs candidates");
    }
    Training.check(samples, labels);
    long start = System.nanoTime();
    StratifiedKFold split = StratifiedKFold.of(labels, folds);
    if (split.smallestClass() < folds) {
      Warnings.tell(
          progress,
          Text.of(
              "the rarest class has %d samples for %d folds: some folds validate none of it",
              split.smallestClass(), folds));
    }
    FoldScores scores = new FoldScores(candidates.size(), folds);
    SharedKernels kernels = new SharedKernels(samples, labels, execution, progress);
    try (Progress.Task task =
        progress.start("grid search", (long) candidates.size() * folds, "fits")) {
      kernels.score(candidates, split, scores, task);
      for (int c = 0; c < candidates.size(); c++) {
        if (!(candidates.get(c) instanceof SvcSpec)) {
          scoreAlone(c, candidates.get(c), samples, labels, split, execution, scores, task);
        }
      }
    }
    List<Row> rows = scores.rows(candidates);
    int best = 0;
    while (rows.get(best).rank() != 1) {
      best++;
    }
    ClassicSpec spec = candidates.get(best);
    ClassicModel model =
        spec instanceof SvcSpec svc
            ? kernels.fit(svc)
            : spec.fit(samples, labels, execution, progress);
    return new GridSearch(rows, best, model, (System.nanoTime() - start) / 1e9);
  }

  private static void scoreAlone(
      int candidate,
      ClassicSpec spec,
      Matrix samples,
      int[] labels,
      StratifiedKFold split,
      Execution execution,
      FoldScores scores,
      Progress.Task task) {
    for (int fold = 0; fold < split.count(); fold++) {
      int[] train = split.trainRows(fold);
      int[] validation = split.validationRows(fold);
      int[] trainLabels = Arrays.stream(train).map(row -> labels[row]).toArray();
      long start = System.nanoTime();
      ClassicModel model = spec.fit(samples.select(train), trainLabels, execution, Progress.NONE);
      long nanos = System.nanoTime() - start;
      int[] predicted = model.answer(samples.select(validation), execution).predicted();
      int right = 0;
      for (int i = 0; i < validation.length; i++) {
        right += predicted[i] == labels[validation[i]] ? 1 : 0;
      }
      scores.set(candidate, fold, (double) right / validation.length, nanos);
      task.advance(1);
    }
  }

  public Row best() {
    return rows.get(bestIndex);
  }

  /** The same as a run's metrics have it, under the names of scikit-learn. */
  public GridMetrics metrics() {
    return new GridMetrics(
        bestIndex,
        best().mean(),
        best().spec().toJson(),
        seconds,
        rows.stream()
            .map(
                row ->
                    new GridMetrics.Candidate(
                        row.spec().toJson(),
                        Arrays.stream(row.foldScores()).boxed().toList(),
                        row.mean(),
                        row.standardDeviation(),
                        row.rank(),
                        row.fitSeconds()))
            .toList());
  }

  /** The table for the terminal, best first. */
  public String toText() {
    return GridText.of(this);
  }
}
