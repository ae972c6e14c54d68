package io.residua.weights.internal;

import io.residua.internal.Text;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Turns the names that PyTorch's many ResNets use into torchvision's: what wrappers put before
 * every name, Hugging Face's {@code resnet.encoder.stages.0.layers.1.layer.2.convolution}, {@code
 * shortcut} for {@code downsample}, {@code linear} or {@code classifier} for {@code fc}, and the
 * numbers of {@code Sequential(*resnet.children())}. timm's are torchvision's.
 */
final class TorchNames {
  private record Rule(Pattern pattern, String replacement) {}

  private static final List<Rule> RULES =
      List.of(
          rule("^(resnet\\.)?embedder\\.embedder\\.convolution\\.", "conv1."),
          rule("^(resnet\\.)?embedder\\.embedder\\.normalization\\.", "bn1."),
          rule("^(conv)\\.(weight|bias)$", "conv1.$2"),
          rule("^(bn)\\.(weight|bias|running_mean|running_var|num_batches_tracked)$", "bn1.$2"),
          rule("^ResBlock([0-9]+)\\.", "layer$1."),
          rule("^(layer[0-9]+\\.[0-9]+)\\.shortcut\\.", "$1.downsample."));

  private static final Rule HEAD =
      rule("^(linear|classifier\\.1|classifier|head\\.fc|head|last_linear)\\.", "fc.");

  private static final Pattern HUGGING_FACE =
      Pattern.compile(
          "(?:resnet\\.)?encoder\\.stages\\.([0-9]{1,2})\\.layers\\.([0-9]{1,3})\\."
              + "(?:layer\\.([0-9])|(shortcut))\\.(convolution|normalization)\\.(.+)");

  /** What the first convolution is called, the longest name first. */
  private static final List<String> STEMS =
      List.of(
          "resnet.embedder.embedder.convolution.weight",
          "embedder.embedder.convolution.weight",
          "conv1.weight",
          "conv.weight",
          "0.weight");

  private static final int MOST_PREFIXES = 64;
  private static final Pattern NUMBERED_BLOCK =
      Pattern.compile("([0-9]{1,3})\\.0\\.conv1\\.weight");

  private TorchNames() {}

  private static Rule rule(String pattern, String replacement) {
    return new Rule(Pattern.compile(pattern), replacement);
  }

  /**
   * What may stand before all names of a network in a file, in the file's order: what stands before
   * each convolution that takes pictures.
   */
  static Set<String> prefixes(WeightFile file) {
    Set<String> prefixes = new LinkedHashSet<>();
    for (String name : file.names()) {
      String stem = stem(name);
      if (!stem.isEmpty() && takesPictures(file.shape(name)) && prefixes.size() < MOST_PREFIXES) {
        prefixes.add(name.substring(0, name.length() - stem.length()));
      }
    }
    return prefixes;
  }

  private static String stem(String name) {
    return STEMS.stream()
        .filter(s -> name.endsWith(s))
        .filter(
            s -> name.length() == s.length() || name.charAt(name.length() - s.length() - 1) == '.')
        .findFirst()
        .orElse("");
  }

  private static boolean takesPictures(List<Integer> shape) {
    return shape.size() == 4 && shape.get(1) <= InputChannels.MOST_CHANNELS;
  }

  /** The prefix that most names have, for a file that is of no known network. */
  static String likeliestPrefix(WeightFile file) {
    return prefixes(file).stream()
        .max(
            Comparator.comparingLong(
                p -> file.names().stream().filter(n -> n.startsWith(p)).count()))
        .orElse("");
  }

  /**
   * Torchvision's name of a backbone's parameter for each name that begins with the prefix; what is
   * unknown keeps its name without the prefix, and so do names that would become the same.
   */
  static Map<String, String> backbone(Set<String> names, String prefix) {
    Set<String> inside = new LinkedHashSet<>();
    names.stream()
        .filter(n -> n.startsWith(prefix))
        .forEach(n -> inside.add(n.substring(prefix.length())));
    Map<String, String> numbers = numbers(inside);
    Map<String, String> renamed = new LinkedHashMap<>();
    for (String name : inside) {
      int dot = name.indexOf('.');
      String top = dot < 0 ? name : name.substring(0, dot);
      String ours = numbers.getOrDefault(top, top);
      renamed.put(prefix + name, ofBackbone(dot < 0 ? ours : ours + name.substring(dot)));
    }
    unique(renamed, prefix);
    return renamed;
  }

  /** The same, with usual names of a last layer turned into {@code fc}. */
  static Map<String, String> all(Set<String> names, String prefix) {
    Map<String, String> renamed = backbone(names, prefix);
    renamed.replaceAll((theirs, ours) -> replaced(HEAD, ours));
    unique(renamed, prefix);
    names.forEach(n -> renamed.putIfAbsent(n, n));
    return renamed;
  }

  private static void unique(Map<String, String> renamed, String prefix) {
    Map<String, Integer> uses = new HashMap<>();
    renamed.values().forEach(n -> uses.merge(n, 1, Integer::sum));
    renamed.replaceAll(
        (theirs, ours) ->
            uses.getOrDefault(ours, 1) > 1 ? theirs.substring(prefix.length()) : ours);
  }

  /** What the numbers of a {@code Sequential} of a ResNet's children stand for. */
  private static Map<String, String> numbers(Set<String> names) {
    if (!names.contains("0.weight") || !names.contains("1.running_mean")) {
      return Map.of();
    }
    TreeSet<Integer> blocks = new TreeSet<>();
    for (String name : names) {
      var m = NUMBERED_BLOCK.matcher(name);
      if (m.matches()) {
        blocks.add(Integer.parseInt(m.group(1)));
      }
    }
    Map<String, String> numbers = new HashMap<>(Map.of("0", "conv1", "1", "bn1"));
    int layer = 1;
    for (int block : blocks) {
      numbers.put(Integer.toString(block), "layer" + layer++);
    }
    return numbers;
  }

  private static String ofBackbone(String name) {
    if (name.startsWith("layer") && !name.contains(".shortcut.")) {
      return name; // torchvision's own, as most are
    }
    var m = HUGGING_FACE.matcher(name);
    if (m.matches()) {
      String block = Text.of("layer%d.%s.", Integer.parseInt(m.group(1)) + 1, m.group(2));
      boolean conv = m.group(5).equals("convolution");
      String part =
          m.group(4) != null
              ? (conv ? "downsample.0" : "downsample.1")
              : (conv ? "conv" : "bn") + (Integer.parseInt(m.group(3)) + 1);
      return block + part + "." + m.group(6);
    }
    String result = name;
    for (Rule rule : RULES) {
      result = replaced(rule, result);
    }
    return result;
  }

  private static String replaced(Rule rule, String name) {
    return rule.pattern().matcher(name).replaceFirst(rule.replacement());
  }
}
