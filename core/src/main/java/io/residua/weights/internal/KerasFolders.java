package io.residua.weights.internal;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;

/**
 * Which layers the folders of a {@code .keras} file's weights are of, where the file does not say:
 * Keras 2 and the first of Keras 3 called them after their layers' kinds only, {@code conv2d},
 * {@code conv2d_1} and so on in each model's order.
 */
final class KerasFolders {
  private static final int DEEPEST_MODEL = 8;
  private static final Set<String> BETWEEN =
      Set.of("layers", "_layer_checkpoint_dependencies", "vars");

  private final Map<String, String> names = new HashMap<>();

  private KerasFolders() {}

  static KerasFolders of(JsonNode model) {
    KerasFolders folders = new KerasFolders();
    folders.collect(model, "", 0);
    return folders;
  }

  /** The name of the layer whose variables are in a folder, or {@code otherwise}. */
  String name(String[] path, String otherwise) {
    StringJoiner key = new StringJoiner("/");
    for (String part : path) {
      if (!BETWEEN.contains(part)) {
        key.add(part);
      }
    }
    return names.getOrDefault(key.toString(), otherwise);
  }

  private void collect(JsonNode model, String path, int depth) {
    Map<String, Integer> uses = new HashMap<>();
    for (JsonNode layer : model.path("config").path("layers")) {
      String kind = snakeCase(layer.path("class_name").asText());
      int before = uses.merge(kind, 1, Integer::sum) - 1;
      String folder = path + (before == 0 ? kind : kind + "_" + before);
      names.put(folder, layer.path("config").path("name").asText());
      if (depth < DEEPEST_MODEL) {
        collect(layer, folder + "/", depth + 1);
      }
    }
  }

  private static String snakeCase(String name) {
    return name.replaceAll("\\W+", "")
        .replaceAll("(.)([A-Z][a-z]+)", "$1_$2")
        .replaceAll("([a-z])([A-Z])", "$1_$2")
        .toLowerCase(Locale.ROOT);
  }
}
