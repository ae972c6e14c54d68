package io.residua.classic.internal;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Eigenvalues and eigenvectors of a small symmetric matrix by Jacobi's rotations.
 *
 * @param values descending
 * @param vectors a row for each of them
 */
record SymmetricEigen(double[] values, double[][] vectors) {

  static SymmetricEigen of(double[][] symmetric) {
    int n = symmetric.length;
    double[][] a = Arrays.stream(symmetric).map(double[]::clone).toArray(double[][]::new);
    double[][] v = new double[n][n];
    for (int i = 0; i < n; i++) {
      v[i][i] = 1;
    }
    for (int sweep = 0; sweep < 60; sweep++) {
      double off = 0;
      double on = 0;
      for (int p = 0; p < n; p++) {
        on += a[p][p] * a[p][p];
        for (int q = p + 1; q < n; q++) {
          off += a[p][q] * a[p][q];
        }
      }
      if (off <= 1e-34 * on) {
        break;
      }
      for (int p = 0; p < n; p++) {
        for (int q = p + 1; q < n; q++) {
          if (a[p][q] != 0) {
            rotate(a, v, p, q);
          }
        }
      }
    }
    Integer[] order = new Integer[n];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparingDouble(i -> -a[i][i]));
    double[] values = new double[n];
    double[][] vectors = new double[n][];
    for (int i = 0; i < n; i++) {
      values[i] = a[order[i]][order[i]];
      vectors[i] = v[order[i]];
    }
    return new SymmetricEigen(values, vectors);
  }

  private static void rotate(double[][] a, double[][] v, int p, int q) {
    double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
    double t = Math.copySign(1, theta) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
    double c = 1 / Math.sqrt(t * t + 1);
    double s = t * c;
    for (int k = 0; k < a.length; k++) {
      double kp = a[k][p];
      double kq = a[k][q];
      a[k][p] = c * kp - s * kq;
      a[k][q] = s * kp + c * kq;
    }
    for (int k = 0; k < a.length; k++) {
      double pk = a[p][k];
      double qk = a[q][k];
      a[p][k] = c * pk - s * qk;
      a[q][k] = s * pk + c * qk;
      double vp = v[p][k];
      double vq = v[q][k];
      v[p][k] = c * vp - s * vq;
      v[q][k] = s * vp + c * vq;
    }
  }

  /** The rows combined with the weights of each eigenvector. */
  double[][] combine(double[][] rows) {
    double[][] out = new double[vectors.length][rows[0].length];
    for (int e = 0; e < vectors.length; e++) {
      for (int r = 0; r < rows.length; r++) {
        for (int i = 0; i < rows[r].length; i++) {
          out[e][i] += vectors[e][r] * rows[r][i];
        }
      }
    }
    return out;
  }

  /** The dot products of two sets of rows, made symmetric. */
  static double[][] products(double[][] a, double[][] b) {
    double[][] out = new double[a.length][a.length];
    for (int i = 0; i < a.length; i++) {
      for (int j = 0; j < a.length; j++) {
        for (int k = 0; k < a[i].length; k++) {
          out[i][j] += (a[i][k] * b[j][k] + a[j][k] * b[i][k]) / 2;
        }
      }
    }
    return out;
  }

  /** Makes rows orthonormal (modified Gram-Schmidt, twice); a row that depends on others is 0. */
  static void orthonormalise(double[][] rows) {
    for (int i = 0; i < rows.length; i++) {
      double before = norm(rows[i]);
      for (int pass = 0; pass < 2; pass++) {
        for (int j = 0; j < i; j++) {
          double dot = 0;
          for (int k = 0; k < rows[i].length; k++) {
            dot += rows[i][k] * rows[j][k];
          }
          for (int k = 0; k < rows[i].length; k++) {
            rows[i][k] -= dot * rows[j][k];
          }
        }
      }
      double norm = norm(rows[i]);
      double scale = norm <= 1e-14 * before ? 0 : 1 / norm;
      for (int k = 0; k < rows[i].length; k++) {
        rows[i][k] *= scale;
      }
    }
  }

  private static double norm(double[] row) {
    double sum = 0;
    for (double v : row) {
      sum += v * v;
    }
    return Math.sqrt(sum);
  }
}
