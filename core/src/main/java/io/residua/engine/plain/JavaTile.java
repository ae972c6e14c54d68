package io.residua.engine.plain;

import java.util.Arrays;

/**
 * A blocked matrix product: {@code sums += a · panel}. One thread's working memory, small enough
 * for its cache. Rows are arrays of their own and each inner loop writes one only: such loops the
 * JIT compiler reliably turns into vector instructions.
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
    for (int i = 0; i < rows; i++) {
      float[] c = sums[i];
      int at = start + i * rowStride;
      int p = 0;
      for (; p + 4 <= depth; p += 4, at += 4 * columnStride) {
        float a0 = a[at];
        float a1 = a[at + columnStride];
        float a2 = a[at + 2 * columnStride];
        float a3 = a[at + 3 * columnStride];
        four(columns, c, a0, panel[p], a1, panel[p + 1], a2, panel[p + 2], a3, panel[p + 3]);
      }
      for (; p < depth; p++, at += columnStride) {
        one(columns, c, a[at], panel[p]);
      }
    }
  }

  private static void four(
      int columns,
      float[] c,
      float a0,
      float[] p0,
      float a1,
      float[] p1,
      float a2,
      float[] p2,
      float a3,
      float[] p3) {
    for (int j = 0; j < columns; j++) {
      c[j] += a0 * p0[j] + a1 * p1[j] + a2 * p2[j] + a3 * p3[j];
    }
  }

  private static void one(int columns, float[] c, float a, float[] p) {
    for (int j = 0; j < columns; j++) {
      c[j] += a * p[j];
    }
  }
}
