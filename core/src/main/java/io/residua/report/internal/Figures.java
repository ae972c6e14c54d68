package io.residua.report.internal;

import io.residua.eval.Interval;
import io.residua.internal.Text;

/** Numbers as the report writes them. */
public final class Figures {
  private Figures() {}

  /** A share as a percentage with one digit, such as {@code 95.7 %}. */
  public static String percent(double share) {
    return Double.isFinite(share) ? Text.of("%.1f\u00a0%%", 100 * share) : "–";
  }

  /** For instance {@code 91.0–98.0 %}. */
  public static String percent(Interval interval) {
    return Text.of("%.1f–%.1f\u00a0%%", 100 * interval.low(), 100 * interval.high());
  }

  public static String decimal(double value, int digits) {
    return Double.isFinite(value) ? Text.decimals(value, digits) : "–";
  }

  public static String count(long value) {
    return Text.of("%,d", value);
  }

  /** For instance {@code 44 s} or {@code 12 min}. */
  public static String duration(double seconds) {
    if (!Double.isFinite(seconds)) {
      return "–";
    }
    if (seconds < 120) {
      return Text.of("%.0f s", seconds);
    }
    return seconds < 7200 ? Text.of("%.0f min", seconds / 60) : Text.of("%.1f h", seconds / 3600);
  }
}
