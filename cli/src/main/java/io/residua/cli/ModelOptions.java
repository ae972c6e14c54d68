package io.residua.cli;

import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The model and how it computes, for commands that use one. */
final class ModelOptions {
  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description =
          "A run's folder, a model file, or published weights by name ('residua weights list');"
              + " several, separated by commas, answer together by their mean.")
  private String model;

  @Mixin private AnsweringOptions answering;

  /** As the user typed it. */
  String model() {
    return model;
  }

  AnsweringOptions answering() {
    return answering;
  }
}
