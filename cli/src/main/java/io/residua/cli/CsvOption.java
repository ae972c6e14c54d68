package io.residua.cli;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --csv FILE}, for commands that print a table: RFC 4180, UTF-8, with a header line. */
final class CsvOption extends OutputOption {
  @Option(
      names = "--csv",
      paramLabel = "FILE",
      order = 901,
      description = "Write the table as CSV to FILE (- for stdout).")
  void setFile(String value) {
    set("--csv", value);
  }

  /** Writes the table where the user wants it; does nothing if the option was not given. */
  void write(
      Console console, List<String> header, List<? extends List<? extends @Nullable Object>> rows) {
    if (isGiven()) {
      writeText(console, text(header, rows));
    }
  }

  /** The table as CSV text. */
  static String text(List<String> header, List<? extends List<? extends @Nullable Object>> rows) {
    StringBuilder text = new StringBuilder(line(header));
    rows.forEach(row -> text.append(line(row)));
    return text.toString();
  }

  private static String line(List<? extends @Nullable Object> cells) {
    return cells.stream().map(CsvOption::cell).collect(Collectors.joining(",", "", "\n"));
  }

  private static String cell(@Nullable Object value) {
    String text = value == null ? "" : value.toString();
    boolean quote = text.chars().anyMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return quote ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }
}
