package io.residua.weights.internal;

import io.residua.nn.internal.Architecture;
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
import io.residua.nn.internal.Network;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds which initialiser of an ONNX graph is which parameter of a network, by comparing the two
 * graphs from their outputs to their inputs. Batch normalisation that the exporter folded into the
 * convolutions comes back as one that only adds the folded bias, which may have been left out where
 * it was zero.
 *
 * @param architecture name of the network
 * @param tensors under the network's names
 * @param head what the graph computes of its last feature map
 * @param pixels what the graph does to pictures before the network
 * @param activation what the graph does to the last layer's outputs, as {@link LastActivation}
 * @param classes names of its outputs, as {@link OnnxLearned#CLASSES}
 */
record OnnxMatch(
    String architecture,
    Map<String, StoredTensor> tensors,
    FileHead head,
    OnnxPixels pixels,
    Optional<String> activation,
    Optional<String> classes) {
  private static final Set<String> PADDING = Set.of("Pad", "Slice");

  private static final int MOST_OUTPUTS = 8;

  /** From how many operations at its end a backbone's last one is looked for. */
  private static final int MOST_IN_HEADS = 64;

  /** The known network whose graph it is. */
  static Optional<OnnxMatch> known(OnnxGraph graph) {
    long convolutions = graph.nodes().stream().filter(n -> n.op().equals("Conv")).count();
    return KnownNetworks.all().stream()
        .filter(known -> known.convolutions() == convolutions)
        .flatMap(known -> of(graph, known.spec()).stream())
        .findFirst();
  }

  /** The match with one network, if its backbone's graph is the same; the head may be any. */
  static Optional<OnnxMatch> of(OnnxGraph graph, Architecture spec) {
    OnnxTrace trace = new OnnxTrace(graph);
    Network backbone = spec.backbone();
    for (String output : graph.outputs().stream().limit(MOST_OUTPUTS).toList()) {
      OnnxHead head = OnnxHead.of(trace, output);
      Optional<Found> found = Comparison.of(trace, backbone, head.features());
      if (found.isPresent()) {
        Map<String, StoredTensor> tensors = found.get().tensors();
        FileHead read = head.on(spec, tensors);
        OnnxPixels pixels = OnnxPixels.of(trace, found.get().input());
        return Optional.of(
            new OnnxMatch(spec.name(), tensors, read, pixels, head.activation(), head.classes()));
      }
    }
    return otherHead(trace, spec, backbone);
  }

  /** The backbone alone, below a head that is not computed here. */
  private static Optional<OnnxMatch> otherHead(
      OnnxTrace trace, Architecture spec, Network backbone) {
    List<OnnxGraph.Node> nodes = trace.graph().nodes();
    for (int i = nodes.size() - 1; i >= Math.max(0, nodes.size() - MOST_IN_HEADS); i--) {
      OnnxGraph.Node end = nodes.get(i);
      Optional<Found> found =
          end.outputs().isEmpty()
              ? Optional.empty()
              : Comparison.of(trace, backbone, end.outputs().get(0));
      if (found.isPresent()) {
        return Optional.of(
            new OnnxMatch(
                spec.name(),
                found.get().tensors(),
                FileHead.notComputed(OnnxHead.unread(nodes.subList(i + 1, nodes.size()))),
                OnnxPixels.of(trace, found.get().input()),
                Optional.empty(),
                Optional.empty()));
      }
    }
    return Optional.empty();
  }

  /**
   * A backbone in a graph.
   *
   * @param input the value that it takes
   */
  private record Found(Map<String, StoredTensor> tensors, String input) {}

  private static final class Comparison {
    private final OnnxTrace trace;
    private final Map<String, Network.Node> layers = new HashMap<>();
    private final Set<List<String>> refuted = new HashSet<>();
    private final Map<List<String>, Map<String, StoredTensor>> found = new HashMap<>();
    private String input = "";

    private Comparison(OnnxTrace trace, Network network) {
      this.trace = trace;
      network.nodes().forEach(n -> layers.put(n.name(), n));
    }

    static Optional<Found> of(OnnxTrace trace, Network network, String output) {
      Comparison comparison = new Comparison(trace, network);
      if (!comparison.same(network.output(), output)) {
        return Optional.empty();
      }
      Map<String, StoredTensor> tensors = new LinkedHashMap<>();
      comparison.gather(network.output(), output, tensors, new HashSet<>());
      return Optional.of(new Found(tensors, comparison.input));
    }

    /** Whether the layer's output is that value of the graph. */
    private boolean same(String layer, String value) {
      if (layer.equals(Network.INPUT)) {
        return true; // whatever the graph does to pictures before it
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
      if (layer.equals(Network.INPUT)) {
        input = value;
      }
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
      List<String> in =
          node.layer()
              .accept(
                  new Visitor<List<String>>(
                      (Conv c) -> input("Conv", value, op -> conv(node, c, op, own)),
                      (BatchNorm b) -> batchNorm(node, b, value, own),
                      (Linear l) -> List.of(),
                      (Relu r) -> input("Relu", value, op -> true),
                      (MaxPool p) -> input("MaxPool", value, op -> maxPool(p, op)),
                      (AvgPool p) -> List.of(),
                      (GlobalAvgPool g) -> List.of(),
                      (Add a) -> summands(value),
                      (PadShortcut p) -> List.of(trace.before(PADDING, value)),
                      (Flatten f) -> List.of(),
                      (Dropout d) -> List.of()));
      List<String> same = in.isEmpty() ? null : inputsIfSame(node, in);
      return same == null && in.size() == 2
          ? inputsIfSame(node, List.of(in.get(1), in.get(0)))
          : same;
    }

    /** The first input of the operation that makes the value; empty where it is another one. */
    private List<String> input(String operation, String value, Predicate<OnnxGraph.Node> fits) {
      OnnxGraph.Node op = trace.producer(value);
      return op != null && op.op().equals(operation) && fits.test(op)
          ? op.inputs().subList(0, 1)
          : List.of();
    }

    private List<String> summands(String value) {
      OnnxGraph.Node op = trace.producer(value);
      return op != null
              && (op.op().equals("Add") || op.op().equals("Sum"))
              && op.inputs().size() == 2
          ? op.inputs()
          : List.of();
    }

    private @Nullable List<String> inputsIfSame(Network.Node node, List<String> values) {
      for (int i = 0; i < node.inputs().size(); i++) {
        if (!same(node.inputs().get(i), values.get(i))) {
          return null;
        }
      }
      return values;
    }

    private String passed(String value) {
      return trace.passed(value);
    }

    private List<String> batchNorm(
        Network.Node node, BatchNorm norm, String value, Map<String, StoredTensor> own) {
      OnnxGraph.Node op = trace.producer(value);
      if (op == null) {
        return List.of();
      } else if (op.op().equals("Conv")) {
        folded(node, norm, !OnnxTrace.has(op, 2), own);
        return List.of(value);
      }
      Map<String, StoredTensor> parameters = trace.norm(op);
      boolean sameEpsilon = Math.abs(op.number("epsilon", 1e-5) / norm.epsilon() - 1) < 1e-5;
      StoredTensor scale = parameters == null ? null : parameters.get("weight");
      if (parameters == null
          || scale == null
          || !sameEpsilon
          || !scale.shape().equals(List.of(norm.channels()))
          || hasBiasTwice(node, op)) {
        return List.of();
      }
      parameters.forEach((name, tensor) -> own.put(node.name() + "." + name, tensor));
      return op.inputs().subList(0, 1);
    }

    /** Whether the convolution before batch norm has a bias that the network's has not. */
    private boolean hasBiasTwice(Network.Node norm, OnnxGraph.Node op) {
      OnnxGraph.Node before = trace.producer(passed(op.inputs().get(0)));
      return before != null
          && before.op().equals("Conv")
          && OnnxTrace.has(before, 2)
          && !hasBias(norm);
    }

    /** Whether the convolution before batch norm has a bias of its own in the network. */
    private boolean hasBias(Network.Node norm) {
      Network.Node before = layers.get(norm.inputs().get(0));
      return before != null && before.layer() instanceof Conv conv && conv.bias();
    }

    /** Changes nothing: the convolution before it has the folded weights and the bias. */
    private void folded(
        Network.Node node, BatchNorm norm, boolean withoutBias, Map<String, StoredTensor> own) {
      int n = norm.channels();
      String name = node.name();
      if (withoutBias || hasBias(node)) {
        own.put(name + ".bias", OnnxTrace.filled(n, 0));
      }
      own.put(name + ".weight", OnnxTrace.filled(n, (float) Math.sqrt(1 + norm.epsilon())));
      own.put(name + ".running_mean", OnnxTrace.filled(n, 0));
      own.put(name + ".running_var", OnnxTrace.filled(n, 1));
    }

    private static boolean maxPool(MaxPool pool, OnnxGraph.Node op) {
      return op.isAll("kernel_shape", 1, pool.kernel())
          && op.isAll("strides", 1, pool.stride())
          && op.isAll("pads", 0, pool.padding())
          && op.isAll("dilations", 1, 1);
    }

    private boolean conv(
        Network.Node node, Conv conv, OnnxGraph.Node op, Map<String, StoredTensor> own) {
      String name = node.name();
      StoredTensor weight = trace.tensor(op, 1);
      StoredTensor bias = trace.tensor(op, 2);
      List<Integer> shape = conv.weightShape();
      double[] pads = op.numbers().getOrDefault("pads", new double[] {0, 0, 0, 0});
      boolean first = node.inputs().equals(List.of(Network.INPUT));
      boolean same =
          weight != null
              && (first ? InputChannels.asColours(weight.shape()) : weight.shape()).equals(shape)
              && op.isAll("strides", 1, conv.stride())
              && op.isAll("dilations", 1, 1)
              && op.number("group", 1) == conv.groups()
              && pads.length == 4
              && pads[0] == conv.padding()
              && pads[1] == conv.padding()
              && pads[2] == conv.paddingAfter()
              && pads[3] == conv.paddingAfter();
      boolean sameBias =
          !OnnxTrace.has(op, 2) || bias != null && bias.shape().equals(List.of(conv.outChannels()));
      if (!same || weight == null || !sameBias) {
        return false;
      }
      own.put(name + ".weight", weight);
      if (bias != null) {
        own.put((conv.bias() ? name : normAfter(name)) + ".bias", bias);
      } else if (conv.bias()) {
        own.put(name + ".bias", OnnxTrace.filled(conv.outChannels(), 0));
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
  }
}
