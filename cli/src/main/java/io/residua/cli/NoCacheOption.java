package io.residua.cli;

import io.residua.features.internal.NetworkFeatures;
import io.residua.weights.WeightSource;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** {@code --no-cache}, for commands that compute features. */
final class NoCacheOption {
  @Option(
      names = "--no-cache",
      order = 911,
      description = "Neither use nor keep features of other runs.")
  private boolean noCache;

  /** Where features of earlier runs are kept; empty for none. */
  Optional<Path> folder() {
    return noCache
        ? Optional.empty()
        : Optional.of(NetworkFeatures.beside(WeightSource.ofEnvironment()));
  }
}
