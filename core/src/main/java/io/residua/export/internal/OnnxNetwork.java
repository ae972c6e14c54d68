package io.residua.export.internal;

import static java.util.Objects.requireNonNull;

import io.residua.engine.internal.FusedGraph;
import io.residua.engine.internal.FusedGraph.Step;
import io.residua.internal.ProtobufMessage;
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
import io.residua.nn.internal.Layer.Pool;
import io.residua.nn.internal.Layer.Relu;
import io.residua.nn.internal.Layer.Visitor;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Shape;
import io.residua.nn.internal.Shapes;
import io.residua.weights.internal.WeightMap;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A network as operations of ONNX, batch norm folded into convolutions. Values are named after the
 * network's layers, constants as in the model file.
 */
public final class OnnxNetwork {
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
  public OnnxNetwork(
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
  public static FusedGraph steps(Network network, WeightMap weights) {
    Set<String> kept = new HashSet<>(FusedGraph.summands(network));
    kept.add(network.output());
    return new FusedGraph(network, weights, kept);
  }

  /**
   * Appends the network, whose input is a value named {@link Network#INPUT}.
   *
   * @param result what the output is called, {@code N × outputs}
   */
  public void append(String result) {
    for (Step step : fused.steps()) {
      String made = step.relu() ? step.output() + ".before" : step.output();
      append(step, made);
      if (vectors.contains(step.input())) {
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
    String in = read(step.input());
    step.layer()
        .accept(
            new Visitor<String>(
                (Conv c) -> conv(step, c, to),
                (BatchNorm b) -> scaleAndShift(step, in, to),
                (Linear l) -> linear(step, in, to),
                (Relu r) -> graph.node("Relu", List.of(in), to),
                (MaxPool p) -> graph.node("MaxPool", List.of(in), to, window(p)),
                (AvgPool p) ->
                    graph.node(
                        "AveragePool",
                        List.of(in),
                        to,
                        Stream.concat(
                                Stream.of(window(p)),
                                Stream.of(OnnxAttribute.of("count_include_pad", 1)))
                            .toArray(ProtobufMessage[]::new)),
                (GlobalAvgPool g) -> graph.node("GlobalAveragePool", List.of(in), to),
                (Add a) -> graph.node("Add", List.of(in, read(requireNonNull(step.second()))), to),
                (PadShortcut p) -> padShortcut(p, shapes.of(step.input()).channels(), in, to),
                (Flatten f) -> {
                  vectors.add(step.output());
                  return graph.node("Flatten", List.of(in), to);
                },
                (Dropout d) -> {
                  throw new IllegalStateException("dropout in a fused graph");
                }));
  }

  private String linear(Step step, String in, String to) {
    vectors.add(step.output());
    FusedGraph.Weights weights = requireNonNull(step.weights());
    List<Integer> shape = List.of(weights.bias().length, shapes.of(step.input()).size());
    String name = weights.layer();
    return graph.node(
        "Gemm",
        List.of(
            in,
            constants.floats(name + ".weight", shape, weights::weight),
            graph.floats(name + ".bias", shape.subList(0, 1), weights.bias())),
        to,
        OnnxAttribute.of("transB", 1));
  }

  private String conv(Step step, Conv conv, String to) {
    FusedGraph.Weights weights = requireNonNull(step.weights());
    String name = weights.layer();
    List<Integer> shape = conv.weightShape();
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
    return graph.node(
        "Conv",
        in,
        to,
        OnnxAttribute.of("kernel_shape", conv.kernel(), conv.kernel()),
        OnnxAttribute.of("strides", conv.stride(), conv.stride()),
        OnnxAttribute.of("pads", before, before, after, after),
        OnnxAttribute.of("group", (long) conv.groups()));
  }

  private static ProtobufMessage[] window(Pool pool) {
    int padding = pool.padding();
    return new ProtobufMessage[] {
      OnnxAttribute.of("kernel_shape", pool.kernel(), pool.kernel()),
      OnnxAttribute.of("strides", pool.stride(), pool.stride()),
      OnnxAttribute.of("pads", padding, padding, padding, padding)
    };
  }

  /** Batch norm that follows no convolution. */
  private String scaleAndShift(Step step, String in, String to) {
    FusedGraph.Weights weights = requireNonNull(step.weights());
    boolean vector = vectors.contains(step.input());
    float[] shift = weights.bias();
    float[] scale = new float[shift.length];
    weights.weight().get(scale);
    List<Integer> shape = vector ? List.of(scale.length) : List.of(scale.length, 1, 1);
    String name = weights.layer();
    graph.node("Mul", List.of(in, graph.floats(name + ".scale", shape, scale)), to + ".scaled");
    return graph.node(
        "Add", List.of(to + ".scaled", graph.floats(name + ".shift", shape, shift)), to);
  }

  /** Every stride-th position, channels of zeros on both sides. */
  private String padShortcut(PadShortcut shortcut, int channels, String in, String to) {
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
    return graph.node(
        "Pad", List.of(positions, graph.longs(to + ".pads", 0, before, 0, 0, 0, after, 0, 0)), to);
  }
}
