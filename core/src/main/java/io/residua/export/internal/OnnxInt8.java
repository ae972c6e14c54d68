package io.residua.export.internal;

import static java.util.Objects.requireNonNull;

import io.residua.engine.internal.Calibration;
import io.residua.engine.internal.FusedGraph;
import io.residua.engine.internal.FusedGraph.Step;
import io.residua.engine.internal.Quantization;
import io.residua.engine.internal.Quantization.Scale;
import io.residua.export.internal.OnnxGraph.Type;
import io.residua.internal.ProtobufMessage;
import io.residua.internal.Text;
import io.residua.nn.internal.Layer.Add;
import io.residua.nn.internal.Layer.Conv;
import io.residua.nn.internal.Network;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Convolutions and residual sums in 8 bits, in ONNX' own form: every value is quantized and at once
 * dequantized ("QDQ"), which a runtime turns into operations on integers. Scales are those of the
 * model's calibration, as the engine uses them; the first convolution and the last layers stay wide
 * as they do there.
 */
public final class OnnxInt8 {
  private static final int LARGEST_WEIGHT = 127;
  private static final int SIGNED_ZERO = 128;
  private static final double LARGEST_BIAS = 1 << 30;

  private final OnnxGraph graph;
  private final Quantization scales;
  private final Set<String> narrow = new HashSet<>();
  private final Map<String, String> reads = new HashMap<>();

  /**
   * @param steps with every residual sum as one of its own
   * @throws ExportException with one line, if the calibration does not know all their values
   */
  public OnnxInt8(OnnxGraph graph, FusedGraph steps, Calibration calibration) {
    this.graph = graph;
    this.scales = new Quantization(steps, calibration);
    for (Step step : steps.steps()) {
      boolean conv = isQuantized(step);
      if (conv && (scales.of(step.input()).isEmpty() || scales.of(step.output()).isEmpty())) {
        throw new ExportException(
            Text.of(
                "its calibration knows nothing of %s: run 'residua calibrate' again",
                scales.of(step.input()).isEmpty() ? step.input() : step.output()));
      }
      if (conv || isNarrowSum(step)) {
        narrow.add(step.input());
        narrow.add(step.output());
        if (step.second() != null) {
          narrow.add(step.second());
        }
      }
    }
  }

  private boolean isNarrowSum(Step step) {
    return step.layer() instanceof Add
        && scales.of(step.input()).isPresent()
        && scales.of(requireNonNull(step.second())).isPresent()
        && scales.of(step.output()).isPresent();
  }

  /** Whether the step is a convolution that is computed in 8 bits. */
  boolean isQuantized(Step step) {
    return step.layer() instanceof Conv && !step.input().equals(Network.INPUT);
  }

  /** The name to read a value by: what is left of it after 8 bits, where it is kept in these. */
  String read(String value) {
    return reads.getOrDefault(value, value);
  }

  /** Quantizes and dequantizes a value that was just computed, if it is kept in 8 bits. */
  void quantize(String value) {
    if (!narrow.contains(value)) {
      return;
    }
    Scale scale = scales.of(value).orElseThrow();
    byte zero = (byte) (scale.signed() ? SIGNED_ZERO : 0);
    List<String> parameters =
        List.of(
            graph.floats(value + ".scale", List.of(), scale.step()),
            graph.constant(
                value + ".zero_point",
                Type.UINT8,
                List.of(),
                1,
                () -> ByteBuffer.wrap(new byte[] {zero})));
    graph.node("QuantizeLinear", with(value, parameters), value + ".int8");
    graph.node("DequantizeLinear", with(value + ".int8", parameters), value + ".read");
    reads.put(value, value + ".read");
  }

  private static List<String> with(String first, List<String> more) {
    List<String> all = new ArrayList<>(List.of(first));
    all.addAll(more);
    return all;
  }

  /**
   * Weights in 8 bits with a scale for each output channel, and the bias in 32 bits on the scale of
   * the sums.
   *
   * @return the names of both, dequantized
   */
  List<String> weights(Step step, FusedGraph.Weights weights, List<Integer> shape) {
    String name = weights.layer();
    int channels = shape.get(0);
    float input = scales.of(step.input()).orElseThrow().step();
    FloatBuffer folded = weights.weight();
    float[] values = new float[folded.remaining()];
    folded.get(values);
    float[] bias = weights.bias();
    Quantization.Weights q = Quantization.weights(values, channels, LARGEST_WEIGHT);
    int size = values.length / channels;
    ByteBuffer integers = ByteBuffer.allocate(values.length);
    ByteBuffer biases = ByteBuffer.allocate(channels * Integer.BYTES);
    biases.order(ByteOrder.LITTLE_ENDIAN);
    float[] steps = q.steps().clone();
    float[] sums = new float[channels];
    for (int c = 0; c < channels; c++) {
      // Beside a bias so large, the channel's weights hardly count: they get the coarser step.
      float least = (float) (Math.abs(bias[c]) / LARGEST_BIAS / input);
      steps[c] = Math.max(steps[c], least);
      sums[c] = Math.max(input * steps[c], Float.MIN_NORMAL);
      for (int i = c * size; i < (c + 1) * size; i++) {
        integers.put((byte) Math.rint(values[i] / steps[c]));
      }
      biases.putInt((int) Math.rint(bias[c] / (double) sums[c]));
    }
    integers.flip();
    biases.flip();
    List<Integer> perChannel = List.of(channels);
    ProtobufMessage axis = OnnxAttribute.of("axis", 0);
    String w =
        graph.constant(name + ".weight", Type.INT8, shape, integers.limit(), integers::duplicate);
    String b =
        graph.constant(name + ".bias", Type.INT32, perChannel, biases.limit(), biases::duplicate);
    return List.of(
        graph.node(
            "DequantizeLinear",
            List.of(
                w,
                graph.floats(w + ".scale", perChannel, steps),
                graph.constant(
                    w + ".zero_point",
                    Type.INT8,
                    perChannel,
                    channels,
                    () -> ByteBuffer.allocate(channels))),
            w + ".read",
            axis),
        graph.node(
            "DequantizeLinear",
            List.of(b, graph.floats(b + ".scale", perChannel, sums)),
            b + ".read",
            axis));
  }
}
