package io.residua.export;

import static java.util.Objects.requireNonNull;

import io.residua.ProtobufMessage;
import io.residua.engine.FusedGraph;
import io.residua.engine.FusedGraph.Step;
import io.residua.nn.Layer;
import io.residua.nn.Layer.Add;
import io.residua.nn.Layer.AvgPool;
import io.residua.nn.Layer.BatchNorm;
import io.residua.nn.Layer.Conv;
import io.residua.nn.Layer.Flatten;
import io.residua.nn.Layer.GlobalAvgPool;
import io.residua.nn.Layer.Linear;
import io.residua.nn.Layer.MaxPool;
import io.residua.nn.Layer.PadShortcut;
import io.residua.nn.Layer.Relu;
import io.residua.nn.Network;
import io.residua.nn.Shape;
import io.residua.nn.Shapes;
import io.residua.weights.WeightMap;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A network as operations of ONNX, batch norm folded into convolutions. Values are named after the
 * network's layers, constants as in the model file.
 */
final class OnnxNetwork {
  private final OnnxGraph graph;
  private final FusedGraph fused;
  private final Network network;
  private final Shapes shapes;
  private final OnnxWeights constants;
  private final Optional<OnnxInt8> int8;
  private final Set<String> vectors = new HashSet<>(); // values of two dimensions, N × C

  /**
   * @param constants how weights are kept
   * @param int8 which values are in 8 bits; empty for none
   */
  OnnxNetwork(
      OnnxGraph graph,
      Network network,
      FusedGraph fused,
      Shape picture,
      OnnxWeights constants,
      Optional<OnnxInt8> int8) {
    this.graph = graph;
    this.network = network;
    this.fused = fused;
    this.shapes = network.shapes(picture);
    this.constants = constants;
    this.int8 = int8;
  }

  /** The network's steps with every residual sum as one of its own, as ONNX has it. */
  static FusedGraph steps(Network network, WeightMap weights) {
    Set<String> kept = new HashSet<>(FusedGraph.summands(network));
    kept.add(network.output());
    return new FusedGraph(network, weights, kept);
  }

  /**
   * Appends the network, whose input is a value named {@link Network#INPUT}.
   *
   * @param result what the output is called, {@code N × outputs}
   */
  void append(String result) {
    for (Step step : fused.steps()) {
      String made = step.relu() ? step.output() + ".before" : step.output();
      append(step, made);
      if (step.layer() instanceof Flatten
          || step.layer() instanceof Linear
          || vectors.contains(step.input())) {
        vectors.add(step.output());
      }
      if (step.relu()) {
        graph.node("Relu", List.of(made), step.output());
      }
      int8.ifPresent(q -> q.quantize(step.output()));
    }
    String last = fused.valueOf(network.output());
    graph.node("Flatten", List.of(read(last)), result);
  }

  private String read(String value) {
    return int8.map(q -> q.read(value)).orElse(value);
  }

  private void append(Step step, String to) {
    Layer layer = step.layer();
    List<String> in = List.of(read(step.input()));
    if (layer instanceof Conv conv) {
      append(step, conv, to);
    } else if (layer instanceof Linear) {
      FusedGraph.Weights weights = requireNonNull(step.weights());
      List<Integer> shape = List.of(weights.bias().length, shapes.of(step.input()).size());
      String name = weights.layer();
      graph.node(
          "Gemm",
          List.of(
              in.get(0),
              constants.floats(name + ".weight", shape, weights::weight),
              graph.floats(name + ".bias", shape.subList(0, 1), weights.bias())),
          to,
          OnnxAttribute.of("transB", 1));
    } else if (layer instanceof BatchNorm) {
      boolean vector = vectors.contains(step.input());
      scaleAndShift(requireNonNull(step.weights()), in.get(0), to, vector);
    } else if (layer instanceof Relu) {
      graph.node("Relu", in, to);
    } else if (layer instanceof MaxPool p) {
      graph.node("MaxPool", in, to, window(p.kernel(), p.stride(), p.padding()));
    } else if (layer instanceof AvgPool p) {
      List<ProtobufMessage> attributes =
          new ArrayList<>(List.of(window(p.kernel(), p.stride(), p.padding())));
      attributes.add(OnnxAttribute.of("count_include_pad", 1));
      graph.node("AveragePool", in, to, attributes.toArray(new ProtobufMessage[0]));
    } else if (layer instanceof GlobalAvgPool) {
      graph.node("GlobalAveragePool", in, to);
    } else if (layer instanceof Add) {
      graph.node("Add", List.of(in.get(0), read(requireNonNull(step.second()))), to);
    } else if (layer instanceof Flatten) {
      graph.node("Flatten", in, to);
    } else if (layer instanceof PadShortcut shortcut) {
      padShortcut(shortcut, shapes.of(step.input()).channels(), in.get(0), to);
    } else {
      throw new IllegalStateException("no ONNX form of " + layer);
    }
  }

  private void append(Step step, Conv conv, String to) {
    FusedGraph.Weights weights = requireNonNull(step.weights());
    String name = weights.layer();
    List<Integer> shape =
        List.of(
            conv.outChannels(), conv.inChannels() / conv.groups(), conv.kernel(), conv.kernel());
    List<String> in = new ArrayList<>();
    in.add(read(step.input()));
    if (int8.isPresent() && int8.get().isQuantized(step)) {
      in.addAll(int8.get().weights(step, weights, shape));
    } else {
      in.add(constants.floats(name + ".weight", shape, weights::weight));
      in.add(graph.floats(name + ".bias", shape.subList(0, 1), weights.bias()));
    }
    int before = conv.padding();
    int after = conv.paddingAfter();
    graph.node(
        "Conv",
        in,
        to,
        OnnxAttribute.of("kernel_shape", conv.kernel(), conv.kernel()),
        OnnxAttribute.of("strides", conv.stride(), conv.stride()),
        OnnxAttribute.of("pads", before, before, after, after),
        OnnxAttribute.of("group", (long) conv.groups()));
  }

  private static ProtobufMessage[] window(int kernel, int stride, int padding) {
    return new ProtobufMessage[] {
      OnnxAttribute.of("kernel_shape", kernel, kernel),
      OnnxAttribute.of("strides", stride, stride),
      OnnxAttribute.of("pads", padding, padding, padding, padding)
    };
  }

  /** Batch norm that follows no convolution. */
  private void scaleAndShift(FusedGraph.Weights weights, String in, String to, boolean vector) {
    float[] shift = weights.bias();
    float[] scale = new float[shift.length];
    weights.weight().get(scale);
    List<Integer> shape = vector ? List.of(scale.length) : List.of(scale.length, 1, 1);
    String name = weights.layer();
    graph.node("Mul", List.of(in, graph.floats(name + ".scale", shape, scale)), to + ".scaled");
    graph.node("Add", List.of(to + ".scaled", graph.floats(name + ".shift", shape, shift)), to);
  }

  /** Every stride-th position, channels of zeros on both sides. */
  private void padShortcut(PadShortcut shortcut, int channels, String in, String to) {
    String positions = in;
    int stride = shortcut.stride();
    if (stride > 1) {
      positions =
          graph.node(
              "Slice",
              List.of(
                  in,
                  graph.longs(to + ".starts", 0, 0),
                  graph.longs(to + ".ends", Long.MAX_VALUE, Long.MAX_VALUE),
                  graph.longs(to + ".axes", 2, 3),
                  graph.longs(to + ".steps", stride, stride)),
              to + ".sliced");
    }
    long before = (shortcut.outChannels() - channels) / 2;
    long after = shortcut.outChannels() - channels - before;
    graph.node(
        "Pad", List.of(positions, graph.longs(to + ".pads", 0, before, 0, 0, 0, after, 0, 0)), to);
  }
}
