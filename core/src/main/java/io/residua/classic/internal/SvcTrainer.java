package io.residua.classic.internal;

import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Fits the pairs of classes of a support vector machine, each a task of its own. */
final class SvcTrainer {
  private static final int PLATT_FOLDS = 5;

  private final SvcSpec spec;
  private final KernelSource kernel;
  private final ClassRows groups;
  private final long cacheBytes;
  private final SmoSolver.Solution[] solutions;
  private final PlattScaling.Sigmoid[] sigmoids;

  /**
   * @param rows the training rows among those of the kernel
   * @param cacheBytes the most that one pair's kernel rows may take
   */
  SvcTrainer(SvcSpec spec, KernelSource kernel, int[] labels, int[] rows, long cacheBytes) {
    this.spec = spec;
    this.kernel = kernel;
    this.groups = ClassRows.of(labels, rows);
    this.cacheBytes = cacheBytes;
    this.solutions = new SmoSolver.Solution[groups.pairCount()];
    this.sigmoids = new PlattScaling.Sigmoid[spec.probability() ? groups.pairCount() : 0];
  }

  int pairCount() {
    return groups.pairCount();
  }

  void fitPair(int pair) {
    int[] rows = groups.pairRows(pair);
    int positives = groups.rows()[groups.first(pair)].length;
    solutions[pair] = solve(pair, rows, positives);
    if (spec.probability()) {
      sigmoids[pair] = fitSigmoid(pair, rows, positives);
    }
  }

  /** The machine, once every pair is fitted. */
  SvcMachine machine() {
    return SvcMachine.join(groups, solutions);
  }

  /** The probability model, once every pair is fitted; null if none was asked for. */
  @Nullable PlattScaling platt() {
    return spec.probability() ? PlattScaling.of(sigmoids) : null;
  }

  private SmoSolver.Solution solve(int pair, int[] rows, int positives) {
    long capacity = cacheBytes / (8L * rows.length);
    return SmoSolver.solve(
        kernel.subset(rows),
        rows.length,
        positives,
        cost(groups.first(pair)),
        cost(groups.second(pair)),
        spec.tolerance(),
        (int) Math.min(rows.length, capacity));
  }

  private double cost(int classIndex) {
    return spec.c()
        * spec.weights()
            .weight(
                groups.classes()[classIndex],
                groups.rows()[classIndex].length,
                groups.total(),
                groups.count());
  }

  /**
   * Fits the sigmoid to decisions about samples that the machine behind them has not seen; every
   * fifth sample of each class makes a fold.
   */
  private PlattScaling.Sigmoid fitSigmoid(int pair, int[] rows, int positives) {
    double[] decisions = new double[rows.length];
    for (int fold = 0; fold < PLATT_FOLDS; fold++) {
      int[] held = positions(rows.length, positives, fold, true);
      int[] kept = positions(rows.length, positives, fold, false);
      int keptPositives = 0;
      for (int t : kept) {
        keptPositives += t < positives ? 1 : 0;
      }
      if (keptPositives == 0 || keptPositives == kept.length) {
        for (int t : held) {
          decisions[t] = kept.length == 0 ? 0 : keptPositives == 0 ? -1 : 1;
        }
        continue;
      }
      int[] keptRows = at(rows, kept);
      SmoSolver.Solution solution = solve(pair, keptRows, keptPositives);
      double[][] values = kernel.block(at(rows, held), keptRows);
      for (int h = 0; h < held.length; h++) {
        double sum = solution.intercept();
        for (int t = 0; t < keptRows.length; t++) {
          sum += solution.coefficients()[t] * values[h][t];
        }
        decisions[held[h]] = sum;
      }
    }
    return PlattScaling.fit(decisions, positives);
  }

  private static int[] positions(int size, int positives, int fold, boolean inFold) {
    return IntStream.range(0, size)
        .filter(t -> ((t < positives ? t : t - positives) % PLATT_FOLDS == fold) == inFold)
        .toArray();
  }

  private static int[] at(int[] rows, int[] positions) {
    int[] chosen = new int[positions.length];
    for (int i = 0; i < chosen.length; i++) {
      chosen[i] = rows[positions[i]];
    }
    return chosen;
  }
}
