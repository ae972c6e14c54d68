package io.residua.cli;

import io.residua.weights.WeightSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code --prefix} and {@code --offline}, for commands that read weight files of others. */
final class WeightOptions {
  @Mixin private OfflineOption offline;

  @Option(
      names = "--prefix",
      paramLabel = "PREFIX",
      order = 906,
      description =
          "What stands before the network's names in a weight file that has several, such as"
              + " module.encoder_q (default: the only network, or the only moving average).")
  private @Nullable String prefix;

  Optional<String> prefix() {
    return Optional.ofNullable(prefix);
  }

  /** Where weights come from. */
  WeightSource source() {
    return prefix == null ? offline.source() : offline.source().withPrefix(prefix);
  }
}
