package io.residua.engine;

import org.jspecify.annotations.Nullable;

/** What every session asks of its caller. */
final class SessionChecks {
  private SessionChecks() {}

  static void batchSize(int batchSize) {
    if (batchSize < 1) {
      throw new IllegalArgumentException("batch size is %d, not 1 or more".formatted(batchSize));
    }
  }

  static void count(int count, int batchSize) {
    if (count < 1 || count > batchSize) {
      throw new IllegalArgumentException(
          "count is %d, not 1 to %d (the batch size)".formatted(count, batchSize));
    }
  }

  static void length(String array, float[] values, int count, int size) {
    if (values.length < (long) count * size) {
      throw new IllegalArgumentException(
          "%s has %d values; %d of %d are needed".formatted(array, values.length, count, size));
    }
  }

  /** What a session holds until it is closed. */
  static <T> T open(@Nullable T held) {
    if (held == null) {
      throw new IllegalStateException("the session is closed");
    }
    return held;
  }
}
