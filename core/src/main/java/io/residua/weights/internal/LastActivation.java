package io.residua.weights.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/**
 * What a file says is done to the outputs of its network's last layer, such as {@code softmax} or
 * {@code sigmoid}: the value of {@link #KEY} in its metadata.
 */
final class LastActivation {
  static final String KEY = "output_activation";

  private static final int DEEPEST_MODEL = 8;

  private LastActivation() {}

  /** That of a Keras model; empty where its configuration does not tell. */
  static Optional<String> ofKeras(JsonNode model) {
    JsonNode layer = model;
    for (int depth = 0; depth < DEEPEST_MODEL && !layers(layer).isEmpty(); depth++) {
      layer = output(layer);
    }
    if (layer.path("class_name").asText().equals("Softmax")) {
      return Optional.of("softmax");
    }
    JsonNode activation = layer.path("config").path("activation");
    String name = activation.isTextual() ? activation.asText() : activation.path("config").asText();
    return name.isEmpty() ? Optional.empty() : Optional.of(OneLine.of(name));
  }

  /** A model's layers; Keras 1 and 2.0 kept those of a sequential model without more. */
  private static JsonNode layers(JsonNode model) {
    JsonNode config = model.path("config");
    return config.isArray() ? config : config.path("layers");
  }

  /** The layer that a model's first output comes from, by default its last. */
  private static JsonNode output(JsonNode model) {
    JsonNode layers = layers(model);
    JsonNode first = model.path("config").path("output_layers").path(0);
    String wanted = first.isArray() ? first.path(0).asText() : first.asText();
    for (JsonNode layer : layers) {
      String name = layer.path("name").asText(layer.path("config").path("name").asText());
      if (!wanted.isEmpty() && name.equals(wanted)) {
        return layer;
      }
    }
    return layers.path(layers.size() - 1);
  }
}
