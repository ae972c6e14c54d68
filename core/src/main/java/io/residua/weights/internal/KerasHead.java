package io.residua.weights.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.internal.Text;
import io.residua.nn.Head;
import io.residua.nn.Head.Pooling;
import io.residua.nn.Head.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a Keras model has after its backbone, as steps that are computed here.
 *
 * @param pooling how the feature map becomes a vector
 * @param parts the steps with the layers they come from, the last linear layer included
 * @param window side of the average pooling's window, which must be that of the whole feature map;
 *     0 where it is the whole in any case
 * @param activation what is done to the logits: {@code softmax}, {@code sigmoid} or {@code linear}
 * @param problem why it cannot be computed here, or empty; empty, too, where there is no head
 */
record KerasHead(Pooling pooling, List<Part> parts, int window, String activation, String problem) {
  private static final int MOST_UNITS = 65_536;

  /**
   * One step.
   *
   * @param layer whose variables it has; null where it has none
   * @param positions whether it comes before the first linear layer, so that a flattened map's
   *     values are in Keras' order, position by position
   * @param spread whether its variables are one a channel, and its inputs a flattened map
   */
  record Part(Step step, @Nullable KerasLayer layer, boolean positions, boolean spread) {}

  KerasHead {
    parts = List.copyOf(parts);
  }

  private static KerasHead not(String problem) {
    return new KerasHead(Pooling.GAP, List.of(), 0, "", problem);
  }

  /**
   * Follows a model from its output back to its backbone's.
   *
   * @param end the backbone's last layer
   */
  static KerasHead of(KerasLayer end, List<KerasLayer> outputs) {
    if (outputs.size() != 1) {
      return not(Text.of("it has %d outputs", outputs.size()));
    }
    List<KerasLayer> path = new ArrayList<>();
    KerasLayer layer = outputs.get(0);
    while (layer != end) {
      if (layer.inputs().size() != 1) {
        return not(
            layer.inputs().isEmpty()
                ? "its output is not computed from its backbone's alone"
                : Text.of("its layer %s joins several others", layer.said()));
      }
      path.add(0, layer);
      layer = layer.inputs().get(0);
    }
    boolean relu = end.isRelu() || !path.isEmpty() && path.get(0).isRelu();
    return relu ? new Reader().read(path) : not("its backbone does not end with a ReLU");
  }

  /** The linear layer's outputs are logits, whatever is done to them afterwards. */
  Head head() {
    List<Step> steps = parts.stream().map(Part::step).toList();
    return new Head(pooling, steps.isEmpty() ? steps : steps.subList(0, steps.size() - 1));
  }

  private static final class Reader {
    private final List<Part> parts = new ArrayList<>();
    private final List<KerasLayer> normsOfMaps = new ArrayList<>();
    private @Nullable Pooling pooling;
    private boolean dense;
    private boolean ended;
    private int window;
    private String last = "linear";
    private String problem = "";

    KerasHead read(List<KerasLayer> path) {
      for (KerasLayer layer : path) {
        if (ended && !layer.isIdentity()) {
          problem = Text.of("its layer %s comes after its last answer", layer.said());
        } else if (!layer.isIdentity() || layer.is("Dropout")) {
          take(layer);
        }
        if (!problem.isEmpty()) {
          return not(problem);
        }
      }
      dropAfterLast();
      boolean linear = !parts.isEmpty() && parts.get(parts.size() - 1).step() instanceof Step.Dense;
      if (pooling == null || !linear) {
        return not(
            pooling == null && parts.isEmpty()
                ? ""
                : "its last layer is no dense layer, with or without softmax or sigmoid");
      }
      return new KerasHead(pooling, parts, window, last, "");
    }

    /** Dropout behind the last linear layer does nothing. */
    private void dropAfterLast() {
      while (!parts.isEmpty() && parts.get(parts.size() - 1).step() instanceof Step.Drop) {
        parts.remove(parts.size() - 1);
      }
    }

    private void take(KerasLayer layer) {
      JsonNode config = layer.config();
      switch (layer.kind()) {
        case "GlobalAveragePooling2D" -> pool(layer, 0);
        case "Mean" -> {
          if (config.path("axis").toString().matches("\\[(1,2|-3,-2)\\]")) {
            pool(layer, 0);
          } else {
            refuse(layer);
          }
        }
        case "AveragePooling2D" -> {
          int side = config.path("pool_size").path(0).asInt();
          if (side > 0 && config.path("pool_size").path(1).asInt() == side) {
            pool(layer, side);
          } else {
            refuse(layer);
          }
        }
        case "Flatten", "Reshape" -> flatten(layer);
        case "Dropout" -> drop(config.path("rate").asDouble());
        case "BatchNormalization" -> norm(layer);
        case "Dense" -> dense(layer);
        case "Softmax" -> end(layer, "softmax");
        case "Sigmoid" -> end(layer, "sigmoid");
        default -> activation(layer, layer.isRelu() ? "relu" : layer.activation());
      }
    }

    private void refuse(KerasLayer layer) {
      problem = Text.of("its layer %s is not computed here", layer.said());
    }

    private void pool(KerasLayer layer, int side) {
      if (pooling != null) {
        refuse(layer);
        return;
      }
      pooling = Pooling.GAP;
      window = side;
      addNormsOfMaps(false);
    }

    private void flatten(KerasLayer layer) {
      if (pooling == null && layer.is("Flatten")) {
        pooling = Pooling.FLATTEN;
        addNormsOfMaps(true);
      } else if (pooling == null || !layer.is("Flatten") && !isVector(layer.config())) {
        refuse(layer);
      }
    }

    /** Whether a reshaped value is still one vector. */
    private static boolean isVector(JsonNode config) {
      int longer = 0;
      for (JsonNode size : config.path("target_shape")) {
        longer += size.asInt() == 1 ? 0 : 1;
      }
      return longer == 1;
    }

    /** What is done alike to each channel's positions may be done after them. */
    private void addNormsOfMaps(boolean spread) {
      normsOfMaps.forEach(layer -> parts.add(new Part(step(layer), layer, false, spread)));
    }

    private void drop(double rate) {
      if (pooling != null && rate > 0 && rate < 1) {
        parts.add(new Part(new Step.Drop(rate), null, false, false));
      }
    }

    private void norm(KerasLayer layer) {
      JsonNode axis = layer.config().path("axis");
      int of = axis.isArray() ? axis.path(0).asInt(-1) : axis.asInt(-1);
      if (of != -1 && of != 3 && (pooling == null || of != 1)) {
        refuse(layer);
      } else if (pooling == null) {
        normsOfMaps.add(layer);
      } else {
        parts.add(new Part(step(layer), layer, positions(), false));
      }
    }

    private static Step step(KerasLayer norm) {
      return new Step.Norm(norm.config().path("epsilon").asDouble(1e-3));
    }

    private boolean positions() {
      return pooling == Pooling.FLATTEN && !dense;
    }

    private void dense(KerasLayer layer) {
      int units = layer.config().path("units").asInt();
      if (pooling == null || units < 1 || units > MOST_UNITS) {
        refuse(layer);
        return;
      }
      parts.add(new Part(new Step.Dense(units), layer, positions(), false));
      dense = true;
      activation(layer, layer.activation());
    }

    private void activation(KerasLayer layer, String activation) {
      boolean plain = Set.of("Dense", "Activation", "Relu", "ReLU").contains(layer.kind());
      switch (plain ? activation : "") {
        case "linear" -> {}
        case "relu" -> {
          // The feature map is behind a ReLU already.
          if (pooling != null) {
            parts.add(new Part(new Step.Rectify(), null, false, false));
          } else if (!normsOfMaps.isEmpty()) {
            refuse(layer);
          }
        }
        case "softmax", "sigmoid" -> end(layer, activation);
        default ->
            problem =
                plain
                    ? Text.of(
                        "its layer %s has the activation %s, which is not computed here",
                        layer.said(), OneLine.quoted(activation))
                    : Text.of("its layer %s is not computed here", layer.said());
      }
    }

    private void end(KerasLayer layer, String activation) {
      last = activation;
      dropAfterLast();
      boolean linear = !parts.isEmpty() && parts.get(parts.size() - 1).step() instanceof Step.Dense;
      ended = true;
      if (!linear) {
        refuse(layer);
      }
    }
  }
}
