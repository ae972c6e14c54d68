package io.residua.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code residua card}. */
@Command(
    name = "card",
    description = {
      "Print a model card: what the model's file knows of it, as Markdown.",
      "",
      "Data, measured accuracy with intervals, preprocessing, provenance, the licence of the weights"
          + " it started from, and its limits as far as they follow from these."
    },
    footer = {
      "",
      "Examples:",
      "  residua card run",
      "  residua card run > MODEL.md",
      "  residua card imagenet"
    })
final class CardCommand implements Runnable {
  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A run's folder, a model file, or published weights by name.")
  private String model;

  @Mixin private WeightOptions weights;
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Card.print(model, weights.source(), Console.of(spec));
  }
}
