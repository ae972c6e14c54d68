package io.residua.cli;

/** An option that names a file for results, {@code -} for stdout. */
sealed interface OutputOption permits JsonOption, CsvOption {
  /** Whether it was given, and is stdout. */
  boolean toStdout();
}
