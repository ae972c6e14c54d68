package io.residua.classic.internal;

import io.residua.internal.Text;
import java.util.Arrays;

/**
 * Dot products in blocks that stay in the cache: a panel of {@code b} is transposed so that the
 * inner loop runs along contiguous columns of the result, in a form that the JIT vectorises.
 */
final class BlockedProduct implements MatrixProduct {
  private static final int PANEL_COLUMNS = 256;
  private static final int PANEL_DEPTH = 64;

  private final int threads;

  BlockedProduct(int threads) {
    this.threads = threads;
  }

  @Override
  public void timesTransposed(Matrix a, Matrix b, double[][] out) {
    requireSameWidth(a, b);
    int panels = ceilDiv(b.rows(), PANEL_COLUMNS);
    Parallel.run(threads, panels, panel -> multiply(a, 0, b, panel * PANEL_COLUMNS, out));
  }

  @Override
  public void gram(Matrix a, double[][] out) {
    int panels = ceilDiv(a.rows(), PANEL_COLUMNS);
    Parallel.run(
        threads,
        panels,
        panel -> multiply(a, panel * PANEL_COLUMNS, a, panel * PANEL_COLUMNS, out));
    for (int i = 0; i < a.rows(); i++) {
      for (int j = i + 1; j < a.rows(); j++) {
        out[i][j] = out[j][i];
      }
    }
  }

  private static void multiply(Matrix a, int firstRow, Matrix b, int firstColumn, double[][] out) {
    int width = Math.min(PANEL_COLUMNS, b.rows() - firstColumn);
    double[][] panel = new double[PANEL_DEPTH][width];
    double[] row0 = new double[PANEL_DEPTH];
    double[] row1 = new double[PANEL_DEPTH];
    double[] sum0 = new double[width];
    double[] sum1 = new double[width];
    for (int depth = 0; depth < Math.max(1, a.columns()); depth += PANEL_DEPTH) {
      int size = Math.min(PANEL_DEPTH, a.columns() - depth);
      pack(b, firstColumn, width, depth, size, panel);
      for (int i = firstRow; i < a.rows(); i += 2) {
        boolean pair = i + 1 < a.rows();
        a.copyRow(i, depth, size, row0);
        a.copyRow(pair ? i + 1 : i, depth, size, row1);
        load(depth, out[i], firstColumn, sum0);
        load(depth, out[pair ? i + 1 : i], firstColumn, sum1);
        for (int k = 0; k < size; k += 4) {
          Rows.addFour(
              sum0,
              sum1,
              panel[k],
              panel[k + 1],
              panel[k + 2],
              panel[k + 3],
              row0,
              row1,
              k,
              Math.min(4, size - k));
        }
        System.arraycopy(sum0, 0, out[i], firstColumn, width);
        if (pair) {
          System.arraycopy(sum1, 0, out[i + 1], firstColumn, width);
        }
      }
    }
  }

  private static void load(int depth, double[] from, int firstColumn, double[] sums) {
    if (depth == 0) {
      Arrays.fill(sums, 0);
    } else {
      System.arraycopy(from, firstColumn, sums, 0, sums.length);
    }
  }

  /** Transposes a block of b: {@code panel[k][j]} is column {@code depth + k} of row j. */
  private static void pack(
      Matrix b, int firstRow, int width, int depth, int size, double[][] panel) {
    for (int j = 0; j < width; j++) {
      for (int k = 0; k < size; k++) {
        panel[k][j] = b.get(firstRow + j, depth + k);
      }
    }
    for (int k = size; k < PANEL_DEPTH; k++) {
      Arrays.fill(panel[k], 0);
    }
  }

  private static void requireSameWidth(Matrix a, Matrix b) {
    if (a.columns() != b.columns()) {
      throw new IllegalArgumentException(
          Text.of("samples of %d and of %d features do not fit", a.columns(), b.columns()));
    }
  }

  private static int ceilDiv(int a, int b) {
    return (a + b - 1) / b;
  }
}
