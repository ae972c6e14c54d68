package io.residua.eval;

import com.fasterxml.jackson.annotation.JsonFormat;
import io.residua.internal.Text;
import java.util.Arrays;

/** A confidence interval, both ends included; as JSON a list of the two. */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
public record Interval(double low, double high) {
  /** The two-sided 95 % point of the standard normal distribution. */
  private static final double Z_95 = 1.959963984540054;

  /**
   * The 95 % interval of a proportion by Wilson's score method (Wilson 1927), which stays inside
   * [0, 1] and is honest for small samples and for proportions near 0 and 1.
   *
   * @param successes how many of the trials succeeded, 0 to {@code trials}
   * @param trials how many there were, at least 1
   */
  public static Interval wilson(long successes, long trials) {
    if (trials < 1 || successes < 0 || successes > trials) {
      throw new IllegalArgumentException(Text.of("no proportion: %d of %d", successes, trials));
    }
    double n = trials;
    double p = successes / n;
    double z2 = Z_95 * Z_95;
    double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
    double half = Z_95 / (1 + z2 / n) * Math.sqrt(p * (1 - p) / n + z2 / (4 * n * n));
    return new Interval(Math.max(0, centre - half), Math.min(1, centre + half));
  }

  /**
   * The 95 % interval of the difference of two proportions of different samples, first minus
   * second, by Newcombe's method of Wilson scores (Newcombe 1998, method 10); -1 to 1.
   *
   * @param firstSuccesses how many of the first trials succeeded, 0 to {@code firstTrials}
   * @param firstTrials at least 1
   * @param secondSuccesses how many of the second, 0 to {@code secondTrials}
   * @param secondTrials at least 1
   */
  public static Interval difference(
      long firstSuccesses, long firstTrials, long secondSuccesses, long secondTrials) {
    Interval first = wilson(firstSuccesses, firstTrials);
    Interval second = wilson(secondSuccesses, secondTrials);
    double p1 = (double) firstSuccesses / firstTrials;
    double p2 = (double) secondSuccesses / secondTrials;
    return new Interval(
        p1 - p2 - Math.hypot(p1 - first.low, second.high - p2),
        p1 - p2 + Math.hypot(first.high - p1, p2 - second.low));
  }

  /**
   * The 95 % interval of the mean of numbers, each of one sample, by their standard error.
   *
   * @param values at least two
   */
  public static Interval mean(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    double half = Z_95 * Math.sqrt(squares / (values.length - 1) / values.length);
    return new Interval(mean - half, mean + half);
  }

  /** The central 95 % of a bootstrap sample, quantiles interpolated linearly. */
  public static Interval percentiles95(double[] sample) {
    double[] sorted = sample.clone();
    Arrays.sort(sorted);
    return new Interval(quantile(sorted, 0.025), quantile(sorted, 0.975));
  }

  /** The 0.95 quantile of a sample, interpolated linearly. */
  static double highest95(double[] sample) {
    double[] sorted = sample.clone();
    Arrays.sort(sorted);
    return quantile(sorted, 0.95);
  }

  private static double quantile(double[] sorted, double q) {
    double at = q * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }

  public boolean contains(double value) {
    return low <= value && value <= high;
  }

  /** For instance {@code 0.7726–0.8593}. */
  @Override
  public String toString() {
    return Text.of("%.4f–%.4f", low, high);
  }
}
