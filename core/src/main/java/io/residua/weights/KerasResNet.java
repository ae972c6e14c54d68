package io.residua.weights;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Turns the weights of Keras' first ResNet-50 into torchvision's names and layouts: {@code
 * res3b_branch2a/kernel} to {@code layer2.1.conv1.weight}, kernels from H×W×in×out to out×in×H×W,
 * dense layers from in×out to out×in.
 */
final class KerasResNet {
  private static final Pattern BLOCK = Pattern.compile("(res|bn)([2-5])([a-z])_branch(1|2a|2b|2c)");

  private KerasResNet() {}

  /** Torchvision's name; one that is unknown stays, and shows in a {@link Coverage}. */
  static String name(String keras) {
    int slash = keras.lastIndexOf('/');
    if (slash < 0) {
      return keras;
    }
    String suffix =
        switch (keras.substring(slash + 1)) {
          case "kernel", "gamma" -> "weight";
          case "bias", "beta" -> "bias";
          case "moving_mean" -> "running_mean";
          case "moving_variance" -> "running_var";
          default -> "";
        };
    String layer = layer(keras.substring(0, slash));
    return layer.isEmpty() || suffix.isEmpty() ? keras : layer + "." + suffix;
  }

  private static String layer(String keras) {
    switch (keras) {
      case "conv1":
        return "conv1";
      case "bn_conv1":
        return "bn1";
      case "fc1000":
        return "fc";
      default:
        break;
    }
    Matcher m = BLOCK.matcher(keras);
    if (!m.matches()) {
      return "";
    }
    boolean conv = m.group(1).equals("res");
    String branch = m.group(4);
    String part =
        branch.equals("1")
            ? (conv ? "downsample.0" : "downsample.1")
            : (conv ? "conv" : "bn") + (branch.charAt(1) - 'a' + 1);
    int stage = Integer.parseInt(m.group(2)) - 1;
    int block = m.group(3).charAt(0) - 'a';
    return "layer%d.%d.%s".formatted(stage, block, part);
  }

  /** Torchvision's layout, by the number of dimensions. */
  static FloatTensor layout(FloatTensor tensor) {
    List<Integer> s = tensor.shape();
    return switch (s.size()) {
      case 4 ->
          new FloatTensor(
              List.of(s.get(3), s.get(2), s.get(0), s.get(1)),
              FloatBuffer.wrap(
                  transposed(tensor.toArray(), s.get(0) * s.get(1), s.get(2), s.get(3))));
      case 2 ->
          new FloatTensor(
              List.of(s.get(1), s.get(0)),
              FloatBuffer.wrap(transposed(tensor.toArray(), 1, s.get(0), s.get(1))));
      default -> tensor;
    };
  }

  /** From positions×in×out to out×in×positions. */
  private static float[] transposed(float[] values, int positions, int in, int out) {
    float[] result = new float[values.length];
    for (int p = 0; p < positions; p++) {
      for (int i = 0; i < in; i++) {
        int from = (p * in + i) * out;
        for (int o = 0; o < out; o++) {
          result[(o * in + i) * positions + p] = values[from + o];
        }
      }
    }
    return result;
  }
}
