package io.residua.internal;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Cells of tables that people open in a spreadsheet, which computes text that begins with {@code =
 * + - @}, a tab or a carriage return. Such text gets an apostrophe before it (OWASP, "CSV
 * Injection") unless it is a number; and so that the rule can be undone, text that begins with
 * apostrophes before one of these gets one more.
 */
public final class CsvCell {
  private static final Pattern FORMULA = Pattern.compile("'*[=+\\-@\\t\\r].*", Pattern.DOTALL);
  private static final Pattern DEFUSED = Pattern.compile("'+[=+\\-@\\t\\r].*", Pattern.DOTALL);
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");

  private CsvCell() {}

  /** Text that no spreadsheet computes. */
  public static String defused(String text) {
    return FORMULA.matcher(text).matches() && !NUMBER.matcher(text).matches() ? "'" + text : text;
  }

  /** What {@link #defused} was given. */
  public static String original(String defused) {
    return DEFUSED.matcher(defused).matches() ? defused.substring(1) : defused;
  }

  /**
   * A row as RFC 4180 writes it, without its line end: cells with a comma, a quote, a line break or
   * a space at an end are in quotes.
   */
  public static String row(List<String> cells) {
    return cells.stream().map(CsvCell::quoted).collect(Collectors.joining(","));
  }

  private static String quoted(String text) {
    boolean quote =
        text.startsWith(" ")
            || text.endsWith(" ")
            || text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return quote ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }
}
