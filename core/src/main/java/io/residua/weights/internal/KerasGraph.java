package io.residua.weights.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.residua.internal.Text;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a Keras model, sequential or functional and of any version, as one graph:
 * models within it are opened.
 *
 * @param layers in an order in which they can be computed; one that is called twice is there twice
 * @param outputs what the model gives
 * @param models names of the models within it
 */
record KerasGraph(List<KerasLayer> layers, List<KerasLayer> outputs, List<String> models) {
  private static final int DEEPEST_JSON = 200;
  private static final int DEEPEST_MODEL = 8;
  private static final int MOST_LAYERS = 20_000;
  private static final int MOST_MODELS = 200;
  private static final int MOST_INPUTS = 200_000;
  private static final int MOST_ROUNDS = 50;

  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxNestingDepth(DEEPEST_JSON).build())
              .build());

  /** A configuration's JSON, missing where the text is none. */
  static JsonNode json(String config) {
    try {
      return JSON.readTree(config);
    } catch (JsonProcessingException e) {
      return MissingNode.getInstance();
    }
  }

  /** Empty where it is no model's configuration, or is one of a class of its own. */
  static Optional<KerasGraph> of(JsonNode model) {
    try {
      Reader reader = new Reader();
      List<KerasLayer> outputs = reader.model(model, List.of(), 0);
      return outputs.isEmpty()
          ? Optional.empty()
          : Optional.of(new KerasGraph(reader.layers, outputs, reader.models));
    } catch (BadWeights e) {
      return Optional.empty();
    }
  }

  private static final class Reader {
    private final List<KerasLayer> layers = new ArrayList<>();
    private final List<String> models = new ArrayList<>();
    private int allInputs;

    /** The outputs of a model for inputs; without any it has those that it names. */
    List<KerasLayer> model(JsonNode model, List<KerasLayer> inputs, int depth) throws BadWeights {
      if (depth > DEEPEST_MODEL || models.size() > MOST_MODELS) {
        throw new BadWeights("it has too many models within each other");
      }
      JsonNode config = model.path("config");
      JsonNode parts = config.isArray() ? config : config.path("layers");
      return config.has("output_layers")
          ? functional(config, parts, inputs, depth)
          : sequential(parts, inputs, depth);
    }

    private List<KerasLayer> sequential(JsonNode parts, List<KerasLayer> inputs, int depth)
        throws BadWeights {
      List<KerasLayer> last = inputs;
      for (JsonNode part : parts) {
        boolean input = part.path("class_name").asText().equals("InputLayer");
        if (input && !last.isEmpty()) {
          continue;
        } else if (!input && last.isEmpty() && models(part).isEmpty()) {
          last = List.of(add("", "InputLayer", part.path("config"), List.of()));
        }
        last = apply(part, last, MissingNode.getInstance(), depth);
      }
      return last;
    }

    /** A call of a layer that waits for its inputs. */
    private record Call(JsonNode layer, int index, JsonNode call, List<Reference> inputs) {}

    private record Reference(String name, int index, int output) {}

    private List<KerasLayer> functional(
        JsonNode config, JsonNode parts, List<KerasLayer> inputs, int depth) throws BadWeights {
      Map<String, List<KerasLayer>> made = new LinkedHashMap<>();
      List<Reference> own = references(config.path("input_layers"));
      for (int i = 0; i < own.size() && i < inputs.size(); i++) {
        made.put(own.get(i).name + "#0", List.of(inputs.get(i)));
      }
      Map<String, Integer> counts = new LinkedHashMap<>();
      List<Call> waiting = new ArrayList<>();
      for (JsonNode part : parts) {
        JsonNode calls = part.path("inbound_nodes");
        counts.put(name(part), calls.size());
        for (int i = 0; i < Math.max(1, calls.size()); i++) {
          JsonNode call = calls.path(i);
          if (!made.containsKey(name(part) + "#" + i)) {
            waiting.add(new Call(part, i, call, references(call)));
          }
        }
      }
      for (int round = 0; !waiting.isEmpty() && round < MOST_ROUNDS; round++) {
        List<Call> rest = new ArrayList<>();
        for (Call call : waiting) {
          List<KerasLayer> in = resolved(call.inputs, made, counts);
          if (in == null) {
            rest.add(call);
          } else {
            made.put(name(call.layer) + "#" + call.index, apply(call.layer, in, call.call, depth));
          }
        }
        waiting = rest;
      }
      List<KerasLayer> outputs = resolved(references(config.path("output_layers")), made, counts);
      if (outputs == null) {
        throw new BadWeights("its model's outputs are not computed by it");
      }
      return outputs;
    }

    private static @Nullable List<KerasLayer> resolved(
        List<Reference> references,
        Map<String, List<KerasLayer>> made,
        Map<String, Integer> counts) {
      List<KerasLayer> layers = new ArrayList<>();
      for (Reference reference : references) {
        // Keras 2 counts calls that its file leaves out
        boolean once = counts.getOrDefault(reference.name, 0) <= 1;
        List<KerasLayer> found = made.get(reference.name + "#" + (once ? 0 : reference.index));
        if (found == null || found.isEmpty()) {
          return null;
        }
        layers.add(found.get(Math.max(0, Math.min(reference.output, found.size() - 1))));
      }
      return layers;
    }

    private List<KerasLayer> apply(JsonNode part, List<KerasLayer> inputs, JsonNode call, int depth)
        throws BadWeights {
      if (!models(part).isEmpty()) {
        models.add(name(part));
        return model(part, inputs, depth + 1);
      }
      return List.of(
          add(name(part), part.path("class_name").asText(), part.path("config"), call, inputs));
    }

    private KerasLayer add(String name, String kind, JsonNode config, List<KerasLayer> inputs)
        throws BadWeights {
      return add(name, kind, config, MissingNode.getInstance(), inputs);
    }

    private KerasLayer add(
        String name, String kind, JsonNode config, JsonNode call, List<KerasLayer> inputs)
        throws BadWeights {
      allInputs += inputs.size();
      if (layers.size() >= MOST_LAYERS || allInputs > MOST_INPUTS) {
        throw new BadWeights(Text.of("it has more than %,d layers", MOST_LAYERS));
      }
      KerasLayer layer = new KerasLayer(name, kind, config, call, inputs);
      layers.add(layer);
      return layer;
    }

    /** The layers within a layer, which is a model if it has any. */
    private static JsonNode models(JsonNode part) {
      JsonNode config = part.path("config");
      return config.isArray() ? config : config.path("layers");
    }

    private static String name(JsonNode part) {
      return part.path("name").asText(part.path("config").path("name").asText());
    }

    /** The tensors that a call is of, in their order. */
    private static List<Reference> references(JsonNode call) {
      List<Reference> found = new ArrayList<>();
      collect(call, found);
      return found;
    }

    private static void collect(JsonNode node, List<Reference> found) {
      JsonNode history = node.path("config").path("keras_history");
      if (node.path("class_name").asText().equals("__keras_tensor__") && history.isArray()) {
        collect(history, found);
      } else if (node.isArray()
          && node.path(0).isTextual()
          && node.path(1).isInt()
          && node.path(2).isInt()) {
        found.add(new Reference(node.path(0).asText(), node.path(1).asInt(), node.path(2).asInt()));
        collect(node.path(3), found);
      } else if (node.isContainerNode()) {
        node.forEach(child -> collect(child, found));
      }
    }
  }
}
