package io.residua.cli;

import picocli.CommandLine.Option;

/** {@code --csv FILE}, for commands that answer pictures: a {@link CsvRows} table. */
final class CsvOption extends OutputOption {
  @Option(
      names = "--csv",
      paramLabel = "FILE",
      order = 901,
      description = "Write a row for each picture as CSV to FILE (- for stdout), as they come.")
  void setFile(String value) {
    set("--csv", value);
  }
}
