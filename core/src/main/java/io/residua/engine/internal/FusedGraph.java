package io.residua.engine.internal;

import static java.util.Objects.requireNonNull;

import io.residua.nn.internal.Layer;
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
import io.residua.nn.internal.Network.Node;
import io.residua.weights.internal.FloatTensor;
import io.residua.weights.internal.WeightMap;
import java.nio.FloatBuffer;
import java.nio.MappedByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A network rewritten for inference: batch norm is folded into the convolution before it, ReLU and
 * the residual sum are done by the convolution that feeds them, dropout is gone.
 *
 * <p>A value that is to be kept is not fused away: where the summands of every residual sum are
 * kept, each sum is a step of its own.
 */
public final class FusedGraph {
  /**
   * One step.
   *
   * @param output name of the value it makes, that of the last node it covers
   * @param layer the layer that computes (never dropout)
   * @param input name of its input
   * @param second the other summand of a plain addition, or the value that a convolution adds its
   *     result to, in place
   * @param relu whether ReLU follows
   * @param weights where the weights come from; null where the layer has none
   */
  public record Step(
      String output,
      Layer layer,
      String input,
      @Nullable String second,
      boolean relu,
      @Nullable Weights weights) {}

  /** A convolution's or linear layer's weights and bias with batch norm folded in. */
  public interface Weights {
    /** Name of the convolution or linear layer, or of a batch norm that stands alone. */
    String layer();

    /**
     * Its weights in the layer's own order; the factors, one a channel, of a batch norm that stands
     * alone.
     */
    FloatBuffer weight();

    /**
     * Puts {@link #weight} into a buffer.
     *
     * @param target takes as many values as there are
     */
    default void into(FloatBuffer target) {
      target.put(weight());
    }

    /** Where its weights are in a file; null where they are not as a file has them. */
    default @Nullable MappedByteBuffer mapped() {
      return null;
    }

    /** A summand for each output channel; zeros where the layer has none. */
    float[] bias();
  }

  private final List<Step> steps = new ArrayList<>();
  private final Map<String, Step> pending = new LinkedHashMap<>(); // may still fuse, by value
  private final Set<String> kept;
  private final Map<String, String> renamed = new HashMap<>(); // what dropout leaves as it is

  /**
   * @param keep names of the values that are read afterwards
   */
  public FusedGraph(Network network, WeightMap weights, Set<String> keep) {
    List<Node> nodes = withoutDropout(network);
    kept = keep.stream().map(this::valueOf).collect(Collectors.toSet());
    Map<String, List<Integer>> consumers = new HashMap<>();
    for (int i = 0; i < nodes.size(); i++) {
      for (String input : nodes.get(i).inputs()) {
        consumers.computeIfAbsent(input, k -> new ArrayList<>()).add(i);
      }
    }
    for (int i = 0; i < nodes.size(); i++) {
      Node node = nodes.get(i);
      Step step = step(node, weights, consumers, i);
      if (mayFuse(step) && onlyUseMayFuse(node.name(), nodes, consumers)) {
        pending.put(node.name(), step);
      } else {
        steps.add(step);
      }
    }
    steps.addAll(pending.values());
    pending.clear();
  }

  /** Names of all values that residual sums add; kept, they leave each sum a step of its own. */
  public static Set<String> summands(Network network) {
    return network.nodes().stream()
        .filter(node -> node.layer() instanceof Add)
        .flatMap(node -> node.inputs().stream())
        .collect(Collectors.toSet());
  }

  private List<Node> withoutDropout(Network network) {
    List<Node> nodes = new ArrayList<>();
    for (Node node : network.nodes()) {
      List<String> inputs = node.inputs().stream().map(this::valueOf).toList();
      if (node.layer() instanceof Dropout) {
        renamed.put(node.name(), inputs.get(0));
      } else {
        nodes.add(new Node(node.name(), node.layer(), inputs));
      }
    }
    return nodes;
  }

  private Step step(
      Node node, WeightMap weights, Map<String, List<Integer>> consumers, int position) {
    String in = node.inputs().get(0);
    Layer layer = node.layer();
    Step before = pending.get(in);
    if (layer instanceof Add) {
      return add(node, consumers, position);
    }
    if (before != null && layer instanceof BatchNorm norm && before.layer() instanceof Conv) {
      pending.remove(in);
      Weights folded =
          new Folded(
              requireNonNull(before.weights()), new Normalisation(norm, node.name(), weights));
      return new Step(node.name(), before.layer(), before.input(), null, false, folded);
    }
    if (before != null && layer instanceof Relu) {
      pending.remove(in);
      return new Step(
          node.name(), before.layer(), before.input(), before.second(), true, before.weights());
    }
    emit(in);
    return new Step(node.name(), layer, in, null, false, own(node, weights).orElse(null));
  }

  private static boolean mayFuse(Step step) {
    return !step.relu()
        && (step.layer() instanceof Conv
            || step.layer() instanceof Linear
            || step.layer() instanceof Add);
  }

  /** A value can wait for the layer that fuses with it if that is its only use. */
  private boolean onlyUseMayFuse(
      String name, List<Node> nodes, Map<String, List<Integer>> consumers) {
    List<Integer> uses = consumers.getOrDefault(name, List.of());
    if (uses.size() != 1 || kept.contains(name)) {
      return false;
    }
    Layer next = nodes.get(uses.get(0)).layer();
    return next instanceof BatchNorm || next instanceof Relu || next instanceof Add;
  }

  private void emit(String value) {
    Step step = pending.remove(value);
    if (step != null) {
      steps.add(step);
    }
  }

  private Step add(Node node, Map<String, List<Integer>> consumers, int position) {
    String first = node.inputs().get(0);
    String second = node.inputs().get(1);
    for (String[] pair : new String[][] {{first, second}, {second, first}}) {
      Step conv = pending.get(pair[0]);
      String target = pair[1];
      // The convolution that is summed in place overwrites the other value.
      if (conv != null
          && conv.layer() instanceof Conv
          && conv.second() == null
          && !conv.input().equals(target)
          && lastUse(target, consumers) == position) {
        pending.remove(pair[0]);
        emit(target);
        emitReadersOf(target);
        return new Step(node.name(), conv.layer(), conv.input(), target, false, conv.weights());
      }
    }
    emit(first);
    emit(second);
    return new Step(node.name(), node.layer(), first, second, false, null);
  }

  private void emitReadersOf(String value) {
    List<String> readers =
        pending.entrySet().stream()
            .filter(e -> value.equals(e.getValue().input()) || value.equals(e.getValue().second()))
            .map(Map.Entry::getKey)
            .toList();
    readers.forEach(this::emit);
  }

  private int lastUse(String name, Map<String, List<Integer>> consumers) {
    if (name.equals(Network.INPUT) || kept.contains(name)) {
      return Integer.MAX_VALUE; // never overwritten
    }
    List<Integer> uses = consumers.getOrDefault(name, List.of());
    return uses.isEmpty() ? Integer.MAX_VALUE : uses.get(uses.size() - 1);
  }

  /** The steps in an order in which they can be computed. */
  public List<Step> steps() {
    return Collections.unmodifiableList(steps);
  }

  /** Name of the step's value that a node of the network has: another's only for dropout. */
  public String valueOf(String node) {
    return renamed.getOrDefault(node, node);
  }

  private static Optional<Weights> own(Node node, WeightMap weights) {
    String name = node.name();
    return node.layer()
        .accept(
            new Visitor<Optional<Weights>>(
                (Conv c) -> Optional.of(new Plain(name, weights, c.outChannels(), c.bias())),
                (BatchNorm b) -> Optional.of(new Normalisation(b, name, weights)),
                (Linear l) -> Optional.of(new Plain(name, weights, l.outFeatures(), true)),
                (Relu r) -> Optional.empty(),
                (MaxPool p) -> Optional.empty(),
                (AvgPool p) -> Optional.empty(),
                (GlobalAvgPool g) -> Optional.empty(),
                (Add a) -> Optional.empty(),
                (PadShortcut p) -> Optional.empty(),
                (Flatten f) -> Optional.empty(),
                (Dropout d) -> Optional.empty()));
  }

  /** Weights as they are in the file. */
  private record Plain(String name, WeightMap weights, int outputs, boolean hasBias)
      implements Weights {
    @Override
    public String layer() {
      return name;
    }

    @Override
    public FloatBuffer weight() {
      return tensor().data();
    }

    @Override
    public @Nullable MappedByteBuffer mapped() {
      return tensor().mapped();
    }

    private FloatTensor tensor() {
      return weights.get(name + ".weight");
    }

    @Override
    public float[] bias() {
      return hasBias ? weights.get(name + ".bias").toArray() : new float[outputs];
    }
  }

  /** Batch norm by its running statistics as one factor and one summand a channel. */
  private record Normalisation(BatchNorm norm, String name, WeightMap map) implements Weights {
    @Override
    public String layer() {
      return name;
    }

    double[] factors() {
      float[] scale = map.get(name + ".weight").toArray();
      float[] variance = map.get(name + ".running_var").toArray();
      double[] factors = new double[scale.length];
      for (int c = 0; c < factors.length; c++) {
        factors[c] = scale[c] / Math.sqrt(variance[c] + norm.epsilon());
      }
      return factors;
    }

    /** The summand of each channel for inputs that already carry {@code bias}. */
    float[] bias(float[] bias) {
      double[] factors = factors();
      float[] shift = map.get(name + ".bias").toArray();
      float[] mean = map.get(name + ".running_mean").toArray();
      float[] result = new float[factors.length];
      for (int c = 0; c < factors.length; c++) {
        result[c] = (float) (((double) bias[c] - mean[c]) * factors[c] + shift[c]);
      }
      return result;
    }

    @Override
    public FloatBuffer weight() {
      double[] factors = factors();
      float[] result = new float[factors.length];
      for (int c = 0; c < factors.length; c++) {
        result[c] = (float) factors[c];
      }
      return FloatBuffer.wrap(result);
    }

    @Override
    public float[] bias() {
      return bias(new float[norm.channels()]);
    }
  }

  private record Folded(Weights conv, Normalisation norm) implements Weights {
    @Override
    public String layer() {
      return conv.layer();
    }

    @Override
    public FloatBuffer weight() {
      float[] out = new float[conv.weight().remaining()];
      into(FloatBuffer.wrap(out));
      return FloatBuffer.wrap(out);
    }

    @Override
    public @Nullable MappedByteBuffer mapped() {
      return conv.mapped();
    }

    @Override
    public void into(FloatBuffer target) {
      FloatBuffer in = conv.weight();
      double[] factors = norm.factors();
      float[] channel = new float[in.remaining() / factors.length];
      for (double factor : factors) {
        in.get(channel);
        for (int i = 0; i < channel.length; i++) {
          channel[i] = (float) (channel[i] * factor);
        }
        target.put(channel);
      }
    }

    @Override
    public float[] bias() {
      return norm.bias(conv.bias());
    }
  }
}
