package io.residua.weights.internal;

import io.residua.weights.internal.TorchGlobals.Tensor;
import io.residua.weights.internal.TorchPickle.Tuple;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the tensors in what a pickle holds: a state dictionary, alone or inside a checkpoint beside
 * epoch, optimizer and so on. Where dictionaries are nested, names are joined by dots.
 */
final class TorchTensors {
  /** What checkpoints call the state dictionary, most telling first. */
  private static final List<String> WRAPPERS =
      List.of("state_dict", "model_state_dict", "model", "net", "network", "weights", "params");

  /** What they call the moving average of it, beside it. */
  private static final List<String> AVERAGES =
      List.of("state_dict_ema", "model_ema", "ema_state_dict", "ema_model", "ema");

  private static final int DEEPEST = 32;
  private static final int LOOKED_AT = 1000;
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
      Map<String, Object> inner = wrapped(value);
      if (inner.isEmpty()) {
        break;
      }
      plainValues((Map<?, ?>) value);
      value = inner.size() == 1 ? inner.values().iterator().next() : inner;
      if (inner.size() > 1) {
        break;
      }
    }
    collect("", value, 0);
    if (tensors.isEmpty()) {
      throw new BadWeights("it holds no tensors");
    }
  }

  /** The state dictionary of a checkpoint, and its moving averages if there are any. */
  private static Map<String, Object> wrapped(Object value) {
    Map<String, Object> inner = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      WRAPPERS.stream()
          .filter(key -> map.get(key) instanceof Map<?, ?> m && holdsTensors(m, new int[1]))
          .findFirst()
          .ifPresent(key -> inner.put(key, map.get(key)));
      for (String key : AVERAGES) {
        if (map.get(key) instanceof Map<?, ?> m && holdsTensors(m, new int[1])) {
          inner.put(key, m);
        }
      }
    }
    return inner;
  }

  private static boolean holdsTensors(Map<?, ?> map, int[] lookedAt) {
    for (Object value : map.values()) {
      if (++lookedAt[0] > LOOKED_AT) {
        return false;
      } else if (value instanceof Tensor
          || value instanceof Map<?, ?> inner && holdsTensors(inner, lookedAt)) {
        return true;
      }
    }
    return false;
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
      int index = 0;
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        collect(joined(name, text(entry.getKey(), index++)), entry.getValue(), depth + 1);
      }
    } else if (value instanceof List<?> || value instanceof Tuple) {
      List<?> items = value instanceof Tuple tuple ? tuple.items() : (List<?>) value;
      for (int i = 0; i < items.size(); i++) {
        collect(joined(name, Integer.toString(i)), items.get(i), depth + 1);
      }
    }
  }

  private static String text(Object key, int index) {
    boolean plain = key instanceof String || key instanceof Number || key instanceof Boolean;
    return plain ? key.toString() : key == TorchPickle.NONE ? "None" : "key " + index;
  }

  private static String joined(String name, String key) throws BadWeights {
    if (name.length() + key.length() > 10_000) {
      throw new BadWeights("it has a name of more than 10,000 characters");
    }
    return name.isEmpty() ? key : name + "." + key;
  }
}
