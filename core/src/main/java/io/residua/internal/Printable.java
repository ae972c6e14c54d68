package io.residua.internal;

/**
 * Text that may hold anything (names of files and classes, what a file says of itself, messages of
 * libraries) made fit to be printed for people. What could move a terminal's cursor, begin a line
 * or turn text round is shown by its number, for instance {@code \u001b}: the control characters C0
 * and C1, the separators of lines and paragraphs, the marks that steer bidirectional text (Unicode
 * UAX #9), and halves of surrogate pairs.
 */
public final class Printable {
  private Printable() {}

  /** Whether a character may be printed as it is. */
  public static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      case Character.FORMAT -> !steersDirection(codePoint);
      default -> true;
    };
  }

  private static boolean steersDirection(int c) {
    return c == 0x061c
        || (c >= 0x200e && c <= 0x200f)
        || (c >= 0x202a && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069);
  }

  /** What is printed in place of a character that may not be. */
  public static String escape(int codePoint) {
    return Text.of("\\u%04x", codePoint);
  }

  /** One line: line breaks with the white space around them become a space. */
  public static String line(String text) {
    return escaped(text.strip().replaceAll("\\s*[\\r\\n]+\\s*", " "));
  }

  /** The text with everything that is not printable shown by its number, line breaks too. */
  public static String escaped(String text) {
    if (text.codePoints().allMatch(Printable::isPrintable)) {
      return text;
    }
    StringBuilder out = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (isPrintable(c)) {
                out.appendCodePoint(c);
              } else {
                out.append(escape(c));
              }
            });
    return out.toString();
  }

  /**
   * The text escaped and cut to a readable length.
   *
   * @param mostChars what is longer ends with an ellipsis
   */
  public static String shortened(String text, int mostChars) {
    return text.length() <= mostChars ? escaped(text) : escaped(text.substring(0, mostChars)) + "…";
  }
}
