package io.residua.cli;

import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code residua quickstart}. */
@Command(
    name = "quickstart",
    description = {
      "See it all work: sample pictures, training, evaluation, a prediction.",
      "",
      "Renders the synthetic sample set, trains a new head on a frozen ImageNet ResNet-50, measures"
          + " it and classifies a picture. Where the weights cannot be had, a small network is"
          + " trained from scratch instead."
    },
    footer = {"", "Example:", "  residua quickstart --out first"})
final class QuickstartCommand implements Runnable {
  @Option(
      names = "--out",
      paramLabel = "DIR",
      order = 1,
      defaultValue = "residua-quickstart",
      description = "New folder for everything (default: ${DEFAULT-VALUE}).")
  private Path out;

  @Mixin private SeedOption seed;
  @Mixin private ComputeOptions compute;
  @Mixin private OfflineOption offline;
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Console console = Console.of(spec);
    new Quickstart(out, seed.seed(), compute, offline.source(), console).run();
  }
}
