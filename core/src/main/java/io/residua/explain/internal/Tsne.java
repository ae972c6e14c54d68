package io.residua.explain.internal;

import io.residua.Progress;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Points in a plane whose near neighbours are those that they have in many dimensions: t-SNE (van
 * der Maaten and Hinton 2008), exact, for at most some thousand points. It starts from the plane of
 * the principal components and has no chance in it, so the same rows always give the same picture.
 * Constants are those of scikit-learn's {@code TSNE}.
 */
final class Tsne {
  /** How often points are moved. */
  static final int ROUNDS = 750;

  private static final int EARLY_ROUNDS = 250;
  private static final double PERPLEXITY = 30;
  private static final double EXAGGERATION = 12;
  private static final double START_DEVIATION = 1e-4;
  private static final double LEAST_GAIN = 0.01;
  private static final double LEAST_PROBABILITY = 1e-12;

  private Tsne() {}

  /**
   * Lays out rows.
   *
   * @param rows at least 3, of equal length
   * @param start two coordinates for each row; their scale does not matter
   * @param task advanced by {@link #ROUNDS}
   * @return two coordinates for each row, about the origin
   */
  static double[][] layOut(float[][] rows, double[][] start, Progress.Task task) {
    double perplexity = Math.min(PERPLEXITY, (rows.length - 1) / 3.0);
    double[][] p = affinities(squaredDistances(rows), perplexity);
    double[][] y = small(start);
    double rate = Math.max(y.length / EXAGGERATION / 4, 50);
    double[][] velocity = new double[y.length][2];
    double[][] gains = new double[y.length][2];
    Arrays.stream(gains).forEach(g -> Arrays.fill(g, 1));
    for (int round = 0; round < ROUNDS; round++) {
      boolean early = round < EARLY_ROUNDS;
      double momentum = early ? 0.5 : 0.8;
      double[][] slope = slope(p, y, early ? EXAGGERATION : 1);
      for (int i = 0; i < y.length; i++) {
        for (int axis = 0; axis < 2; axis++) {
          boolean goesOn = slope[i][axis] * velocity[i][axis] < 0;
          double gain = goesOn ? gains[i][axis] + 0.2 : gains[i][axis] * 0.8;
          gains[i][axis] = Math.max(LEAST_GAIN, gain);
          velocity[i][axis] = momentum * velocity[i][axis] - rate * gains[i][axis] * slope[i][axis];
          y[i][axis] += velocity[i][axis];
        }
      }
      task.advance(1);
    }
    return y;
  }

  private static double[][] squaredDistances(float[][] rows) {
    double[][] distances = new double[rows.length][rows.length];
    IntStream.range(0, rows.length)
        .parallel()
        .forEach(
            i -> {
              for (int j = 0; j < rows.length; j++) {
                float sum = 0;
                for (int k = 0; k < rows[i].length; k++) {
                  float gap = rows[i][k] - rows[j][k];
                  sum += gap * gap;
                }
                distances[i][j] = sum;
              }
            });
    return distances;
  }

  /** How much each pair belongs together, of sum 1; neighbours within the perplexity count most. */
  static double[][] affinities(double[][] squaredDistances, double perplexity) {
    int n = squaredDistances.length;
    double[][] conditional = new double[n][];
    IntStream.range(0, n)
        .parallel()
        .forEach(i -> conditional[i] = conditional(squaredDistances[i], i, perplexity));
    double[][] joint = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        joint[i][j] =
            i == j
                ? 0
                : Math.max((conditional[i][j] + conditional[j][i]) / (2 * n), LEAST_PROBABILITY);
      }
    }
    return joint;
  }

  /** A Gaussian about one row, so wide that its entropy is the perplexity's logarithm. */
  private static double[] conditional(double[] squaredDistances, int self, double perplexity) {
    double least = Double.POSITIVE_INFINITY;
    double mean = 0;
    for (int j = 0; j < squaredDistances.length; j++) {
      if (j != self) {
        least = Math.min(least, squaredDistances[j]);
        mean += squaredDistances[j] / (squaredDistances.length - 1);
      }
    }
    double[] weights = new double[squaredDistances.length];
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    double precision = mean > 0 ? 1 / mean : 1;
    for (int step = 0; step < 100; step++) {
      double sum = 0;
      double moment = 0;
      for (int j = 0; j < weights.length; j++) {
        double beyond = squaredDistances[j] - least;
        weights[j] = j == self ? 0 : Math.exp(-precision * beyond);
        sum += weights[j];
        moment += weights[j] * beyond;
      }
      double excess = Math.log(sum) + precision * moment / sum - Math.log(perplexity);
      for (int j = 0; j < weights.length; j++) {
        weights[j] /= sum;
      }
      if (Math.abs(excess) < 1e-5) {
        break;
      }
      if (excess > 0) {
        low = precision;
        precision = Double.isInfinite(high) ? 2 * precision : (low + high) / 2;
      } else {
        high = precision;
        precision = (low + high) / 2;
      }
    }
    return weights;
  }

  /** The start, shrunk so that points may pass each other. */
  private static double[][] small(double[][] start) {
    double mean = Arrays.stream(start).mapToDouble(s -> s[0]).average().orElse(0);
    double variance =
        Arrays.stream(start).mapToDouble(s -> (s[0] - mean) * (s[0] - mean)).average().orElse(0);
    double factor = variance > 0 ? START_DEVIATION / Math.sqrt(variance) : 0;
    return Arrays.stream(start)
        .map(s -> new double[] {factor * s[0], factor * s[1]})
        .toArray(double[][]::new);
  }

  /**
   * The slope of the Kullback-Leibler divergence between the affinities and those in the plane, by
   * each coordinate.
   *
   * @param exaggeration by which pairs attract each other more than they should
   */
  static double[][] slope(double[][] p, double[][] y, double exaggeration) {
    double[] sums = new double[y.length];
    IntStream.range(0, y.length)
        .parallel()
        .forEach(
            i -> {
              double sum = -1; // of itself
              for (double[] other : y) {
                sum += closeness(y[i], other);
              }
              sums[i] = sum;
            });
    double total = Arrays.stream(sums).sum();
    double[][] slope = new double[y.length][];
    IntStream.range(0, y.length)
        .parallel()
        .forEach(
            i -> {
              double right = 0;
              double up = 0;
              for (int j = 0; j < y.length; j++) {
                double close = closeness(y[i], y[j]);
                double force = 4 * (exaggeration * p[i][j] - close / total) * close;
                right += force * (y[i][0] - y[j][0]);
                up += force * (y[i][1] - y[j][1]);
              }
              slope[i] = new double[] {right, up};
            });
    return slope;
  }

  /** Student's t with one degree of freedom, not normalised. */
  static double closeness(double[] a, double[] b) {
    double dx = a[0] - b[0];
    double dy = a[1] - b[1];
    return 1 / (1 + dx * dx + dy * dy);
  }
}
