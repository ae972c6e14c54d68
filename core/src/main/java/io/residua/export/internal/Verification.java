package io.residua.export.internal;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.internal.JsonRecords;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

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

  /** The shape of the JSON. */
  private record Json(
      String model,
      String exported,
      String data,
      String weightType,
      int n,
      int unreadable,
      int equalPredictions,
      double equalShare,
      double largestLogitDifference,
      double largestProbabilityDifference,
      double tolerance,
      boolean passed,
      @JsonInclude @Nullable Integer modelRight,
      @JsonInclude @Nullable Integer exportedRight,
      double modelMs,
      double exportedMs) {}

  /** Whether no probability differs by more than the tolerance; any may, where it is empty. */
  public boolean passes(OptionalDouble tolerance) {
    return largestProbabilityDifference <= tolerance.orElse(1);
  }

  /**
   * This as JSON; the keys are stable.
   *
   * @param model what was compared, and on which pictures, as their user calls them
   */
  public ObjectNode toJson(String model, String exported, String data, OptionalDouble tolerance) {
    return JsonRecords.toJson(
        new Json(
            model,
            exported,
            data,
            weightType,
            pictures,
            unreadable,
            equalPredictions,
            (double) equalPredictions / pictures,
            largestLogitDifference.orElse(Double.NaN),
            largestProbabilityDifference,
            tolerance.orElse(Double.NaN),
            passes(tolerance),
            right.map(Right::model).orElse(null),
            right.map(Right::exported).orElse(null),
            modelMillis,
            exportedMillis));
  }

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
