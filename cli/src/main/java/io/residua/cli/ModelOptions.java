package io.residua.cli;

import io.residua.internal.Text;
import io.residua.weights.WeightSource;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The model and how it computes, for commands that use one. */
final class ModelOptions {
  private static final int MAX_BATCH_SIZE = 1024;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description =
          "A run's folder, a model file, or published weights by name ('residua weights list');"
              + " several, separated by commas, answer together by their mean.")
  private String model;

  @Mixin private ComputeOptions compute;
  @Mixin private WeightOptions weights;

  private String precision = "auto";
  private int batchSize;
  private String resize = "auto";

  @Option(
      names = "--precision",
      paramLabel = "TYPE",
      order = 908,
      description =
          "auto, fp32, bf16 or int8, which needs 'residua calibrate'; auto: bf16 where this"
              + " processor computes it natively, else fp32 (default: auto).")
  void setPrecision(String value) {
    precision = Choice.of(command, "--precision", value, List.of("auto", "fp32", "bf16", "int8"));
  }

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      order = 911,
      description =
          "Each thread takes N pictures at a time (default: what suits the network; before long"
              + " work it is measured once and kept).")
  void setBatchSize(int value) {
    if (value < 1 || value > MAX_BATCH_SIZE) {
      throw new ParameterException(
          command.commandLine(),
          Text.of("--batch-size %d: must be from 1 to %d", value, MAX_BATCH_SIZE));
    }
    batchSize = value;
  }

  @Option(
      names = "--resize",
      paramLabel = "MODE",
      order = 907,
      description =
          "How pictures get the network's size: squash, crop (shorter side, then centre) or auto,"
              + " the model's own (default: auto).")
  void setResize(String value) {
    resize = Choice.of(command, "--resize", value, List.of("auto", "squash", "crop"));
  }

  /** As the user typed it. */
  String model() {
    return model;
  }

  ComputeOptions compute() {
    return compute;
  }

  /** Where weights come from. */
  WeightSource weights() {
    return weights.source();
  }

  /** {@code auto}, {@code fp32}, {@code bf16} or {@code int8}. */
  String precision() {
    return precision;
  }

  /** Pictures that a thread takes at a time; 0 for what suits. */
  int batchSize() {
    return batchSize;
  }

  /** {@code auto}, {@code squash} or {@code crop}. */
  String resize() {
    return resize;
  }
}
