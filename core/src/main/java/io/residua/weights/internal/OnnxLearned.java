package io.residua.weights.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.residua.internal.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Operations of scikit-learn's models in ONNX, as skl2onnx writes them, that a network's layers can
 * do: {@code Scaler} is a batch norm, {@code LinearClassifier} a linear layer.
 */
final class OnnxLearned {
  /** Where a file's metadata say the names of classes, a list in JSON. */
  static final String CLASSES = "class_labels";

  /** What follows a classifier and changes no order of its answers. */
  static final Set<String> PASSED = Set.of("ZipMap", "Normalizer", "Cast", "Identity", "Reshape");

  static final double EPSILON = 1e-5;

  private static final int MOST_CLASSES = 100_000;

  private OnnxLearned() {}

  /** Its parameters as a batch norm of {@link #EPSILON}; null if it is none for so many values. */
  static @Nullable Map<String, StoredTensor> norm(OnnxGraph.Node op, int inputs) {
    double[] offset = spread(op.numbers().get("offset"), inputs);
    double[] scale = spread(op.numbers().get("scale"), inputs);
    if (!op.op().equals("Scaler") || offset == null || scale == null) {
      return null;
    }
    double root = Math.sqrt(1 + EPSILON);
    return Map.of(
        "weight", stored(List.of(inputs), Arrays.stream(scale).map(s -> s * root).toArray()),
        "bias", OnnxTrace.filled(inputs, 0),
        "running_mean", stored(List.of(inputs), offset),
        "running_var", OnnxTrace.filled(inputs, 1));
  }

  /**
   * Its parameters as a linear layer whose outputs' softmax are its probabilities; null if it is
   * none, or its probabilities are no softmax.
   */
  static @Nullable Map<String, StoredTensor> linear(OnnxGraph.Node op) {
    double[] weight = op.numbers().getOrDefault("coefficients", new double[0]);
    double[] bias = op.numbers().getOrDefault("intercepts", new double[0]);
    int classes = labels(op).size();
    boolean fits =
        op.op().equals("LinearClassifier")
            && classes >= 2
            && weight.length >= classes
            && weight.length % classes == 0
            && (bias.length == classes || bias.length == 0);
    if (!fits) {
      return null;
    }
    int inputs = weight.length / classes;
    double factor;
    switch (op.text("post_transform", "NONE")) {
      case "NONE", "SOFTMAX" -> factor = 1;
      case "LOGISTIC" -> {
        if (classes != 2 || !opposite(weight) || !opposite(bias)) {
          return null; // one class against the rest
        }
        factor = 0.5; // softmax of (-z/2, z/2) is the logistic function of z
      }
      default -> {
        return null;
      }
    }
    double[] all = bias.length == 0 ? new double[classes] : bias;
    return Map.of(
        "weight",
        stored(List.of(classes, inputs), Arrays.stream(weight).map(w -> w * factor).toArray()),
        "bias",
        stored(List.of(classes), Arrays.stream(all).map(b -> b * factor).toArray()));
  }

  /** What it does to its outputs, as {@link LastActivation}. */
  static Optional<String> activation(OnnxGraph.Node op) {
    return op.text("post_transform", "NONE").equals("NONE")
        ? Optional.empty()
        : Optional.of("softmax");
  }

  /** Names of a classifier's classes in the order of its outputs, in JSON; empty if unusable. */
  static Optional<String> classes(OnnxGraph.Node op) {
    List<String> labels = labels(op);
    boolean usable =
        new HashSet<>(labels).size() == labels.size() && labels.stream().noneMatch(String::isBlank);
    if (labels.isEmpty() || !usable) {
      return Optional.empty();
    }
    ArrayNode names = JsonNodeFactory.instance.arrayNode();
    labels.forEach(names::add);
    return Optional.of(names.toString());
  }

  /** What {@link #classes} has told, in a file's metadata. */
  static Labels labels(Map<String, String> metadata) {
    try {
      return Labels.of(
          new ObjectMapper().readTree(metadata.getOrDefault(CLASSES, "null")),
          MissingNode.getInstance());
    } catch (JsonProcessingException e) {
      return Labels.NONE;
    }
  }

  private static List<String> labels(OnnxGraph.Node op) {
    List<String> texts = op.texts().getOrDefault("classlabels_strings", List.of());
    if (!texts.isEmpty()) {
      return texts.size() > MOST_CLASSES ? List.of() : texts;
    }
    List<String> labels = new ArrayList<>();
    double[] numbers = op.numbers().getOrDefault("classlabels_ints", new double[0]);
    if (numbers.length <= MOST_CLASSES) {
      Arrays.stream(numbers).forEach(n -> labels.add(Text.of("class %d", (long) n)));
    }
    return labels;
  }

  private static boolean opposite(double[] values) {
    int half = values.length / 2;
    for (int i = 0; i < half; i++) {
      if (values[i] != -values[half + i]) {
        return false;
      }
    }
    return true;
  }

  private static double @Nullable [] spread(double @Nullable [] values, int count) {
    if (values == null || values.length != 1 && values.length != count) {
      return null;
    }
    double[] all = new double[count];
    for (int i = 0; i < count; i++) {
      all[i] = values[values.length == 1 ? 0 : i];
    }
    return all;
  }

  private static StoredTensor stored(List<Integer> shape, double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return OnnxTrace.stored(shape, floats);
  }
}
