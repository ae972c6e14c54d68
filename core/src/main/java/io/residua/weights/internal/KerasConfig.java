package io.residua.weights.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;

/** What a Keras model's configuration means for its file. */
final class KerasConfig {
  private KerasConfig() {}

  /**
   * The model that a configuration is of, where it is understood.
   *
   * @param json the configuration; missing where the file has none
   * @param graph the same as a graph
   * @param metadata gets what is done to the last layer's outputs
   */
  static Optional<KerasModel> read(
      JsonNode json, Optional<KerasGraph> graph, Map<String, String> metadata) {
    Optional<KerasModel> model = graph.flatMap(KerasModel::of);
    model
        .map(m -> m.head().activation())
        .filter(activation -> !activation.isEmpty())
        .or(() -> LastActivation.ofKeras(json))
        .ifPresent(activation -> metadata.put(LastActivation.KEY, activation));
    return model;
  }
}
