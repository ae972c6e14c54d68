package io.residua.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --continue}: go on with the tables that a stopped run has written. */
final class ContinueOption {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--continue",
      order = 903,
      description =
          "Keep the rows that the files of --csv and --jsonl have, which must be of the same model,"
              + " and add those that are missing.")
  private boolean given;

  /**
   * Whether it was given.
   *
   * @throws ParameterException if there is no file to go on with
   */
  boolean isGiven(OutputOption... tables) {
    if (given) {
      boolean file = false;
      for (OutputOption table : tables) {
        if (table.toStdout()) {
          throw new ParameterException(
              command.commandLine(), "--continue needs files; stdout cannot be read again");
        }
        file |= table.isGiven();
      }
      if (!file) {
        throw new ParameterException(
            command.commandLine(), "--continue needs --csv FILE or --jsonl FILE to go on with");
      }
    }
    return given;
  }
}
