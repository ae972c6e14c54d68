package io.residua.engine.internal;

import io.residua.engine.internal.FusedGraph.Step;
import io.residua.nn.internal.Layer.Add;
import io.residua.nn.internal.Layer.AvgPool;
import io.residua.nn.internal.Layer.BatchNorm;
import io.residua.nn.internal.Layer.Conv;
import io.residua.nn.internal.Layer.Dropout;
import io.residua.nn.internal.Layer.Flatten;
import io.residua.nn.internal.Layer.GlobalAvgPool;
import io.residua.nn.internal.Layer.Linear;
import io.residua.nn.internal.Layer.MaxPool;
import io.residua.nn.internal.Layer.PadShortcut;
import io.residua.nn.internal.Layer.Relu;
import io.residua.nn.internal.Layer.Visitor;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * How each value of a fused graph is represented in 8 bits: unsigned where it cannot be negative
 * (after ReLU, and what pooling, padding and sums make of that), else signed; zero is zero.
 */
public final class Quantization {
  /**
   * One value's representation.
   *
   * @param step what an integer of 1 stands for
   * @param signed -127 to 127, or 0 to 255
   */
  public record Scale(float step, boolean signed) {}

  /** Whether a sum or mean of what is not negative, or a choice of it, is all that is made. */
  private static final Visitor<Boolean> KEEPS_SIGN =
      new Visitor<>(
          (Conv c) -> false,
          (BatchNorm b) -> false,
          (Linear l) -> false,
          (Relu r) -> true,
          (MaxPool p) -> true,
          (AvgPool p) -> true,
          (GlobalAvgPool g) -> true,
          (Add a) -> true,
          (PadShortcut p) -> true,
          (Flatten f) -> true,
          (Dropout d) -> true);

  private static final int UNSIGNED_MAX = 255;
  private static final int SIGNED_MAX = 127;

  private final Map<String, Scale> scales = new HashMap<>();

  /**
   * The representation of a graph's values.
   *
   * @param graph fused in any way; its values keep their names
   */
  public Quantization(FusedGraph graph, Calibration calibration) {
    Set<String> notNegative = notNegative(graph);
    for (String name : values(graph)) {
      Float limit = calibration.limits().get(name);
      if (limit != null) {
        boolean signed = !notNegative.contains(name);
        float step = limit / (signed ? SIGNED_MAX : UNSIGNED_MAX);
        // What was zero in every picture is zero in any unit.
        scales.put(name, new Scale(step < Float.MIN_NORMAL ? 1 : step, signed));
      }
    }
  }

  /** The value's scale; empty where nothing is known of it, so that it stays wide. */
  public Optional<Scale> of(String value) {
    return Optional.ofNullable(scales.get(value));
  }

  /** Names of the values that 8-bit convolutions read, write or add to. */
  static Set<String> values(FusedGraph graph) {
    Set<String> names = new LinkedHashSet<>();
    for (Step step : graph.steps()) {
      if (step.layer() instanceof Conv || step.layer() instanceof PadShortcut) {
        names.add(step.input());
        names.add(step.output());
        String onto = step.second();
        if (onto != null) {
          names.add(onto);
        }
      }
    }
    return names;
  }

  private static Set<String> notNegative(FusedGraph graph) {
    Set<String> names = new HashSet<>();
    for (Step step : graph.steps()) {
      boolean follows =
          step.layer().accept(KEEPS_SIGN)
              && names.contains(step.input())
              && (step.second() == null || names.contains(step.second()));
      if (step.relu() || step.layer() instanceof Relu || follows) {
        names.add(step.output());
      }
    }
    return names;
  }

  /**
   * Convolution weights as whole numbers (in floats, to be packed) and the step of each channel.
   */
  public record Weights(float[] integers, float[] steps) {}

  /**
   * Symmetric 8-bit weights, a scale for each output channel.
   *
   * @param weights output channel after output channel
   * @param channels how many output channels
   * @param largest the largest integer used
   */
  public static Weights weights(float[] weights, int channels, int largest) {
    float[] integers = new float[weights.length];
    float[] steps = new float[channels];
    int size = weights.length / channels;
    for (int c = 0; c < channels; c++) {
      float max = 0;
      for (int i = c * size; i < (c + 1) * size; i++) {
        max = Math.max(max, Math.abs(weights[i]));
      }
      float step = max / largest;
      steps[c] = step < Float.MIN_NORMAL ? 1 : step;
      for (int i = c * size; i < (c + 1) * size; i++) {
        integers[i] = (float) Math.rint(weights[i] / steps[c]);
      }
    }
    return new Weights(integers, steps);
  }
}
