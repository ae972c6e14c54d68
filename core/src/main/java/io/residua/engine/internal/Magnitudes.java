package io.residua.engine.internal;

import java.util.Arrays;

/**
 * How large values get: a histogram of magnitudes whose range doubles when a larger one comes, so
 * that values are seen once and need not be kept.
 */
final class Magnitudes {
  private static final int BINS = 4096;

  private final long[] counts = new long[BINS];
  private float range;
  private float largest;
  private long count;

  /**
   * Counts values.
   *
   * @throws IllegalArgumentException if one is not finite
   */
  void add(float[] values) {
    float max = 0;
    for (int i = 0; i < values.length; i++) {
      max = Math.max(max, Math.abs(values[i])); // NaN if one is
    }
    if (!Float.isFinite(max)) {
      throw new IllegalArgumentException("it has values that are not finite");
    }
    largest = Math.max(largest, max);
    count += values.length;
    widen(max);
    float perUnit = range == 0 ? 0 : BINS / range;
    for (int i = 0; i < values.length; i++) {
      counts[Math.min(BINS - 1, (int) (Math.abs(values[i]) * perUnit))]++;
    }
  }

  private void widen(float max) {
    if (range == 0) {
      range = max; // only zeros so far, which are in the first bin
    }
    while (range < max) {
      for (int b = 0; b < BINS / 2; b++) {
        counts[b] = counts[2 * b] + counts[2 * b + 1];
      }
      Arrays.fill(counts, BINS / 2, BINS, 0);
      range *= 2;
    }
  }

  /** What so many percent of the values do not exceed; the largest value for 100. */
  float percentile(double percent) {
    long wanted = (long) Math.ceil(count * (percent / 100));
    long seen = 0;
    for (int b = 0; b < BINS && percent < 100; b++) {
      seen += counts[b];
      if (seen >= wanted) {
        return Math.min(largest, (b + 1) * (range / BINS));
      }
    }
    return largest;
  }
}
