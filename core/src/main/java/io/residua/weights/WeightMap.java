package io.residua.weights;

import io.residua.Text;
import java.util.Collections;
import java.util.LinkedHashMap;
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
    tensors.forEach(
        (name, tensor) -> {
          String problem = WeightNumbers.problem(name, tensor);
          if (!problem.isEmpty()) {
            throw new WeightsException(
                Text.of(
                    "cannot use %s: %s %s; it is damaged, or of a training that diverged",
                    origin, OneLine.quoted(name), problem));
          }
        });
    return this;
  }

  /** These weights, with those of {@code other} added or put in their place. */
  public WeightMap with(WeightMap other) {
    Map<String, FloatTensor> all = new LinkedHashMap<>(tensors);
    all.putAll(other.tensors);
    return new WeightMap(all);
  }
}
