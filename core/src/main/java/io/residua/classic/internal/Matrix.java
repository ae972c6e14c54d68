package io.residua.classic.internal;

import io.residua.internal.Text;
import java.util.Arrays;

/**
 * A dense matrix of doubles: a row is a sample, a column a feature. Immutable.
 *
 * <p>Every value is a finite number; a factory given anything else throws {@link ClassicException}.
 */
public final class Matrix {
  private final int rows;
  private final int columns;
  private final double[] values;

  private Matrix(int rows, int columns, double[] values) {
    this.rows = rows;
    this.columns = columns;
    this.values = values;
  }

  /** Rows of equal length, copied. */
  public static Matrix of(float[][] rows) {
    int columns = rows.length == 0 ? 0 : rows[0].length;
    double[] values = new double[Math.multiplyExact(rows.length, columns)];
    for (int i = 0; i < rows.length; i++) {
      requireColumns(i, rows[i].length, columns);
      for (int j = 0; j < columns; j++) {
        values[i * columns + j] = rows[i][j];
      }
    }
    return wrap(rows.length, columns, values);
  }

  /** Rows of equal length, copied. */
  public static Matrix of(double[][] rows) {
    int columns = rows.length == 0 ? 0 : rows[0].length;
    double[] values = new double[Math.multiplyExact(rows.length, columns)];
    for (int i = 0; i < rows.length; i++) {
      requireColumns(i, rows[i].length, columns);
      System.arraycopy(rows[i], 0, values, i * columns, columns);
    }
    return wrap(rows.length, columns, values);
  }

  /** Row after row in one array, copied. */
  public static Matrix of(int rows, int columns, float[] rowMajor) {
    double[] values = new double[rowMajor.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = rowMajor[i];
    }
    return wrap(rows, columns, values);
  }

  /** Row after row in one array, copied. */
  public static Matrix of(int rows, int columns, double[] rowMajor) {
    return wrap(rows, columns, rowMajor.clone());
  }

  /** Takes over an array that nobody else writes to. */
  static Matrix wrap(int rows, int columns, double[] values) {
    if (rows < 0 || columns < 0 || (long) rows * columns != values.length) {
      throw new IllegalArgumentException(
          Text.of("%d values do not make %d rows of %d", values.length, rows, columns));
    }
    for (int i = 0; i < values.length; i++) {
      if (!Double.isFinite(values[i])) {
        throw new ClassicException(
            Text.of(
                "feature %d of sample %d is not a finite number (%s)",
                i % columns, i / columns, values[i]));
      }
    }
    return new Matrix(rows, columns, values);
  }

  private static void requireColumns(int row, int columns, int expected) {
    if (columns != expected) {
      throw new IllegalArgumentException(
          Text.of("row %d has %d values, row 0 has %d", row, columns, expected));
    }
  }

  public int rows() {
    return rows;
  }

  public int columns() {
    return columns;
  }

  public double get(int row, int column) {
    return values[row * columns + column];
  }

  /** A copy of a row. */
  public double[] row(int row) {
    double[] copy = new double[columns];
    copyRow(row, 0, columns, copy);
    return copy;
  }

  /** Copies {@code count} values of a row, beginning with column {@code from}. */
  void copyRow(int row, int from, int count, double[] target) {
    System.arraycopy(values, row * columns + from, target, 0, count);
  }

  /** A matrix of some of the rows, in that order. */
  public Matrix select(int[] index) {
    double[] selected = new double[Math.multiplyExact(index.length, columns)];
    for (int i = 0; i < index.length; i++) {
      System.arraycopy(values, index[i] * columns, selected, i * columns, columns);
    }
    return new Matrix(index.length, columns, selected);
  }

  /** Rows {@code from} (included) to {@code to} (excluded). */
  Matrix slice(int from, int to) {
    double[] copy = Arrays.copyOfRange(values, from * columns, to * columns);
    return new Matrix(to - from, columns, copy);
  }

  /** The same values rounded to 32-bit floats, as they are stored in files. */
  Matrix roundedToFloat() {
    double[] rounded = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      rounded[i] = (float) values[i];
    }
    return wrap(rows, columns, rounded);
  }

  /** The sum of squares of each row. */
  public double[] squaredNorms() {
    double[] norms = new double[rows];
    for (int i = 0; i < rows; i++) {
      double sum = 0;
      for (int k = i * columns; k < (i + 1) * columns; k++) {
        sum += values[k] * values[k];
      }
      norms[i] = sum;
    }
    return norms;
  }

  /** The mean squared deviation of all values from their common mean. */
  double variance() {
    double mean = 0;
    for (double v : values) {
      mean += v;
    }
    mean /= values.length;
    double sum = 0;
    for (double v : values) {
      sum += (v - mean) * (v - mean);
    }
    return sum / values.length;
  }

  /** A copy of the values, row after row. */
  public double[] toArray() {
    return values.clone();
  }
}
