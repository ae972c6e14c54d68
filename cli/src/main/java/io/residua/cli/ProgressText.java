package io.residua.cli;

import io.residua.internal.Text;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How far a task is, as text.
 *
 * @param label what is being done
 * @param unit plural of what is counted; {@code bytes} are shown as megabytes
 * @param done units done
 * @param total units in all, 0 where unknown
 * @param elapsedNanos time since the task began
 * @param note the task's own remark, may be empty
 */
record ProgressText(
    String label, String unit, long done, long total, long elapsedNanos, String note) {
  private static final int MIN_BAR = 10;
  private static final int MAX_BAR = 30;

  /** One line for a terminal of that width, bar included where there is room for one. */
  String bar(int columns) {
    String right =
        Stream.of(percent(), counts(), rate(), timeLeft(), note)
            .filter(part -> !part.isEmpty())
            .collect(Collectors.joining("  "));
    String line = label + "  " + right;
    int room = columns - 1 - line.length() - 4;
    if (total > 0 && room >= MIN_BAR) {
      int steady = Math.min(room, MAX_BAR) / MIN_BAR * MIN_BAR;
      line = label + "  " + drawing(steady) + "  " + right;
    }
    return line.length() < columns ? line : line.substring(0, columns - 1);
  }

  private String drawing(int width) {
    int filled = (int) (Math.min(done, total) * width / total);
    String head = filled > 0 && filled < width ? ">" : "";
    return "[" + "=".repeat(filled - head.length()) + head + " ".repeat(width - filled) + "]";
  }

  /** A line while the task goes on, for output that is not a terminal. */
  String middle() {
    StringBuilder line = new StringBuilder(label).append(": ").append(counts());
    for (String part : new String[] {percent().strip(), rate(), timeLeft(), note}) {
      if (!part.isEmpty()) {
        line.append(", ").append(part);
      }
    }
    return line.toString();
  }

  /** The line when the task has ended, complete or not. */
  String end() {
    String what = done < total ? "stopped at " + counts() : amount(done);
    String rate = rate();
    return Text.of(
        "%s: %s in %s%s",
        label, what, Durations.text(elapsedNanos), rate.isEmpty() ? "" : " (" + rate + ")");
  }

  private String percent() {
    return total > 0 ? Text.of("%3d %%", Math.min(100, done * 100 / total)) : "";
  }

  private String counts() {
    if (total <= 0) {
      return amount(done);
    }
    return inBytes()
        ? Text.of("%.1f/%.1f MB", done / 1e6, total / 1e6)
        : Text.of("%,d/%,d %s", done, total, unit);
  }

  private String amount(long n) {
    return inBytes() ? Text.of("%.1f MB", n / 1e6) : Text.of("%,d %s", n, unit);
  }

  private String rate() {
    if (done <= 0 || elapsedNanos <= 0) {
      return "";
    }
    double perSecond = done * 1e9 / elapsedNanos;
    if (inBytes()) {
      return Text.of("%.1f MB/s", perSecond / 1e6);
    }
    String number =
        perSecond >= 100
            ? Text.of("%,.0f", perSecond)
            : Text.decimals(perSecond, perSecond >= 1 ? 1 : 2);
    return number + " " + unit + "/s";
  }

  private String timeLeft() {
    if (total <= 0 || done <= 0 || done >= total) {
      return "";
    }
    double leftNanos = (double) elapsedNanos / done * (total - done);
    return Durations.roughly((long) leftNanos) + " left";
  }

  private boolean inBytes() {
    return unit.equals("bytes");
  }
}
