package io.residua.weights.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The layers of PyTorch's that some parameters are of, told by the parameters' names and shapes.
 */
final class TorchModules {
  private static final Pattern PARTS = Pattern.compile("(?<=[^0-9])(?=[0-9])|(?<=[0-9])(?=[^0-9])");

  /** Names with their numbers in order, as a {@code Sequential} has them. */
  private static final Comparator<Module> IN_ORDER = (a, b) -> compare(a.name, b.name);

  private TorchModules() {}

  /** What a layer is. */
  enum Kind {
    LINEAR,
    BATCH_NORM,
    OTHER
  }

  /**
   * A layer.
   *
   * @param name the file's own
   * @param parameters shapes by their names in the layer, such as {@code weight}
   */
  record Module(String name, Map<String, List<Integer>> parameters) {
    Kind kind() {
      List<Integer> weight = parameters.getOrDefault("weight", List.of());
      List<Integer> bias = parameters.get("bias");
      if (weight.size() == 2) {
        boolean linear =
            parameters.size() == (bias == null ? 1 : 2)
                && (bias == null || bias.equals(weight.subList(0, 1)));
        return linear ? Kind.LINEAR : Kind.OTHER;
      }
      boolean norm =
          weight.size() == 1
              && parameters.size() == 4
              && weight.equals(bias)
              && weight.equals(parameters.get("running_mean"))
              && weight.equals(parameters.get("running_var"));
      return norm ? Kind.BATCH_NORM : Kind.OTHER;
    }

    int inputs() {
      List<Integer> weight = parameters.getOrDefault("weight", List.of());
      return weight.get(weight.size() - 1);
    }

    int outputs() {
      return parameters.getOrDefault("weight", List.of()).get(0);
    }

    /** Whether something without parameters may lie between a layer and this one. */
    boolean follows(Module other) {
      String[] before = split(other.name);
      String[] after = split(name);
      boolean numbered =
          before[0].equals(after[0])
              && before[1].matches("[0-9]{1,3}")
              && after[1].matches("[0-9]{1,3}");
      return !numbered || Integer.parseInt(after[1]) != Integer.parseInt(before[1]) + 1;
    }

    private static String[] split(String name) {
      int dot = name.lastIndexOf('.');
      return new String[] {name.substring(0, dot + 1), name.substring(dot + 1)};
    }

    /** Adds its parameters under the name of another layer. */
    void parametersAs(String layer, Map<String, String> all) {
      parameters.keySet().forEach(p -> all.put(layer + "." + p, name + "." + p));
    }
  }

  /** The layers of these names, in the order of the numbers in them. */
  static List<Module> of(WeightFile file, List<String> names) {
    Map<String, Map<String, List<Integer>>> layers = new LinkedHashMap<>();
    for (String name : names) {
      int dot = name.lastIndexOf('.');
      layers
          .computeIfAbsent(name.substring(0, Math.max(dot, 0)), n -> new LinkedHashMap<>())
          .put(name.substring(dot + 1), file.shape(name));
    }
    List<Module> modules = new ArrayList<>();
    layers.forEach((name, parameters) -> modules.add(new Module(name, parameters)));
    modules.sort(IN_ORDER);
    return modules;
  }

  private static int compare(String a, String b) {
    String[] as = PARTS.split(a);
    String[] bs = PARTS.split(b);
    for (int i = 0; i < Math.min(as.length, bs.length); i++) {
      boolean numbers = as[i].matches("[0-9]{1,9}") && bs[i].matches("[0-9]{1,9}");
      int order =
          numbers
              ? Integer.compare(Integer.parseInt(as[i]), Integer.parseInt(bs[i]))
              : as[i].compareTo(bs[i]);
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(as.length, bs.length);
  }
}
