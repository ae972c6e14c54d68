package io.residua.cli;

import io.residua.UsageException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** An option that names a file for results, {@code -} for stdout. */
abstract sealed class OutputOption permits JsonOption, CsvOption, JsonLinesOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  private @Nullable OutputFile file;

  /** Takes the option's value. */
  final void set(String option, String value) {
    try {
      file = OutputFile.ofText(value);
    } catch (UsageException e) {
      throw new ParameterException(command.commandLine(), option + " " + e.getMessage(), e);
    }
  }

  /** What it names, or null if it was not given. */
  final @Nullable OutputFile file() {
    return file;
  }

  /** Whether it was given. */
  final boolean isGiven() {
    return file != null;
  }

  /** Whether it was given, and is stdout. */
  final boolean toStdout() {
    return file != null && file.path() == null;
  }

  /** Writes where the user wants it; does nothing if the option was not given. */
  final void writeText(Console console, String text) {
    if (file != null) {
      file.write(console, text);
    }
  }
}
