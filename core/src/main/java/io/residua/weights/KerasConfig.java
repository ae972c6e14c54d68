package io.residua.weights;

import java.util.Map;
import java.util.Optional;

/** What a Keras model's configuration means for its file. */
final class KerasConfig {
  private KerasConfig() {}

  /**
   * The model that a configuration is of, where it is understood.
   *
   * @param config as text; empty where the file has none
   * @param metadata gets what is done to the last layer's outputs
   */
  static Optional<KerasModel> read(String config, Map<String, String> metadata) {
    Optional<KerasGraph> graph = KerasGraph.of(KerasGraph.json(config));
    Optional<KerasModel> model = graph.flatMap(KerasModel::of);
    model
        .map(m -> m.head().activation())
        .filter(activation -> !activation.isEmpty())
        .or(() -> LastActivation.ofKeras(config))
        .ifPresent(activation -> metadata.put(LastActivation.KEY, activation));
    return model;
  }
}
