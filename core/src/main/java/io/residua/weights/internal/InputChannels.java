package io.residua.weights.internal;

import io.residua.Progress;
import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.ChannelOrder;
import io.residua.image.Preprocessing.Preset;
import io.residua.internal.Text;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The first convolution of networks for pictures of one channel, of three, or of four with opacity,
 * and how weights of the first two become those of the other, as timm does it ({@code
 * adapt_input_conv}): for one channel the kernels are summed, for three they are repeated and
 * divided by three. On a grey picture with equal colours both give what the weights gave before.
 */
public final class InputChannels {
  static final String FIRST = "conv1.weight";
  private static final int COLOURS = 3;
  private static final int WITH_OPACITY = 4;

  /** Such as the bands of a satellite; layers further inside take more. */
  static final int MOST_CHANNELS = 13;

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
    } else if (own != 1 && own != COLOURS || channels > COLOURS) {
      throw new WeightsException(
          Text.of(
              "%s: its first layer takes pictures of %d channels, which is not made one of %d; take"
                  + " weights for colours or for grey pictures",
              loaded.name(), own, channels));
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
    return channels == 1 || channels == COLOURS || channels == WITH_OPACITY
        ? ""
        : Text.of(
            "its first layer takes pictures of %d channels; they are read as 3 colours, as grey or"
                + " as 4 with opacity",
            channels);
  }

  /** What networks for pictures of so many channels are usually given; as is usual for 3 else. */
  static Preprocessing usual(Preprocessing colours, int channels) {
    return switch (channels) {
      case 1 -> colours.withPixelsOf(Preset.GREY.preprocessing());
      case WITH_OPACITY -> colours.withPixelsOf(Preset.RGBA.preprocessing());
      default -> colours;
    };
  }

  /** For people, that a file of such a network does not say how opacity is given; or empty. */
  static String note(int channels) {
    return channels != WITH_OPACITY
        ? ""
        : "its first layer takes 4 channels: pictures are given with their opacity, all four"
            + " prepared alike by the mean of three means, as timm does where nothing else is said";
  }

  /** The shapes of a file as those of the same network for colours. */
  static void asColours(Map<String, List<Integer>> shapes) {
    shapes.computeIfPresent(FIRST, (name, shape) -> asColours(shape));
  }

  /** The shape of a first convolution as that of the same one for colours. */
  static List<Integer> asColours(List<Integer> shape) {
    return shape.size() == DIMENSIONS && shape.get(1) <= MOST_CHANNELS
        ? List.of(shape.get(0), COLOURS, shape.get(2), shape.get(3))
        : shape;
  }

  /** The same for grey pictures, with the means of what it does to colours. */
  public static Preprocessing grey(Preprocessing p) {
    return of(p, ChannelOrder.GREY);
  }

  /** The same for the channels of another, where those are other than colours. */
  static Preprocessing as(Preprocessing p, Preprocessing other) {
    return other.channels() == COLOURS ? p : of(p, other.channelOrder());
  }

  private static Preprocessing of(Preprocessing p, ChannelOrder order) {
    return p.channelOrder() == order
        ? p
        : new Preprocessing(
            p.resize(),
            p.sizePx(),
            p.shorterSidePx(),
            p.interpolation(),
            p.passOrder(),
            p.cropRounding(),
            order,
            p.scale(),
            mean(p.mean(), order.channels()),
            mean(p.std(), order.channels()));
  }

  /**
   * As many means or deviations as there are channels, by timm's rule the mean of all where not.
   */
  static List<Double> fitting(List<Double> values, int channels) {
    return values.size() == channels || values.size() != COLOURS ? values : mean(values, channels);
  }

  private static List<Double> mean(List<Double> values, int channels) {
    double sum = values.stream().mapToDouble(Double::doubleValue).sum();
    return Collections.nCopies(channels, Math.rint(sum / values.size() * DIGITS) / DIGITS);
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
