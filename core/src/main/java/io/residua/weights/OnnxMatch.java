package io.residua.weights;

import io.residua.nn.Architecture;
import io.residua.nn.Layer;
import io.residua.nn.Layer.BatchNorm;
import io.residua.nn.Layer.Conv;
import io.residua.nn.Layer.Linear;
import io.residua.nn.Network;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds which initialiser of an ONNX graph is which parameter of a network, by comparing the two
 * graphs from their outputs to their inputs. Batch normalisation that the exporter folded into the
 * convolutions comes back as one that only adds the folded bias.
 *
 * @param architecture name of the network
 * @param tensors under the network's names
 * @param activation what the graph does to the last layer's outputs, as {@link LastActivation}
 */
record OnnxMatch(
    String architecture, Map<String, StoredTensor> tensors, Optional<String> activation) {
  private static final Set<String> PASSED_THROUGH =
      Set.of("Identity", "Dropout", "Cast", "Flatten", "Reshape", "Squeeze", "Softmax", "Sigmoid");

  private static final Set<String> AVERAGES =
      Set.of("GlobalAveragePool", "AveragePool", "ReduceMean");

  private static final Set<String> PADDING = Set.of("Pad", "Slice");

  /** What a graph may do with pictures before the network. */
  private static final Set<String> PREPARING =
      Set.of("Cast", "Transpose", "Gather", "Div", "Sub", "Mul");

  private static final int MOST_PASSED = 16;

  /** The known network whose graph it is. */
  static Optional<OnnxMatch> known(OnnxGraph graph) {
    long convolutions = graph.nodes().stream().filter(n -> n.op().equals("Conv")).count();
    return KnownNetworks.all().stream()
        .filter(known -> known.convolutions() == convolutions)
        .flatMap(known -> of(graph, known.spec()).stream())
        .findFirst();
  }

  /** The match with one network, if its graph is the same; the number of classes may be any. */
  static Optional<OnnxMatch> of(OnnxGraph graph, Architecture spec) {
    return Comparison.of(graph, spec.network(1))
        .map(tensors -> new OnnxMatch(spec.name(), tensors, activation(graph)));
  }

  /** The softmax or sigmoid between the last layer and the first output. */
  private static Optional<String> activation(OnnxGraph graph) {
    Map<String, OnnxGraph.Node> producers = producers(graph);
    OnnxGraph.Node op = producers.get(graph.outputs().get(0));
    for (int i = 0; i < MOST_PASSED && op != null && !op.inputs().isEmpty(); i++) {
      if (op.op().equals("Softmax") || op.op().equals("Sigmoid")) {
        return Optional.of(op.op().toLowerCase(Locale.ROOT));
      } else if (!PASSED_THROUGH.contains(op.op())) {
        break;
      }
      op = producers.get(op.inputs().get(0));
    }
    return Optional.empty();
  }

  private static Map<String, OnnxGraph.Node> producers(OnnxGraph graph) {
    Map<String, OnnxGraph.Node> producers = new HashMap<>();
    graph.nodes().forEach(n -> n.outputs().forEach(o -> producers.put(o, n)));
    return producers;
  }

  private static final class Comparison {
    private final OnnxGraph graph;
    private final Map<String, OnnxGraph.Node> producers;
    private final Map<String, Network.Node> layers = new HashMap<>();
    private final Set<List<String>> refuted = new HashSet<>();
    private final Map<List<String>, Map<String, StoredTensor>> found = new HashMap<>();

    private Comparison(OnnxGraph graph, Network network) {
      this.graph = graph;
      this.producers = producers(graph);
      network.nodes().forEach(n -> layers.put(n.name(), n));
    }

    static Optional<Map<String, StoredTensor>> of(OnnxGraph graph, Network network) {
      if (graph.outputs().isEmpty()) {
        return Optional.empty();
      }
      Comparison comparison = new Comparison(graph, network);
      String output = graph.outputs().get(0);
      if (!comparison.same(network.output(), output)) {
        return Optional.empty();
      }
      Map<String, StoredTensor> tensors = new LinkedHashMap<>();
      comparison.gather(network.output(), output, tensors, new HashSet<>());
      return Optional.of(tensors);
    }

    /** Whether the layer's output is that value of the graph. */
    private boolean same(String layer, String value) {
      if (layer.equals(Network.INPUT)) {
        return !producers.containsKey(before(PREPARING, passed(value)));
      }
      List<String> pair = List.of(layer, passed(value));
      if (found.containsKey(pair)) {
        return true;
      } else if (refuted.contains(pair)) {
        return false;
      }
      Network.Node node = layers.get(layer);
      Map<String, StoredTensor> own = new LinkedHashMap<>();
      if (node != null && compare(node, passed(value), own) != null) {
        found.put(pair, own);
        return true;
      }
      refuted.add(pair);
      return false;
    }

    private void gather(
        String layer, String value, Map<String, StoredTensor> all, Set<String> seen) {
      Network.Node node = layers.get(layer);
      if (node == null || !seen.add(layer)) {
        return;
      }
      Map<String, StoredTensor> own = found.getOrDefault(List.of(layer, passed(value)), Map.of());
      all.putAll(own);
      List<String> values = compare(node, passed(value), new LinkedHashMap<>());
      if (values != null) {
        for (int i = 0; i < node.inputs().size(); i++) {
          gather(node.inputs().get(i), values.get(i), all, seen);
        }
      }
    }

    /**
     * The values of the graph that are the layer's inputs, or null if the layer is not what
     * produces the value.
     */
    private @Nullable List<String> compare(
        Network.Node node, String value, Map<String, StoredTensor> own) {
      Layer layer = node.layer();
      if (layer instanceof Layer.Flatten) {
        return inputsIfSame(node, List.of(value)); // passed through already
      } else if (layer instanceof Layer.PadShortcut) {
        return inputsIfSame(node, List.of(before(PADDING, value)));
      }
      OnnxGraph.Node op = producers.get(value);
      if (op == null || op.inputs().isEmpty()) {
        return null;
      }
      List<String> in = op.inputs();
      if (layer instanceof BatchNorm norm) {
        return batchNorm(node, norm, value, op, own);
      } else if (layer instanceof Conv conv) {
        return op.op().equals("Conv") && conv(node.name(), conv, op, own)
            ? inputsIfSame(node, in.subList(0, 1))
            : null;
      } else if (layer instanceof Linear linear) {
        return linear(node.name(), linear, op, own) ? inputsIfSame(node, in.subList(0, 1)) : null;
      } else if (layer instanceof Layer.Add) {
        boolean sum = (op.op().equals("Add") || op.op().equals("Sum")) && in.size() == 2;
        if (!sum) {
          return null;
        }
        List<String> inOrder = inputsIfSame(node, in);
        return inOrder != null ? inOrder : inputsIfSame(node, List.of(in.get(1), in.get(0)));
      }
      boolean same =
          layer instanceof Layer.Relu && op.op().equals("Relu")
              || layer instanceof Layer.MaxPool && op.op().equals("MaxPool")
              || layer instanceof Layer.GlobalAvgPool && AVERAGES.contains(op.op());
      return same ? inputsIfSame(node, in.subList(0, 1)) : null;
    }

    private @Nullable List<String> inputsIfSame(Network.Node node, List<String> values) {
      for (int i = 0; i < node.inputs().size(); i++) {
        if (!same(node.inputs().get(i), values.get(i))) {
          return null;
        }
      }
      return values;
    }

    /** The value without operations that do not change its numbers' order. */
    private String passed(String value) {
      return before(PASSED_THROUGH, value);
    }

    /** What goes into the operations of some kinds that a value comes out of. */
    private String before(Set<String> kinds, String value) {
      String at = value;
      for (int i = 0; i < MOST_PASSED; i++) {
        OnnxGraph.Node op = producers.get(at);
        if (op == null || op.inputs().isEmpty() || !kinds.contains(op.op())) {
          break;
        }
        at = op.inputs().get(0);
      }
      return at;
    }

    private @Nullable List<String> batchNorm(
        Network.Node node,
        BatchNorm norm,
        String value,
        OnnxGraph.Node op,
        Map<String, StoredTensor> own) {
      if (op.op().equals("Conv") && op.inputs().size() == 3) {
        folded(node, norm, own);
        return inputsIfSame(node, List.of(value));
      } else if (!op.op().equals("BatchNormalization") || op.inputs().size() < 5) {
        return null;
      }
      boolean sameEpsilon = Math.abs(op.number("epsilon", 1e-5) / norm.epsilon() - 1) < 1e-5;
      List<String> kinds = List.of("weight", "bias", "running_mean", "running_var");
      for (int i = 0; i < kinds.size(); i++) {
        StoredTensor tensor = graph.initialisers().get(op.inputs().get(i + 1));
        if (!sameEpsilon || tensor == null || !tensor.shape().equals(List.of(norm.channels()))) {
          return null;
        }
        own.put(node.name() + "." + kinds.get(i), tensor);
      }
      return inputsIfSame(node, op.inputs().subList(0, 1));
    }

    /** Changes nothing: the convolution before it has the folded weights and the bias. */
    private void folded(Network.Node node, BatchNorm norm, Map<String, StoredTensor> own) {
      int n = norm.channels();
      String name = node.name();
      Network.Node before = layers.get(node.inputs().get(0));
      if (before != null && before.layer() instanceof Conv conv && conv.bias()) {
        own.put(name + ".bias", filled(n, 0));
      }
      own.put(name + ".weight", filled(n, (float) Math.sqrt(1 + norm.epsilon())));
      own.put(name + ".running_mean", filled(n, 0));
      own.put(name + ".running_var", filled(n, 1));
    }

    private static StoredTensor filled(int count, float value) {
      ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      float[] values = new float[count];
      Arrays.fill(values, value);
      bytes.asFloatBuffer().put(values);
      return StoredTensor.contiguous(DType.F32, List.of(count), bytes);
    }

    private boolean conv(String name, Conv conv, OnnxGraph.Node op, Map<String, StoredTensor> own) {
      StoredTensor weight = op.inputs().size() < 2 ? null : tensor(op, 1);
      List<Integer> shape =
          List.of(
              conv.outChannels(), conv.inChannels() / conv.groups(), conv.kernel(), conv.kernel());
      double[] pads = op.numbers().getOrDefault("pads", new double[] {0, 0, 0, 0});
      boolean same =
          weight != null
              && weight.shape().equals(shape)
              && op.number("strides", 1) == conv.stride()
              && op.number("group", 1) == conv.groups()
              && pads.length == 4
              && pads[0] == conv.padding()
              && pads[2] == conv.paddingAfter();
      StoredTensor bias = op.inputs().size() > 2 ? tensor(op, 2) : null;
      if (!same || weight == null || (conv.bias() && bias == null)) {
        return false;
      }
      own.put(name + ".weight", weight);
      if (bias != null) {
        own.put(conv.bias() ? name + ".bias" : normAfter(name) + ".bias", bias);
      }
      return true;
    }

    /** The batch normalisation that a folded bias belongs to. */
    private String normAfter(String conv) {
      return layers.values().stream()
          .filter(n -> n.layer() instanceof BatchNorm && n.inputs().contains(conv))
          .map(Network.Node::name)
          .findFirst()
          .orElse(conv);
    }

    private boolean linear(
        String name, Linear linear, OnnxGraph.Node op, Map<String, StoredTensor> own) {
      if (!op.op().equals("Gemm") || op.inputs().size() != 3) {
        return false;
      }
      StoredTensor weight = tensor(op, 1);
      StoredTensor bias = tensor(op, 2);
      boolean transposed = op.number("transB", 0) == 1;
      if (weight == null || bias == null || weight.shape().size() != 2) {
        return false;
      }
      List<Integer> shape = weight.shape();
      int in = shape.get(transposed ? 1 : 0);
      int out = shape.get(transposed ? 0 : 1);
      if (in != linear.inFeatures() || !bias.shape().equals(List.of(out))) {
        return false;
      }
      own.put(
          name + ".weight",
          transposed
              ? weight
              : new StoredTensor(
                  weight.dtype(), List.of(out, in), weight.storage(), 0, List.of(1L, (long) out)));
      own.put(name + ".bias", bias);
      return true;
    }

    private @Nullable StoredTensor tensor(OnnxGraph.Node op, int input) {
      return graph.initialisers().get(before(Set.of("Cast"), op.inputs().get(input)));
    }
  }
}
