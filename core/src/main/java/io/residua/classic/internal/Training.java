package io.residua.classic.internal;

import io.residua.internal.Text;
import java.math.BigDecimal;
import java.util.stream.IntStream;

/** What fitting any classifier needs. */
final class Training {
  private Training() {}

  static void check(Matrix samples, int[] labels) {
    if (samples.rows() != labels.length) {
      throw new IllegalArgumentException(
          Text.of("%d labels for %d samples", labels.length, samples.rows()));
    }
    ClassRows.of(labels, allRows(labels));
  }

  static void checkWidth(Matrix samples, int features) {
    if (samples.columns() != features) {
      throw new IllegalArgumentException(
          Text.of(
              "the classifier was fitted to %d features, these samples have %d",
              features, samples.columns()));
    }
  }

  static int[] allRows(int[] labels) {
    return IntStream.range(0, labels.length).toArray();
  }

  /** What each thread may hold of kernel rows. */
  static long cacheBytes(Execution execution) {
    return execution.memoryLimitBytes() / execution.threads() / 2;
  }

  static String tooLarge(Matrix samples) {
    return Text.of(
        "the kernel matrix of %d samples does not fit in memory: its rows are computed when needed,"
            + " which is slower",
        samples.rows());
  }

  /** A number as one would write it: {@code 10}, {@code 0.0001}. */
  static String number(double value) {
    double size = Math.abs(value);
    return value == 0 || (size >= 1e-6 && size < 1e9)
        ? BigDecimal.valueOf(value).stripTrailingZeros().toPlainString()
        : Double.toString(value);
  }
}
