package io.residua.server.internal.v2;

import io.residua.image.Preprocessing.ChannelOrder;
import io.residua.image.RgbImage;
import io.residua.internal.Nearest;
import io.residua.internal.Text;
import io.residua.server.internal.RequestException;
import io.residua.server.internal.v2.TensorData.Blobs;
import io.residua.server.internal.v2.TensorData.Floats;
import io.residua.server.internal.v2.TensorData.Octets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The pictures of a request. Elements of type BYTES, {@code [N]} or {@code [N,1]}, are picture
 * files; whole numbers, {@code [N,H,W,3]} or {@code [N,3,H,W]}, are red, green and blue 0..255 of
 * any size; floating-point numbers of the model's own size, {@code [N,C,S,S]} or {@code [N,S,S,C]},
 * are what its network takes.
 */
final class PictureInputs {
  /** The name of the input. */
  static final String NAME = "image";

  /** What ONNX files that were exported from a model call it. */
  private static final String EXPORTED_NAME = "input";

  private static final int COLOURS = 3;
  private static final int WITH_OPACITY = 4;

  private final ModelFacts model;
  private final InputTensor input;
  private final InferLimits limits;

  private PictureInputs(ModelFacts model, InputTensor input, InferLimits limits) {
    this.model = model;
    this.input = input;
    this.limits = limits;
  }

  /**
   * Takes the pictures out of a request.
   *
   * @throws RequestException if it holds other tensors than a model takes
   */
  public static List<InputPicture> of(InferRequest request, ModelFacts model, InferLimits limits) {
    for (InputTensor input : request.inputs()) {
      String name = input.name();
      if (!name.equals(NAME) && !name.equals(EXPORTED_NAME)) {
        throw Messages.badRequest(
            Text.of(
                "model '%s' has no input '%s'; its input is '%s'%s",
                model.name(),
                Messages.quoted(name),
                NAME,
                name.length() > InferLimits.TEXT_CHARS ? "" : Nearest.meant(name, List.of(NAME))));
      }
    }
    if (request.inputs().size() != 1) {
      throw Messages.badRequest(
          Text.of(
              "model '%s' takes one input, and the request has %d; several pictures are one"
                  + " tensor",
              model.name(), request.inputs().size()));
    }
    return new PictureInputs(model, request.inputs().get(0), limits).pictures();
  }

  private List<InputPicture> pictures() {
    long count = input.shape()[0];
    if (count > limits.pictures()) {
      throw RequestException.tooManyPictures(limits.pictures());
    }
    if (input.data() instanceof Blobs files) {
      return files(files.values());
    } else if (input.data() instanceof Octets pixels) {
      return raw(pixels.values());
    }
    return prepared(((Floats) input.data()).values());
  }

  private List<InputPicture> files(List<byte[]> files) {
    long[] shape = input.shape();
    if (shape.length > 2 || (shape.length == 2 && shape[1] != 1)) {
      throw wrongShape("picture files have shape [N] or [N,1]");
    }
    return IntStream.range(0, files.size())
        .<InputPicture>mapToObj(i -> new InputPicture.Encoded(files.get(i), "picture " + (i + 1)))
        .toList();
  }

  private List<InputPicture> raw(byte[] values) {
    String shapes = "pixels 0..255 have shape [N,H,W,3] or [N,3,H,W]";
    long[] shape = input.shape();
    if (shape.length != 4) {
      throw wrongShape(shapes);
    }
    boolean last = isColours(shape[3]);
    boolean first = isColours(shape[1]);
    if (last == first) {
      throw wrongShape(last ? shapes + ", and this may be either" : shapes);
    }
    int channels = (int) (last ? shape[3] : shape[1]);
    int height = (int) (last ? shape[1] : shape[2]);
    int width = (int) (last ? shape[2] : shape[3]);
    if ((long) height * width > limits.pixels()) {
      throw new RequestException(
          413,
          Text.of(
              "a picture of %dx%d pixels, above the limit of %s megapixels",
              width, height, Text.decimals(limits.pixels() / 1e6, 1)));
    }
    int size = channels * height * width;
    List<InputPicture> pictures = new ArrayList<>();
    for (int at = 0; at < values.length; at += size) {
      byte[] rows =
          last
              ? Arrays.copyOfRange(values, at, at + size)
              : interleaved(values, at, channels, height * width);
      pictures.add(new InputPicture.Raw(image(rows, channels, width, height)));
    }
    return List.copyOf(pictures);
  }

  /** Opacity is taken where the network does. */
  private boolean isColours(long channels) {
    return channels == COLOURS
        || (channels == WITH_OPACITY && model.preprocessing().channelOrder() == ChannelOrder.RGBA);
  }

  private static byte[] interleaved(byte[] planes, int from, int channels, int pixels) {
    byte[] rows = new byte[channels * pixels];
    for (int p = 0, o = 0; p < pixels; p++) {
      for (int c = 0; c < channels; c++) {
        rows[o++] = planes[from + c * pixels + p];
      }
    }
    return rows;
  }

  private static RgbImage image(byte[] rows, int channels, int width, int height) {
    if (channels == COLOURS) {
      return new RgbImage(width, height, rows);
    }
    int pixels = width * height;
    byte[] rgb = new byte[COLOURS * pixels];
    byte[] alpha = new byte[pixels];
    for (int p = 0; p < pixels; p++) {
      System.arraycopy(rows, p * channels, rgb, p * COLOURS, COLOURS);
      alpha[p] = rows[p * channels + COLOURS];
    }
    return new RgbImage(width, height, rgb, alpha);
  }

  private List<InputPicture> prepared(float[] values) {
    int channels = model.preprocessing().channels();
    int side = model.preprocessing().sizePx();
    long[] shape = input.shape();
    boolean first = Arrays.equals(shape, new long[] {shape[0], channels, side, side});
    boolean last = Arrays.equals(shape, new long[] {shape[0], side, side, channels});
    if (!first && !last) {
      throw wrongShape(
          Text.of(
              "model '%s' takes [N,%d,%d,%d] or [N,%d,%d,%d] of %s",
              model.name(), channels, side, side, side, side, channels, input.datatype()));
    }
    int pixels = side * side;
    int size = channels * pixels;
    List<InputPicture> pictures = new ArrayList<>();
    for (int at = 0; at < values.length; at += size) {
      float[] one = Arrays.copyOfRange(values, at, at + size);
      pictures.add(new InputPicture.Prepared(first ? interleaved(one, channels, pixels) : one));
    }
    return List.copyOf(pictures);
  }

  private static float[] interleaved(float[] planes, int channels, int pixels) {
    float[] rows = new float[planes.length];
    for (int p = 0, o = 0; p < pixels; p++) {
      for (int c = 0; c < channels; c++) {
        rows[o++] = planes[c * pixels + p];
      }
    }
    return rows;
  }

  private RequestException wrongShape(String right) {
    return Messages.badRequest(
        Text.of(
            "input '%s': shape %s of %s; %s",
            input.name(), Messages.shape(input.shape()), input.datatype(), right));
  }
}
