package io.residua.cli;

import io.residua.weights.WeightSource;
import picocli.CommandLine.Option;

/** {@code --offline}, for commands that may fetch weights or libraries. */
final class OfflineOption {
  @Option(
      names = "--offline",
      order = 912,
      description = "Never touch the network: fail if something is not in the cache.")
  private boolean offline;

  boolean offline() {
    return offline;
  }

  /** Where weights come from. */
  WeightSource source() {
    return WeightSource.ofEnvironment().withOffline(offline);
  }
}
