package io.residua.classic;

import java.util.Arrays;

/**
 * The matrix Q of the dual problem, Q[i][j] = y_i y_j K(x_i, x_j), row by row: rows are computed
 * when they are first needed and kept, the least recently used being dropped when there are too
 * many. Samples can change places, which is how the solver sets aside those it has done with.
 */
final class SignedRows {
  /** Stands for a row that is not held. */
  private static final float[] ABSENT = {};

  private final KernelSource.Subset kernel;
  private final int[] order;
  private final byte[] sign;
  private final float[][] rows;
  private final long[] lastUse;
  private final int capacity;
  private int held;
  private long clock;

  /**
   * @param sign +1 or -1 for each sample; follows the samples when they change places
   * @param capacity how many rows may be held, at least 2
   */
  SignedRows(KernelSource.Subset kernel, byte[] sign, int capacity) {
    this.kernel = kernel;
    this.sign = sign;
    this.order = new int[sign.length];
    for (int i = 0; i < order.length; i++) {
      order[i] = i;
    }
    this.rows = new float[sign.length][];
    Arrays.fill(rows, ABSENT);
    this.lastUse = new long[sign.length];
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
  float[] row(int i) {
    lastUse[i] = ++clock;
    float[] row = rows[i];
    if (row == ABSENT) {
      if (held == capacity) {
        dropOldest();
      }
      row = new float[order.length];
      kernel.row(order[i], order, row);
      byte own = sign[i];
      for (int j = 0; j < row.length; j++) {
        row[j] *= own * sign[j];
      }
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
    byte s = sign[i];
    sign[i] = sign[j];
    sign[j] = s;
    float[] r = rows[i];
    rows[i] = rows[j];
    rows[j] = r;
    long used = lastUse[i];
    lastUse[i] = lastUse[j];
    lastUse[j] = used;
    for (float[] row : rows) {
      if (row != ABSENT) {
        float v = row[i];
        row[i] = row[j];
        row[j] = v;
      }
    }
  }
}
