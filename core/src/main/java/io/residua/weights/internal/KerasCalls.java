package io.residua.weights.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a Keras file says of how an operation is called, in Keras 2's form and in Keras 3's. */
final class KerasCalls {
  private KerasCalls() {}

  /**
   * The operand that is no tensor of the model.
   *
   * @param first whether it comes before the tensor
   */
  record Constant(JsonNode value, boolean first) {}

  /** The one constant of an operation of two operands, or null. */
  static @Nullable Constant constant(JsonNode call) {
    JsonNode arguments = call.path("args");
    if (arguments.isArray()) {
      for (int i = 0; i < arguments.size(); i++) {
        if (!isTensor(arguments.get(i))) {
          return new Constant(arguments.get(i), i == 0);
        }
      }
      return named(call.path("kwargs"));
    }
    return named(keywords(call));
  }

  private static @Nullable Constant named(JsonNode keywords) {
    for (String name : List.of("y", "x2", "bias")) {
      if (keywords.has(name) && !isTensor(keywords.get(name))) {
        return new Constant(keywords.get(name), false);
      }
    }
    return null;
  }

  private static boolean isTensor(JsonNode node) {
    return node.path("class_name").asText().equals("__keras_tensor__");
  }

  /** Keras 2's, the fourth of {@code ["layer", 0, 0, {…}]}. */
  private static JsonNode keywords(JsonNode call) {
    return call.path(0).isArray() ? call.path(0).path(3) : call.path(3);
  }

  /** The places in the brackets of {@code x[…]}. */
  static List<JsonNode> places(JsonNode call) {
    JsonNode found = keywords(call).path("slice_spec");
    if (call.path("args").isArray()) {
      found = call.path("args").path(1);
    }
    List<JsonNode> places = new ArrayList<>();
    found.forEach(places::add);
    return places;
  }

  /** Whether a place is {@code ...} or {@code :}. */
  static boolean isEverything(JsonNode place) {
    return place.path("class_name").asText().equals("__ellipsis__")
        || isSlice(place)
            && bounds(place).path("step").isNull()
            && bounds(place).path("start").isNull()
            && bounds(place).path("stop").isNull();
  }

  /** Whether a place is {@code ::-1}. */
  static boolean isReversal(JsonNode place) {
    return isSlice(place)
        && bounds(place).path("step").asInt() == -1
        && bounds(place).path("start").isNull()
        && bounds(place).path("stop").isNull();
  }

  private static boolean isSlice(JsonNode place) {
    return bounds(place).has("step");
  }

  private static JsonNode bounds(JsonNode slice) {
    return slice.has("config") ? slice.path("config") : slice;
  }

  /** Collects numbers of an array, however deeply nested, or of a tensor that is written out. */
  static void numbers(JsonNode node, List<Double> into) {
    if (node.isNumber()) {
      into.add(node.asDouble());
    } else if (node.isArray()) {
      node.forEach(child -> numbers(child, into));
    } else if (node.path("config").has("value")) {
      numbers(node.path("config").path("value"), into);
    }
  }
}
