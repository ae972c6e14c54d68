package io.residua.weights.internal;

import io.residua.internal.Text;
import io.residua.nn.Head;
import io.residua.nn.internal.Layer.Add;
import io.residua.nn.internal.Layer.AvgPool;
import io.residua.nn.internal.Layer.BatchNorm;
import io.residua.nn.internal.Layer.Conv;
import io.residua.nn.internal.Layer.Dropout;
import io.residua.nn.internal.Layer.Flatten;
import io.residua.nn.internal.Layer.GlobalAvgPool;
import io.residua.nn.internal.Layer.Linear;
import io.residua.nn.internal.Layer.MaxPool;
import io.residua.nn.internal.Layer.PadShortcut;
import io.residua.nn.internal.Layer.Relu;
import io.residua.nn.internal.Layer.Visitor;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Network.Node;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns Keras' names into torchvision's: those of its first ResNet-50 ({@code
 * res3b_branch2a/kernel} is {@code layer2.1.conv1.weight}), those of {@code keras.applications}
 * ({@code conv3_block2_1_conv/kernel}), and plain numbered layers ({@code conv2d_4/kernel}) by
 * their order.
 */
final class KerasNames {
  private static final Pattern FIRST = Pattern.compile("(res|bn)([2-5])([a-z])_branch(1|2a|2b|2c)");
  private static final Pattern APPLICATIONS =
      Pattern.compile("conv([2-5])_block([0-9]{1,3})_([0-3])_(conv|bn)");
  private static final Pattern NUMBERED =
      Pattern.compile("(conv2d|batch_normalization|dense)(_([0-9]{1,6}))?");

  /** The layer on top of a backbone in most people's own models; where there are two, none fits. */
  private static final Pattern OWN_HEAD = Pattern.compile("dense(_[0-9]{1,6})?");

  private static final Pattern KIND =
      Pattern.compile(
          "(?:.*_)?(kernel|gamma|beta|bias|moving_mean|moving_variance|running_mean|running_std|W|b)"
              + "(_[0-9]+)?(:0)?");

  /** What Keras calls layers of a kind; empty for those without weights. */
  private static final Visitor<String> LAYER_KIND =
      new Visitor<>(
          (Conv c) -> "conv2d",
          (BatchNorm b) -> "batch_normalization",
          (Linear l) -> "dense",
          (Relu r) -> "",
          (MaxPool p) -> "",
          (AvgPool p) -> "",
          (GlobalAvgPool g) -> "",
          (Add a) -> "",
          (PadShortcut p) -> "",
          (Flatten f) -> "",
          (Dropout d) -> "");

  private KerasNames() {}

  /** What a variable is for, from its own name: {@code bn2a_branch2a_running_std_1:0}. */
  static String kind(String variable) {
    Matcher m = KIND.matcher(variable);
    if (!m.matches()) {
      return variable;
    }
    return switch (m.group(1)) {
      case "W" -> "kernel";
      case "b" -> "bias";
      case "running_mean" -> "moving_mean";
      case "running_std" -> "moving_variance"; // Keras 1 called the variance so
      default -> m.group(1);
    };
  }

  /**
   * Names as layer and kind alone, without the models that they are in, where these are unique:
   * {@code sequential/dense/kernel} is {@code dense/kernel}.
   */
  static <T> Map<String, T> shortened(Map<String, T> tensors) {
    Map<String, Integer> uses = new HashMap<>();
    tensors.keySet().forEach(name -> uses.merge(shortened(name), 1, Integer::sum));
    Map<String, T> result = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) ->
            result.put(uses.getOrDefault(shortened(name), 1) > 1 ? name : shortened(name), tensor));
    return result;
  }

  private static String shortened(String name) {
    int kind = name.lastIndexOf('/');
    return kind < 0 ? name : name.substring(name.lastIndexOf('/', kind - 1) + 1);
  }

  /** Torchvision's name; one that is unknown stays, and shows in a {@link Coverage}. */
  static String name(String keras) {
    int slash = keras.lastIndexOf('/');
    return slash < 0 ? keras : named(keras, layer(keras.substring(0, slash)));
  }

  private static String named(String keras, String layer) {
    String suffix =
        switch (keras.substring(keras.lastIndexOf('/') + 1)) {
          case "kernel", "gamma" -> "weight";
          case "bias", "beta" -> "bias";
          case "moving_mean" -> "running_mean";
          case "moving_variance" -> "running_var";
          default -> "";
        };
    return layer.isEmpty() || suffix.isEmpty() ? keras : layer + "." + suffix;
  }

  private static String layer(String keras) {
    switch (keras) {
      case "conv1", "conv1_conv":
        return "conv1";
      case "bn_conv1", "conv1_bn":
        return "bn1";
      case "fc1000", "probs", "predictions":
        return Head.NAME;
      default:
        break;
    }
    Matcher first = FIRST.matcher(keras);
    if (first.matches()) {
      String branch = first.group(4);
      int part = branch.equals("1") ? 0 : branch.charAt(1) - 'a' + 1;
      return part(
          first.group(2), first.group(3).charAt(0) - 'a', part, first.group(1).equals("res"));
    }
    if (OWN_HEAD.matcher(keras).matches()) {
      return Head.NAME;
    }
    Matcher m = APPLICATIONS.matcher(keras);
    if (m.matches()) {
      int block = Integer.parseInt(m.group(2)) - 1;
      return part(m.group(1), block, Integer.parseInt(m.group(3)), m.group(4).equals("conv"));
    }
    return "";
  }

  /** Part 0 of a block is its shortcut. */
  private static String part(String stage, int block, int part, boolean conv) {
    String name =
        part == 0 ? (conv ? "downsample.0" : "downsample.1") : (conv ? "conv" : "bn") + part;
    return Text.of("layer%d.%d.%s", Integer.parseInt(stage) - 1, block, name);
  }

  /** Whether all layers are only numbered, so that their order must tell what they are. */
  static boolean numbered(Iterable<String> names) {
    for (String name : names) {
      int slash = name.lastIndexOf('/');
      if (slash < 0 || !NUMBERED.matcher(name.substring(0, slash)).matches()) {
        return false;
      }
    }
    return true;
  }

  /** How many convolutions there are among layers that are only numbered. */
  static long convolutions(Iterable<String> names) {
    long count = 0;
    for (String name : names) {
      count += name.startsWith("conv2d") && name.endsWith("/kernel") ? 1 : 0;
    }
    return count;
  }

  /**
   * Torchvision's names for layers that are only numbered: the n-th convolution, batch
   * normalisation and dense layer of Keras' order is that of the network. Keras lists a block's
   * shortcut before its last convolution and normalisation in bottlenecks, else after them.
   */
  static Map<String, String> byOrder(Iterable<String> names, Network network) {
    Map<String, List<String>> order = new HashMap<>();
    for (Node node : kerasOrder(network)) {
      order
          .computeIfAbsent(node.layer().accept(LAYER_KIND), k -> new ArrayList<>())
          .add(node.name());
    }
    Map<String, List<Integer>> numbers = new HashMap<>();
    for (String name : names) {
      Matcher m = matcher(name);
      List<Integer> seen = numbers.computeIfAbsent(m.group(1), k -> new ArrayList<>());
      if (!seen.contains(number(m))) {
        seen.add(number(m));
      }
    }
    numbers.values().forEach(n -> n.sort(Comparator.naturalOrder()));
    Map<String, String> result = new HashMap<>();
    for (String name : names) {
      Matcher m = matcher(name);
      int index = numbers.getOrDefault(m.group(1), List.of()).indexOf(number(m));
      List<String> layers = order.getOrDefault(m.group(1), List.of());
      result.put(name, index < layers.size() ? named(name, layers.get(index)) : name);
    }
    return result;
  }

  private static Matcher matcher(String name) {
    Matcher m = NUMBERED.matcher(name.substring(0, name.lastIndexOf('/')));
    if (!m.matches()) {
      throw new IllegalArgumentException(name);
    }
    return m;
  }

  private static int number(Matcher m) {
    String digits = m.group(3);
    return digits == null ? 0 : Integer.parseInt(digits);
  }

  private static List<Node> kerasOrder(Network network) {
    List<Node> nodes = new ArrayList<>();
    for (Node node : network.nodes()) {
      if (node.layer().accept(LAYER_KIND).isEmpty()) {
        continue;
      }
      int at = nodes.size();
      if (node.name().contains(".downsample.")) {
        while (at > 0 && nodes.get(at - 1).name().matches(".*\\.(conv|bn)3")) {
          at--;
        }
      }
      nodes.add(at, node);
    }
    return nodes;
  }
}
