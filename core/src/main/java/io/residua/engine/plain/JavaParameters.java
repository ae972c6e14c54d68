package io.residua.engine.plain;

import static java.util.Objects.requireNonNull;

import io.residua.engine.internal.TrainingSession.Trainable;
import io.residua.internal.Text;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Parameter;
import io.residua.weights.internal.FloatTensor;
import io.residua.weights.internal.WeightMap;
import io.residua.weights.internal.WeightsException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A session's own copy of the weights in file layout, with gradients for those that are trained.
 */
final class JavaParameters {
  private final Map<String, float[]> values = new LinkedHashMap<>();
  private final Map<String, float[]> gradients = new LinkedHashMap<>();
  private final List<Parameter> parameters;

  /**
   * @throws WeightsException if a tensor is missing or has another shape
   * @throws IllegalArgumentException if a trainable name is no learned parameter of the network
   */
  JavaParameters(Network network, WeightMap weights, Set<String> trainable) {
    parameters = network.parameters();
    for (Parameter p : parameters) {
      FloatTensor tensor = weights.get(p.name());
      if (!tensor.shape().equals(p.shape())) {
        throw new WeightsException(
            Text.of(
                "tensor '%s' has shape %s; %s needs %s",
                p.name(), tensor.shape(), network.name(), p.shape()));
      }
      values.put(p.name(), tensor.toArray());
      if (p.kind().learned() && trainable.contains(p.name())) {
        gradients.put(p.name(), new float[p.size()]);
      }
    }
    for (String name : trainable) {
      if (!gradients.containsKey(name)) {
        throw new IllegalArgumentException(
            Text.of("%s has no parameter '%s' that could be trained", network.name(), name));
      }
    }
  }

  float[] values(String name) {
    return requireNonNull(values.get(name));
  }

  float @Nullable [] gradient(String name) {
    return gradients.get(name);
  }

  /** Names of the layers with something to train. */
  boolean trains(String layer) {
    return parameters.stream()
        .anyMatch(p -> p.layer().equals(layer) && gradients.containsKey(p.name()));
  }

  List<Trainable> trainables() {
    List<Trainable> all = new ArrayList<>();
    for (Parameter p : parameters) {
      float[] gradient = gradients.get(p.name());
      if (gradient != null) {
        all.add(new Trainable(p, FloatBuffer.wrap(values(p.name())), FloatBuffer.wrap(gradient)));
      }
    }
    return List.copyOf(all);
  }

  /**
   * The running statistics that move.
   *
   * @param frozen layers whose statistics do not
   */
  List<Trainable> statistics(Set<String> frozen) {
    return parameters.stream()
        .filter(p -> !p.kind().learned() && !frozen.contains(p.layer()))
        .map(p -> new Trainable(p, FloatBuffer.wrap(values(p.name())), FloatBuffer.allocate(0)))
        .toList();
  }

  WeightMap copy() {
    Map<String, FloatTensor> copy = new LinkedHashMap<>();
    for (Parameter p : parameters) {
      copy.put(p.name(), FloatTensor.of(p, values(p.name()).clone()));
    }
    return new WeightMap(copy);
  }
}
