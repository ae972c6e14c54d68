package io.residua.weights.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.internal.Text;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Names of classes, in the order of a network's outputs.
 *
 * @param names each once; empty where none are known
 * @param ids such as ImageNet's wnids; empty where there are none
 */
public record Labels(List<String> names, List<String> ids) {
  /** Not a name. */
  public static final Labels NONE = new Labels(List.of(), List.of());

  private static final int MOST = 100_000;

  public Labels {
    names = List.copyOf(names);
    ids = List.copyOf(ids);
  }

  /**
   * Reads a list of names, or an object that has them by their numbers 0, 1, 2, ….
   *
   * @param descriptions longer names by name; empty where there are none, and names are ids where
   *     each has one
   * @throws IllegalArgumentException if it is anything else
   */
  static Labels of(JsonNode json, JsonNode descriptions) {
    if (!json.isObject() && !json.isArray()) {
      return NONE;
    } else if (json.size() > MOST) {
      throw new IllegalArgumentException(Text.of("it names more than %d classes", MOST));
    }
    List<String> names = new ArrayList<>();
    for (int i = 0; i < json.size(); i++) {
      JsonNode name = json.isArray() ? json.get(i) : json.path(Integer.toString(i));
      if (!name.isTextual()) {
        throw new IllegalArgumentException(
            Text.of("class %d of its %d has no name", i, json.size()));
      }
      names.add(name.asText());
    }
    boolean described =
        !names.isEmpty() && names.stream().allMatch(n -> descriptions.path(n).isTextual());
    return described
        ? new Labels(
            distinct(names.stream().map(n -> descriptions.get(n).asText()).toList()), names)
        : new Labels(distinct(names), List.of());
  }

  /** ImageNet has two cranes: a name that is there more than once gets the class's number. */
  private static List<String> distinct(List<String> names) {
    Map<String, Integer> uses = new HashMap<>();
    names.forEach(name -> uses.merge(name, 1, Integer::sum));
    if (uses.size() == names.size()) {
      return names;
    }
    List<String> distinct = new ArrayList<>(names);
    for (int i = 0; i < names.size(); i++) {
      if (uses.getOrDefault(names.get(i), 0) > 1) {
        distinct.set(i, Text.of("%s (%d)", names.get(i), i));
      }
    }
    return Collections.unmodifiableList(distinct);
  }
}
