package io.residua.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
    threads = WholeNumber.of(command, "--threads", value, 1, MAX_THREADS);
  }

  /** How many threads compute, at least 1. */
  int threads() {
    return threads;
  }
}
