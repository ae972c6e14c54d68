package io.residua.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How a command that trains divides its data and computes. */
final class TrainerOptions {
  @Option(
      names = "--split",
      paramLabel = "FILE",
      order = 50,
      description = "Divide DATA as the split.csv of an earlier run says.")
  private @Nullable Path split;

  @Option(
      names = "--exclude",
      paramLabel = "FILE",
      order = 51,
      description =
          "Leave out the pictures that FILE lists, as 'residua inspect --quarantine' writes it.")
  private @Nullable Path exclude;

  @Mixin private ComputeOptions compute;
  @Mixin private OfflineOption offline;

  @Nullable Path split() {
    return split;
  }

  @Nullable Path exclude() {
    return exclude;
  }

  ComputeOptions compute() {
    return compute;
  }

  boolean offline() {
    return offline.offline();
  }
}
