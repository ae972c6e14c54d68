package io.residua.cli;

import picocli.CommandLine.Option;

/** {@code --seed N}, for commands with chance in them: the same seed gives the same result. */
final class SeedOption {
  @Option(
      names = "--seed",
      paramLabel = "N",
      order = 911,
      defaultValue = "1",
      description = "Seed of all random choices (default: ${DEFAULT-VALUE}).")
  private long seed;

  long seed() {
    return seed;
  }
}
