package io.residua.cli;

import io.residua.weights.WeightSource;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a command that trains divides its data and computes. */
final class TrainerOptions {
  @Option(
      names = "--split",
      paramLabel = "FILE",
      order = 250,
      description = "Divide DATA as the split.csv of an earlier run says.")
  private @Nullable Path split;

  @Mixin private DataOptions reading;
  @Mixin private ExcludeOption exclude;
  @Mixin private ComputeOptions compute;
  @Mixin private OfflineOption offline;
  @Mixin private NoCacheOption cache;

  @Nullable Path split() {
    return split;
  }

  @Nullable Path exclude() {
    return exclude.file();
  }

  DataOptions reading() {
    return reading;
  }

  ComputeOptions compute() {
    return compute;
  }

  /** Where weights come from. */
  WeightSource weights() {
    return offline.source();
  }

  /** Where features of frozen layers are kept; empty for none. */
  Optional<Path> features() {
    return cache.folder();
  }
}
