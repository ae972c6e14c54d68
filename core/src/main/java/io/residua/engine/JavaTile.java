package io.residua.engine;

import java.util.Arrays;

/**
 * A blocked matrix product: {@code sums += a · panel}. One thread's working memory, small enough
 * for its cache. Rows are arrays of their own because the JIT compiler turns only such loops into
 * vector instructions.
 */
final class JavaTile {
  /** Most rows of {@link #sums}. */
  static final int ROWS = 128;

  /** Most rows of {@link #panel}: terms that one call adds up. */
  static final int DEPTH = 128;

  /** Most columns of both. */
  static final int COLUMNS = 256;

  final float[][] panel = new float[DEPTH][COLUMNS];
  final float[][] sums = new float[ROWS][COLUMNS];

  /** One row for gathering values. */
  final float[] row = new float[COLUMNS];

  /** Stands in for the second row of the last pair where there is an odd number of rows. */
  private final float[] nowhere = new float[COLUMNS];

  /** Sets the first rows of the sums to zero. */
  void clear(int rows, int columns) {
    for (int i = 0; i < rows; i++) {
      Arrays.fill(sums[i], 0, columns, 0);
    }
  }

  /**
   * Adds the product of {@code a} ({@code rows × depth}) and the panel ({@code depth × columns}) to
   * the sums. The order of additions is the same for every element and every size.
   *
   * @param start index of a's first element
   * @param rowStride distance between a's rows
   * @param columnStride distance between a's columns
   */
  void multiplyAdd(
      int rows, int columns, int depth, float[] a, int start, int rowStride, int columnStride) {
    for (int i = 0; i < rows; i += 2) {
      int first = start + i * rowStride;
      boolean pair = i + 1 < rows;
      int second = pair ? first + rowStride : first;
      float[] c = sums[i];
      float[] d = pair ? sums[i + 1] : nowhere;
      int p = 0;
      for (; p + 4 <= depth; p += 4) {
        int u = first + p * columnStride;
        int v = second + p * columnStride;
        fourTerms(
            columns,
            c,
            a[u],
            a[u + columnStride],
            a[u + 2 * columnStride],
            a[u + 3 * columnStride],
            d,
            a[v],
            a[v + columnStride],
            a[v + 2 * columnStride],
            a[v + 3 * columnStride],
            panel[p],
            panel[p + 1],
            panel[p + 2],
            panel[p + 3]);
      }
      for (; p < depth; p++) {
        oneTerm(columns, c, a[first + p * columnStride], panel[p]);
        oneTerm(columns, d, a[second + p * columnStride], panel[p]);
      }
    }
  }

  private static void fourTerms(
      int columns,
      float[] c,
      float c0,
      float c1,
      float c2,
      float c3,
      float[] d,
      float d0,
      float d1,
      float d2,
      float d3,
      float[] p0,
      float[] p1,
      float[] p2,
      float[] p3) {
    for (int j = 0; j < columns; j++) {
      float x0 = p0[j];
      float x1 = p1[j];
      float x2 = p2[j];
      float x3 = p3[j];
      c[j] += c0 * x0 + c1 * x1 + c2 * x2 + c3 * x3;
      d[j] += d0 * x0 + d1 * x1 + d2 * x2 + d3 * x3;
    }
  }

  private static void oneTerm(int columns, float[] c, float factor, float[] p) {
    for (int j = 0; j < columns; j++) {
      c[j] += factor * p[j];
    }
  }
}
