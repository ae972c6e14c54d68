package io.residua.report;

import io.residua.eval.Interval;
import java.util.Locale;

/** Numbers as the report writes them. */
final class Figures {
  private Figures() {}

  /** A share as a percentage with one digit, such as {@code 95.7 %}. */
  static String percent(double share) {
    return Double.isFinite(share) ? String.format(Locale.ROOT, "%.1f\u00a0%%", 100 * share) : "–";
  }

  /** For instance {@code 91.0–98.0 %}. */
  static String percent(Interval interval) {
    return String.format(
        Locale.ROOT, "%.1f–%.1f\u00a0%%", 100 * interval.low(), 100 * interval.high());
  }

  static String decimal(double value, int digits) {
    return Double.isFinite(value) ? String.format(Locale.ROOT, "%." + digits + "f", value) : "–";
  }

  static String count(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }

  /** For instance {@code 1 picture} or {@code 12 pictures}. */
  static String counted(long value, String what) {
    return count(value) + " " + what + (value == 1 ? "" : "s");
  }

  /** For instance {@code 44 s} or {@code 12 min}. */
  static String duration(double seconds) {
    if (!Double.isFinite(seconds)) {
      return "–";
    }
    if (seconds < 120) {
      return String.format(Locale.ROOT, "%.0f s", seconds);
    }
    return seconds < 7200
        ? String.format(Locale.ROOT, "%.0f min", seconds / 60)
        : String.format(Locale.ROOT, "%.1f h", seconds / 3600);
  }
}
