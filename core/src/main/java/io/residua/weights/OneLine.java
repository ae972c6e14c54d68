package io.residua.weights;

/** Makes text that came from a file fit for one line of a message. */
final class OneLine {
  private static final int MOST_CHARS = 100;

  private OneLine() {}

  /** The text without control characters and cut to a readable length. */
  static String of(String text) {
    StringBuilder line = new StringBuilder();
    int end = Math.min(text.length(), MOST_CHARS);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (Character.isISOControl(c) || c == '\u2028' || c == '\u2029') {
        line.append("\\u%04x".formatted((int) c));
      } else {
        line.append(c);
      }
    }
    return text.length() > end ? line.append('…').toString() : line.toString();
  }

  /** The text in single quotes. */
  static String quoted(String text) {
    return "'" + of(text) + "'";
  }
}
