package io.residua.cli;

import io.residua.internal.Text;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Values of options that are whole numbers of a range. */
final class WholeNumber {
  private WholeNumber() {}

  /**
   * The number that was typed.
   *
   * @throws ParameterException naming the option and its range
   */
  static int of(CommandSpec command, String option, int typed, int least, int most) {
    if (typed < least || typed > most) {
      throw new ParameterException(
          command.commandLine(),
          Text.of("%s %d: must be from %d to %d", option, typed, least, most));
    }
    return typed;
  }
}
