package io.residua.cli;

import io.residua.internal.Text;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --threads N}, for commands that compute. */
final class ThreadsOption {
  private static final int MAX_THREADS = 1024;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  private int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--threads",
      paramLabel = "N",
      order = 910,
      description = "Use N threads (default: one a processor).")
  void setThreads(int value) {
    if (value < 1 || value > MAX_THREADS) {
      throw new ParameterException(
          command.commandLine(), Text.of("--threads %d: must be from 1 to %d", value, MAX_THREADS));
    }
    threads = value;
  }

  /** How many threads compute, at least 1. */
  int threads() {
    return threads;
  }
}
