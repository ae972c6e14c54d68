package io.residua.cli;

import io.residua.internal.Text;

/** Durations for people. */
final class Durations {
  private Durations() {}

  /** For instance {@code 0.4 s}, {@code 42.0 s}, {@code 4 min 05 s}, {@code 2 h 10 min}. */
  static String text(long nanos) {
    double seconds = Math.max(0, nanos) / 1e9;
    return seconds < 59.95 ? Text.of("%.1f s", seconds) : minutes(Math.round(seconds));
  }

  /** The same in whole seconds, at least one: for estimates. */
  static String roughly(long nanos) {
    long seconds = Math.max(1, Math.round(nanos / 1e9));
    return seconds < 60 ? seconds + " s" : minutes(seconds);
  }

  private static String minutes(long seconds) {
    return seconds < 3600
        ? Text.of("%d min %02d s", seconds / 60, seconds % 60)
        : Text.of("%d h %02d min", seconds / 3600, seconds % 3600 / 60);
  }
}
