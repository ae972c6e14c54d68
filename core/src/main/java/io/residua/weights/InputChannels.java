package io.residua.weights;

import io.residua.Progress;
import io.residua.Text;
import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.ChannelOrder;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The first convolution of networks for pictures of one channel or of three, and how weights of the
 * one become those of the other, as timm does it ({@code adapt_input_conv}): for one channel the
 * kernels are summed, for three they are repeated and divided by three. On a grey picture with
 * equal colours both give what the weights gave before.
 */
public final class InputChannels {
  private static final String FIRST = "conv1.weight";
  private static final int COLOURS = 3;
  private static final int DIMENSIONS = 4;
  private static final double DIGITS = 1e6;

  private InputChannels() {}

  /**
   * Weights for pictures of another number of channels.
   *
   * @param loaded of a network whose first convolution is called as in torchvision
   * @param channels of the pictures, 1 or 3
   * @param progress is told in one line what was changed
   * @return the same where nothing has to be changed
   * @throws WeightsException if the weights are for other pictures than grey ones or colours
   */
  public static LoadedWeights adapted(LoadedWeights loaded, int channels, Progress progress) {
    FloatTensor first = loaded.weights().asMap().get(FIRST);
    int own = first == null ? channels : of(first.shape());
    if (first == null || own == channels) {
      return loaded;
    } else if (own != 1 && own != COLOURS) {
      throw new WeightsException(loaded.name() + ": " + problem(own));
    }
    boolean sum = channels == 1;
    progress.line(
        Text.of(
            "%s: its first layer takes %s, pictures have %d: its kernels are %s, as in timm",
            loaded.name(),
            Text.count(own, "channel"),
            channels,
            sum ? "summed" : "repeated and divided by 3"));
    Map<String, FloatTensor> all = new LinkedHashMap<>(loaded.weights().asMap());
    all.put(FIRST, sum ? summed(first) : repeated(first));
    return loaded.with(new WeightMap(all));
  }

  /** Channels of the pictures that a first convolution's weights are for; 3 where it is none. */
  static int of(List<Integer> shape) {
    return shape.size() == DIMENSIONS ? shape.get(1) : COLOURS;
  }

  /** Why a network for pictures of so many channels is not computed; empty where it is. */
  static String problem(int channels) {
    return channels == 1 || channels == COLOURS
        ? ""
        : Text.of(
            "its first layer takes pictures of %d channels, such as colours with transparency;"
                + " pictures are read as 3 colours or as grey",
            channels);
  }

  /** The shapes of a file as those of the same network for colours. */
  static void asColours(Map<String, List<Integer>> shapes) {
    shapes.computeIfPresent(
        FIRST,
        (name, shape) ->
            shape.size() == DIMENSIONS && (shape.get(1) == 1 || shape.get(1) == COLOURS + 1)
                ? List.of(shape.get(0), COLOURS, shape.get(2), shape.get(3))
                : shape);
  }

  /** The same for grey pictures, with the means of what it does to three colours. */
  static Preprocessing grey(Preprocessing p) {
    return p.channels() == 1
        ? p
        : new Preprocessing(
            p.resize(),
            p.sizePx(),
            p.shorterSidePx(),
            p.interpolation(),
            p.passOrder(),
            p.cropRounding(),
            ChannelOrder.GREY,
            p.scale(),
            mean(p.mean()),
            mean(p.std()));
  }

  private static List<Double> mean(List<Double> values) {
    double sum = values.stream().mapToDouble(Double::doubleValue).sum();
    return List.of(Math.rint(sum / values.size() * DIGITS) / DIGITS);
  }

  private static FloatTensor summed(FloatTensor kernels) {
    List<Integer> shape = shape(kernels, 1);
    int plane = shape.get(2) * shape.get(3);
    int own = of(kernels.shape());
    float[] values = kernels.toArray();
    float[] sums = new float[shape.get(0) * plane];
    for (int i = 0; i < sums.length; i++) {
      int start = i / plane * own * plane + i % plane;
      float sum = 0;
      for (int c = 0; c < own; c++) {
        sum += values[start + c * plane];
      }
      sums[i] = sum;
    }
    return new FloatTensor(shape, FloatBuffer.wrap(sums));
  }

  private static FloatTensor repeated(FloatTensor kernels) {
    List<Integer> shape = shape(kernels, COLOURS);
    int plane = shape.get(2) * shape.get(3);
    float[] values = kernels.toArray();
    float[] repeated = new float[values.length * COLOURS];
    for (int i = 0; i < repeated.length; i++) {
      repeated[i] = values[i / (COLOURS * plane) * plane + i % plane] * (1f / COLOURS);
    }
    return new FloatTensor(shape, FloatBuffer.wrap(repeated));
  }

  private static List<Integer> shape(FloatTensor kernels, int channels) {
    List<Integer> shape = new ArrayList<>(kernels.shape());
    shape.set(1, channels);
    return shape;
  }
}
