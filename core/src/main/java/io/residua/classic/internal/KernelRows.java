package io.residua.classic.internal;

import java.util.Arrays;

/**
 * The kernel matrix of one two-class problem, row by row: rows are computed when they are first
 * needed and kept, the least recently used being dropped when there are too many. Samples can
 * change places, which is how the solver sets aside those it has done with.
 */
final class KernelRows {
  /** Stands for a row that is not held. */
  private static final double[] ABSENT = {};

  private final KernelSource.Subset kernel;
  private final int[] order;
  private final double[][] rows;
  private final long[] lastUse;
  private final int capacity;
  private int held;
  private long clock;

  /**
   * @param capacity how many rows may be held, at least 2
   */
  KernelRows(KernelSource.Subset kernel, int size, int capacity) {
    this.kernel = kernel;
    this.order = new int[size];
    Arrays.setAll(order, i -> i);
    this.rows = new double[size][];
    Arrays.fill(rows, ABSENT);
    this.lastUse = new long[size];
    this.capacity = Math.max(2, capacity);
  }

  /** The original position of the sample that is now at {@code i}. */
  int original(int i) {
    return order[i];
  }

  double diagonal(int i) {
    return kernel.diagonal(order[i]);
  }

  /** A row; valid until samples change places. Must not be changed. */
  double[] row(int i) {
    lastUse[i] = ++clock;
    double[] row = rows[i];
    if (row == ABSENT) {
      if (held == capacity) {
        dropOldest();
      }
      row = new double[order.length];
      kernel.row(order[i], order, row);
      rows[i] = row;
      held++;
    }
    return row;
  }

  private void dropOldest() {
    int oldest = -1;
    for (int i = 0; i < rows.length; i++) {
      if (rows[i] != ABSENT && (oldest < 0 || lastUse[i] < lastUse[oldest])) {
        oldest = i;
      }
    }
    rows[oldest] = ABSENT;
    held--;
  }

  void swap(int i, int j) {
    int o = order[i];
    order[i] = order[j];
    order[j] = o;
    double[] r = rows[i];
    rows[i] = rows[j];
    rows[j] = r;
    long used = lastUse[i];
    lastUse[i] = lastUse[j];
    lastUse[j] = used;
    for (double[] row : rows) {
      if (row != ABSENT) {
        double v = row[i];
        row[i] = row[j];
        row[j] = v;
      }
    }
  }
}
