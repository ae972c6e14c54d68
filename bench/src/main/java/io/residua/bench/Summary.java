package io.residua.bench;

import java.util.Arrays;

/** Median, least and greatest of several rounds. */
public record Summary(double median, double min, double max, int rounds) {
  /** Of at least one value. */
  public static Summary of(double... values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    double median = (sorted[(n - 1) / 2] + sorted[n / 2]) / 2;
    return new Summary(median, sorted[0], sorted[n - 1], n);
  }
}
