package io.residua.weights.internal;

import io.residua.internal.Text;
import io.residua.nn.internal.Layer;
import io.residua.nn.internal.Network;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A network's weights: named float arrays in a stable order. Immutable. */
public final class WeightMap {
  private final Map<String, FloatTensor> tensors;

  public WeightMap(Map<String, FloatTensor> tensors) {
    this.tensors = Collections.unmodifiableMap(new LinkedHashMap<>(tensors));
  }

  /**
   * The tensor of that name.
   *
   * @throws WeightsException if there is none
   */
  public FloatTensor get(String name) {
    FloatTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new WeightsException(Text.of("the weights have no tensor '%s'", name));
    }
    return tensor;
  }

  public Set<String> names() {
    return tensors.keySet();
  }

  public Map<String, FloatTensor> asMap() {
    return tensors;
  }

  /**
   * These weights, after a look at every value.
   *
   * @param origin what a message calls the weights, such as the file's name
   * @throws WeightsException with one line that names the first tensor with a NaN, an infinite
   *     value or, in a batch normalisation, a negative variance
   */
  public WeightMap requireNumbers(String origin) {
    List.copyOf(tensors.entrySet()).parallelStream()
        .map(
            tensor -> {
              String problem = WeightNumbers.problem(tensor.getKey(), tensor.getValue());
              return problem.isEmpty() ? "" : OneLine.quoted(tensor.getKey()) + " " + problem;
            })
        .filter(problem -> !problem.isEmpty())
        .findFirst()
        .ifPresent(
            problem -> {
              throw new WeightsException(
                  Text.of(
                      "cannot use %s: %s; it is damaged, or of a training that diverged",
                      origin, problem));
            });
    return this;
  }

  /**
   * These weights, with zeros for the bias of each linear layer of the network whose weight is
   * there alone: a layer that was made without one.
   */
  public WeightMap withZeroBiases(Network network) {
    Map<String, FloatTensor> all = new LinkedHashMap<>(tensors);
    for (Network.Node node : network.nodes()) {
      String bias = node.name() + ".bias";
      if (node.layer() instanceof Layer.Linear linear
          && tensors.containsKey(node.name() + ".weight")
          && !tensors.containsKey(bias)) {
        int units = linear.outFeatures();
        all.put(bias, new FloatTensor(List.of(units), FloatBuffer.allocate(units)));
      }
    }
    return new WeightMap(all);
  }

  /** These weights, with those of {@code other} added or put in their place. */
  public WeightMap with(WeightMap other) {
    Map<String, FloatTensor> all = new LinkedHashMap<>(tensors);
    all.putAll(other.tensors);
    return new WeightMap(all);
  }
}
