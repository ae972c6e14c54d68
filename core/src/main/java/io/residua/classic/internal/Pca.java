package io.residua.classic.internal;

import io.residua.internal.Text;
import java.util.Arrays;
import java.util.Random;

/**
 * Principal component analysis: the directions in which samples vary most. Used to draw features in
 * two dimensions.
 */
public final class Pca {
  private static final int SPARE_DIRECTIONS = 14;
  private static final int MOST_ROUNDS = 500;

  private final double[] mean;
  private final Matrix components;
  private final double[] variances;
  private final double[] varianceRatios;

  private Pca(double[] mean, Matrix components, double[] variances, double[] varianceRatios) {
    this.mean = mean;
    this.components = components;
    this.variances = variances;
    this.varianceRatios = varianceRatios;
  }

  /**
   * Finds the leading components by subspace iteration on the smaller of the covariance and the
   * Gram matrix. The sign of each is such that its entry of largest size is positive.
   *
   * @param samples n rows of d features, n at least 2
   * @param count how many components, at least 1 and at most the smaller of n and d
   */
  public static Pca fit(Matrix samples, int count, Execution execution) {
    int n = samples.rows();
    int d = samples.columns();
    if (n < 2) {
      throw new ClassicException("principal components need at least two samples");
    }
    if (count < 1 || count > Math.min(n, d)) {
      throw new IllegalArgumentException(
          Text.of("%d components of %d samples with %d features", count, n, d));
    }
    double[] mean = mean(samples);
    double[] centred = centred(samples, mean);
    double total = 0;
    for (double v : centred) {
      total += v * v;
    }
    boolean bySample = n < d;
    double[] transposed = transposed(centred, n, d);
    Matrix sides = bySample ? Matrix.wrap(n, d, centred) : Matrix.wrap(d, n, transposed);
    double[][] products = new double[sides.rows()][sides.rows()];
    execution.product().gram(sides, products);
    double[][] leading = leading(products, count);
    double[][] components = new double[count][];
    double[] variances = new double[count];
    for (int c = 0; c < count; c++) {
      components[c] = bySample ? fromSamples(leading[c], centred, n, d) : leading[c];
      orient(components[c]);
      double squares = 0;
      for (int i = 0; i < n; i++) {
        double dot = 0;
        for (int j = 0; j < d; j++) {
          dot += centred[i * d + j] * components[c][j];
        }
        squares += dot * dot;
      }
      variances[c] = squares / (n - 1);
    }
    double spread = total / (n - 1);
    double[] ratios = Arrays.stream(variances).map(v -> spread == 0 ? 0 : v / spread).toArray();
    return new Pca(mean, Matrix.of(components), variances, ratios);
  }

  /** The coordinates of samples along the components: n rows of as many values. */
  public double[][] transform(Matrix samples, Execution execution) {
    Training.checkWidth(samples, mean.length);
    double[][] out = new double[samples.rows()][components.rows()];
    Matrix centred = Matrix.wrap(samples.rows(), mean.length, centred(samples, mean));
    execution.product().timesTransposed(centred, components, out);
    return out;
  }

  /** The mean of the samples it was fitted to. */
  public double[] mean() {
    return mean.clone();
  }

  /** Unit vectors, a row each, that of the largest variance first. */
  public Matrix components() {
    return components;
  }

  /** The variance (divided by n-1) of the samples along each component. */
  public double[] explainedVariance() {
    return variances.clone();
  }

  /** The same as a share of all variance, 0 to 1. */
  public double[] explainedVarianceRatio() {
    return varianceRatios.clone();
  }

  private static double[] mean(Matrix samples) {
    double[] mean = new double[samples.columns()];
    for (int i = 0; i < samples.rows(); i++) {
      for (int j = 0; j < mean.length; j++) {
        mean[j] += samples.get(i, j);
      }
    }
    for (int j = 0; j < mean.length; j++) {
      mean[j] /= samples.rows();
    }
    return mean;
  }

  private static double[] centred(Matrix samples, double[] mean) {
    double[] centred = samples.toArray();
    for (int i = 0; i < centred.length; i++) {
      centred[i] -= mean[i % mean.length];
    }
    return centred;
  }

  private static double[] transposed(double[] values, int rows, int columns) {
    double[] out = new double[values.length];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        out[j * rows + i] = values[i * columns + j];
      }
    }
    return out;
  }

  private static void orient(double[] component) {
    double largest = 0;
    for (double v : component) {
      if (Math.abs(v) > Math.abs(largest)) {
        largest = v;
      }
    }
    if (largest < 0) {
      for (int j = 0; j < component.length; j++) {
        component[j] = -component[j];
      }
    }
  }

  /** The direction in feature space that belongs to a direction in sample space. */
  private static double[] fromSamples(double[] weights, double[] centred, int n, int d) {
    double[] component = new double[d];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < d; j++) {
        component[j] += weights[i] * centred[i * d + j];
      }
    }
    double norm = 0;
    for (double v : component) {
      norm += v * v;
    }
    for (int j = 0; j < d; j++) {
      component[j] = norm == 0 ? 0 : component[j] / Math.sqrt(norm);
    }
    return component;
  }

  /**
   * The leading eigenvectors of a symmetric matrix without negative eigenvalues: rows spanning a
   * slightly larger space are multiplied by the matrix, made orthonormal and aligned with the
   * matrix's axes in that space, until those wanted stay where they are.
   */
  private static double[][] leading(double[][] products, int count) {
    int size = products.length;
    int width = Math.min(size, count + SPARE_DIRECTIONS);
    double[][] basis = new double[width][size];
    Random random = new Random(0);
    for (double[] row : basis) {
      Arrays.setAll(row, i -> random.nextGaussian());
    }
    SymmetricEigen.orthonormalise(basis);
    for (int round = 0; round < MOST_ROUNDS; round++) {
      double[][] image = new double[width][size];
      multiply(basis, products, image);
      SymmetricEigen eigen = SymmetricEigen.of(SymmetricEigen.products(basis, image));
      double[][] aligned = eigen.combine(basis);
      double[][] alignedImage = eigen.combine(image);
      double worst = 0;
      for (int c = 0; c < count; c++) {
        double rest = 0;
        for (int i = 0; i < size; i++) {
          double r = alignedImage[c][i] - eigen.values()[c] * aligned[c][i];
          rest += r * r;
        }
        worst = Math.max(worst, Math.sqrt(rest));
      }
      if (worst <= 1e-11 * eigen.values()[0] * Math.sqrt(size)) {
        return aligned;
      }
      basis = alignedImage;
      SymmetricEigen.orthonormalise(basis);
    }
    return basis;
  }

  /** Adds to each row of {@code image} the rows of a matrix weighted by a row of {@code basis}. */
  private static void multiply(double[][] basis, double[][] matrix, double[][] image) {
    int size = matrix.length;
    double[] spare = new double[size];
    for (int w = 0; w < basis.length; w += 2) {
      boolean pair = w + 1 < basis.length;
      for (int i = 0; i < size; i += 4) {
        Rows.addFour(
            image[w],
            pair ? image[w + 1] : spare,
            matrix[i],
            matrix[Math.min(i + 1, size - 1)],
            matrix[Math.min(i + 2, size - 1)],
            matrix[Math.min(i + 3, size - 1)],
            basis[w],
            basis[pair ? w + 1 : w],
            i,
            Math.min(4, size - i));
      }
    }
  }
}
