package io.residua.export.internal;

import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How an exported model's answers compare with those of the model it was made of.
 *
 * @param pictures how many both answered
 * @param unreadable how many could not be read and are not in the other numbers
 * @param weightType in what type the exported weights are: {@code fp32}, {@code fp16}, {@code int8}
 * @param largestLogitDifference over all classes and pictures; empty for classic classifiers
 * @param largestProbabilityDifference likewise
 * @param equalPredictions how many pictures get the same class
 * @param right how many of the pictures each gets right, where their classes are known
 * @param modelMillis median time of one picture in the engine, fp32, without reading the picture
 * @param exportedMillis median time of one picture in what runs the exported model
 */
public record Verification(
    int pictures,
    int unreadable,
    String weightType,
    OptionalDouble largestLogitDifference,
    double largestProbabilityDifference,
    int equalPredictions,
    Optional<Right> right,
    double modelMillis,
    double exportedMillis) {

  /** Right answers. */
  public record Right(int model, int exported) {}

  /**
   * The largest difference of probabilities that rounding explains: 0.0001 in fp32, 0.01 in fp16.
   * There is none for int8, which rounds by design.
   */
  public OptionalDouble usualTolerance() {
    return switch (weightType) {
      case "int8" -> OptionalDouble.empty();
      case "fp16" -> OptionalDouble.of(1e-2);
      default -> OptionalDouble.of(1e-4);
    };
  }
}
