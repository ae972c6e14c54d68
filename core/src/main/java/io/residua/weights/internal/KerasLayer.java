package io.residua.weights.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.internal.Text;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A layer of a Keras model with what it is computed of; each is itself, whatever it says. */
final class KerasLayer {
  /** What does something while training only. */
  private static final Set<String> IDENTITIES =
      Set.of(
          "ActivityRegularization",
          "AlphaDropout",
          "AugMix",
          "Cast",
          "CutMix",
          "Dropout",
          "GaussianDropout",
          "GaussianNoise",
          "Identity",
          "MixUp",
          "RandAugment",
          "SpatialDropout2D");

  /** Keras 2's names for what are operations with a class of their own since. */
  private static final Map<String, String> FUNCTIONS =
      Map.ofEntries(
          Map.entry("__operators__.add", "Add"),
          Map.entry("__operators__.getitem", "GetItem"),
          Map.entry("cast", "Cast"),
          Map.entry("math.add", "Add"),
          Map.entry("math.divide", "TrueDivide"),
          Map.entry("math.multiply", "Multiply"),
          Map.entry("math.reduce_mean", "Mean"),
          Map.entry("math.subtract", "Subtract"),
          Map.entry("math.truediv", "TrueDivide"),
          Map.entry("nn.bias_add", "Add"),
          Map.entry("nn.relu", "Relu"),
          Map.entry("nn.softmax", "Softmax"));

  private final String name;
  private final String kind;
  private final JsonNode config;
  private final JsonNode call;
  private final List<KerasLayer> inputs;

  /**
   * @param kind its class, such as {@code Conv2D}
   * @param call how it is called, where its inputs alone do not tell that
   */
  KerasLayer(String name, String kind, JsonNode config, JsonNode call, List<KerasLayer> inputs) {
    this.name = name;
    this.kind = FUNCTIONS.getOrDefault(config.path("function").asText(), kind);
    this.config = config;
    this.call = call;
    this.inputs = List.copyOf(inputs);
  }

  String name() {
    return name;
  }

  String kind() {
    return kind;
  }

  JsonNode config() {
    return config;
  }

  JsonNode call() {
    return call;
  }

  List<KerasLayer> inputs() {
    return inputs;
  }

  boolean is(String other) {
    return kind.equals(other);
  }

  /** What is done to its outputs, in lower case; {@code linear} for nothing. */
  String activation() {
    JsonNode activation = config.path("activation");
    String text = activation.isTextual() ? activation.asText() : "";
    if (activation.isObject()) {
      JsonNode named = activation.path("config");
      text = named.isTextual() ? named.asText() : activation.path("class_name").asText();
    }
    return text.isEmpty() ? "linear" : text.toLowerCase(Locale.ROOT);
  }

  /** Whether it is max(x, 0) and nothing else. */
  boolean isRelu() {
    return is("Relu")
        || is("Activation") && activation().equals("relu")
        || is("ReLU")
            && (config.path("max_value").isNull() || config.path("max_value").isMissingNode())
            && config.path("negative_slope").asDouble() == 0
            && config.path("threshold").asDouble() == 0;
  }

  /**
   * Whether it does nothing to pictures that are classified: dropout, augmentation and the like.
   */
  boolean isIdentity() {
    return kind.startsWith("Random") && !is("RandomCrop")
        || IDENTITIES.contains(kind)
        || is("Activation") && activation().equals("linear");
  }

  /** For messages: {@code 'lambda' (Lambda)}. */
  String said() {
    return Text.of("%s (%s)", OneLine.quoted(name), OneLine.of(kind));
  }
}
