package io.residua.weights;

import io.residua.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Turns the names that PyTorch's many ResNets use into torchvision's: prefixes of wrappers, Hugging
 * Face's {@code resnet.encoder.stages.0.layers.1.layer.2.convolution}, {@code shortcut} for {@code
 * downsample}, {@code linear} or {@code classifier} for {@code fc}. timm's are torchvision's.
 */
final class TorchNames {
  /** What wrappers put before every name. */
  private static final List<String> PREFIXES =
      List.of("module.", "_orig_mod.", "model.", "backbone.", "net.", "resnet.", "encoder.");

  private record Rule(Pattern pattern, String replacement) {}

  private static final List<Rule> RULES =
      List.of(
          rule("^(resnet\\.)?embedder\\.embedder\\.convolution\\.", "conv1."),
          rule("^(resnet\\.)?embedder\\.embedder\\.normalization\\.", "bn1."),
          rule("^(conv)\\.(weight|bias)$", "conv1.$2"),
          rule("^(bn)\\.(weight|bias|running_mean|running_var|num_batches_tracked)$", "bn1.$2"),
          rule("^ResBlock([0-9]+)\\.", "layer$1."),
          rule("^(layer[0-9]+\\.[0-9]+)\\.shortcut\\.", "$1.downsample."),
          rule("^(linear|classifier\\.1|classifier|head|head\\.fc|last_linear)\\.", "fc."));

  private static final Pattern HUGGING_FACE =
      Pattern.compile(
          "(?:resnet\\.)?encoder\\.stages\\.([0-9]{1,2})\\.layers\\.([0-9]{1,3})\\."
              + "(?:layer\\.([0-9])|(shortcut))\\.(convolution|normalization)\\.(.+)");

  private TorchNames() {}

  private static Rule rule(String pattern, String replacement) {
    return new Rule(Pattern.compile(pattern), replacement);
  }

  /** The prefixes, together, that every name begins with. */
  static String prefix(Set<String> names) {
    StringBuilder prefix = new StringBuilder();
    List<String> rest = new ArrayList<>(names);
    for (boolean more = !rest.isEmpty(); more; ) {
      more = false;
      for (String candidate : PREFIXES) {
        boolean huggingFace = rest.stream().anyMatch(n -> n.startsWith("classifier."));
        if (!huggingFace && rest.stream().allMatch(n -> n.startsWith(candidate))) {
          prefix.append(candidate);
          rest.replaceAll(n -> n.substring(candidate.length()));
          more = true;
        }
      }
    }
    return prefix.toString();
  }

  /** Torchvision's name; one that is unknown stays. */
  static String name(String name) {
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
      result = rule.pattern().matcher(result).replaceFirst(rule.replacement());
    }
    return result;
  }
}
