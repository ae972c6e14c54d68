package io.residua.weights;

import io.residua.weights.TorchGlobals.Tensor;
import io.residua.weights.TorchPickle.Tuple;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the tensors in what a pickle holds: a state dictionary, alone or inside a checkpoint beside
 * epoch, optimizer and so on. Where dictionaries are nested, names are joined by dots.
 */
final class TorchTensors {
  /** What checkpoints call the state dictionary, most telling first. */
  private static final List<String> WRAPPERS =
      List.of("state_dict", "model_state_dict", "model", "net", "network", "weights", "params");

  private static final int DEEPEST = 32;
  private static final int MOST_VALUES = 200_000;
  private static final int MOST_METADATA = 32;

  private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();
  private int visited;

  /** Tensors by name, and plain values beside them. */
  record Found(Map<String, StoredTensor> tensors, Map<String, String> metadata) {}

  static Found in(Object root) throws BadWeights {
    TorchTensors search = new TorchTensors();
    search.unwrap(root);
    return new Found(search.tensors, search.metadata);
  }

  private void unwrap(Object root) throws BadWeights {
    Object value = root;
    for (int depth = 0; depth < DEEPEST; depth++) {
      Object inner = wrapped(value);
      if (inner == null) {
        break;
      }
      plainValues((Map<?, ?>) value);
      value = inner;
    }
    collect("", value, 0);
    if (tensors.isEmpty()) {
      throw new BadWeights("it holds no tensors");
    }
  }

  private static @Nullable Object wrapped(Object value) {
    if (value instanceof Map<?, ?> map) {
      for (String wrapper : WRAPPERS) {
        if (map.get(wrapper) instanceof Map<?, ?> inner) {
          return inner;
        }
      }
    }
    return null;
  }

  private void plainValues(Map<?, ?> map) {
    map.forEach(
        (key, value) -> {
          boolean plain = value instanceof String || value instanceof Number;
          if (plain && metadata.size() < MOST_METADATA) {
            metadata.put(String.valueOf(key), String.valueOf(value));
          }
        });
  }

  private void collect(String name, Object value, int depth) throws BadWeights {
    if (++visited > MOST_VALUES || depth > DEEPEST) {
      throw new BadWeights("it is nested too deeply or holds too many values");
    }
    if (value instanceof Tensor tensor) {
      if (tensors.put(name.isEmpty() ? "tensor" : name, tensor.stored()) != null) {
        throw new BadWeights("two tensors are called " + OneLine.quoted(name));
      }
    } else if (value instanceof Map<?, ?> map) {
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        Object key = entry.getKey() == TorchPickle.NONE ? "None" : entry.getKey();
        collect(joined(name, String.valueOf(key)), entry.getValue(), depth + 1);
      }
    } else if (value instanceof List<?> || value instanceof Tuple) {
      List<?> items = value instanceof Tuple tuple ? tuple.items() : (List<?>) value;
      for (int i = 0; i < items.size(); i++) {
        collect(joined(name, Integer.toString(i)), items.get(i), depth + 1);
      }
    }
  }

  private static String joined(String name, String key) throws BadWeights {
    if (name.length() + key.length() > 10_000) {
      throw new BadWeights("it has a name of more than 10,000 characters");
    }
    return name.isEmpty() ? key : name + "." + key;
  }
}
