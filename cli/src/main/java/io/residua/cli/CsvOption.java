package io.residua.cli;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --csv FILE}, for commands that print a table: RFC 4180, UTF-8, with a header line. */
final class CsvOption implements OutputOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  private @Nullable OutputFile file;

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      order = 901,
      description = "Write the table as CSV to FILE (- for stdout).")
  void setFile(String value) {
    try {
      file = OutputFile.of(value);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), "--csv " + e.getMessage(), e);
    }
  }

  @Override
  public boolean toStdout() {
    return file != null && file.path() == null;
  }

  /** Writes the table where the user wants it; does nothing if the option was not given. */
  void write(
      Console console, List<String> header, List<? extends List<? extends @Nullable Object>> rows) {
    if (file != null) {
      file.write(console, text(header, rows));
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
