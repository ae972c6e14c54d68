package io.residua.weights.internal;

import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.ChannelOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a model does to the channels of pictures before its network, as far as it can be done here.
 */
final class PixelChannels {
  private static final double BYTE = 255;

  /**
   * One channel of a value: {@code factor · input[source] + summand}.
   *
   * @param source channel of the model's input
   */
  record Channel(int source, double factor, double summand) {
    Channel then(double otherFactor, double otherSummand) {
      return new Channel(source, factor * otherFactor, summand * otherFactor + otherSummand);
    }
  }

  /** What cannot be done here. */
  static final class NotDone extends Exception {
    private static final long serialVersionUID = 1L;

    NotDone(String message) {
      super(message);
    }
  }

  private PixelChannels() {}

  /** The channels of a model's input in colours. */
  static List<Channel> input() {
    return input(3);
  }

  /** The channels of a model's input. */
  static List<Channel> input(int count) {
    return IntStream.range(0, count).mapToObj(c -> new Channel(c, 1, 0)).toList();
  }

  /**
   * The same for samples of 0..255 in red, green and blue, of grey, or of colours and opacity, with
   * any geometry.
   *
   * @param inputs how many channels the model's input has
   * @throws NotDone if the channels are not all of them, of colours in one of the two orders
   */
  static Preprocessing asPixels(List<Channel> channels, int inputs) throws NotDone {
    boolean bgr = inputs == 3 && !channels.isEmpty() && channels.get(0).source() == 2;
    if (inputs == 1 && channels.size() == 3) {
      throw new NotDone("it makes three channels of grey pictures, which is not done here");
    }
    for (int c = 0; c < channels.size(); c++) {
      Channel channel = channels.get(c);
      if (channels.size() != inputs
          || channel.source() != (bgr ? 2 - c : c)
          || channel.factor() <= 0) {
        throw new NotDone("its channels are neither in the order RGB nor in BGR");
      }
    }
    double factor = channels.get(0).factor();
    boolean same = channels.stream().allMatch(c -> c.factor() == factor);
    double scale = same ? round(1 / factor) : BYTE;
    List<Double> std =
        same
            ? Collections.nCopies(channels.size(), 1.0)
            : channels.stream().map(c -> round(1 / (BYTE * c.factor()))).toList();
    List<Double> mean = new ArrayList<>();
    for (int c = 0; c < channels.size(); c++) {
      mean.add(round(-channels.get(c).summand() * std.get(c)) + 0.0);
    }
    Preprocessing any = Preprocessing.preset("none");
    return new Preprocessing(
        any.resize(),
        any.sizePx(),
        any.shorterSidePx(),
        any.interpolation(),
        any.passOrder(),
        any.cropRounding(),
        switch (inputs) {
          case 1 -> ChannelOrder.GREY;
          case 3 -> bgr ? ChannelOrder.BGR : ChannelOrder.RGB;
          default -> ChannelOrder.RGBA;
        },
        scale,
        mean,
        std);
  }

  /** The shortest number that is the same in 32 bits, in which models compute. */
  private static double round(double value) {
    return Double.parseDouble(Float.toString((float) value));
  }
}
