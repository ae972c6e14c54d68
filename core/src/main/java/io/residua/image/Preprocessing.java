package io.residua.image;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.Setting;
import io.residua.UsageException;
import io.residua.image.internal.PreprocessingJson;
import io.residua.image.internal.Resampling;
import io.residua.internal.ConstantNames;
import io.residua.internal.Text;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * How a picture becomes a network's input. It belongs to the weights, which were trained with it,
 * and is stored with them in every model file.
 *
 * <p>First geometry, on 8-bit pixels: the picture is squashed to a square, or its shorter side is
 * resized and the centre cut out (torchvision's {@code Resize} and {@code CenterCrop}). Then each
 * sample v, 0..255, becomes {@code (v / scale - mean[c]) / std[c]} in float, channels in the
 * network's order.
 *
 * @param resize the geometry
 * @param sizePx width and height of the input in pixels
 * @param shorterSidePx in mode {@link Resize#CROP}, the shorter side before the cut; at least
 *     {@code sizePx}
 * @param interpolation how it is resized
 * @param passOrder which pass of the resizing comes first; models made before it was told apart
 *     have {@link PassOrder#HORIZONTAL_FIRST}
 * @param cropRounding in mode {@link Resize#CROP}, where the centre is cut out; models made before
 *     it was told apart have {@link CropRounding#HALF_EVEN}
 * @param channelOrder the network's order of channels
 * @param scale what samples are divided by: 255 for inputs in 0..1, 1 for inputs in 0..255; 1e-6 to
 *     1e6
 * @param mean subtracted after scaling, one value a channel in the network's order, of magnitude up
 *     to 1e6
 * @param std divided by after that, one value a channel in the network's order; 1e-6 to 1e6
 */
public record Preprocessing(
    Resize resize,
    int sizePx,
    int shorterSidePx,
    Interpolation interpolation,
    PassOrder passOrder,
    CropRounding cropRounding,
    ChannelOrder channelOrder,
    double scale,
    List<Double> mean,
    List<Double> std) {

  /** The largest input, in pixels a side. */
  public static final int MAX_SIZE_PX = 4096;

  /** The smallest input that a recipe may ask for, in pixels a side. */
  public static final int MIN_SIZE_PX = 8;

  /** The setting of recipes that decide the input's size; empty for the weights' own. */
  public static final Setting<Optional<Integer>> IMAGE_SIZE =
      Setting.whole(
              "image_size",
              "auto",
              MIN_SIZE_PX,
              MAX_SIZE_PX,
              "side of the input in pixels; auto: the weights' own")
          .or("auto");

  private static final int COLOURS = 3;
  private static final double LARGEST = 1e6;
  private static final String DIVISORS = "1e-6 to 1e6";
  private static final int DEFAULT_SIZE_PX = 224;
  private static final int DEFAULT_SHORTER_SIDE_PX = 256;
  private static final List<Double> ZEROS = List.of(0.0, 0.0, 0.0);
  private static final List<Double> ONES = List.of(1.0, 1.0, 1.0);

  /** Weights of red, green and blue in grey, of 65536. */
  private static final int[] GREY_OF = {19595, 38470, 7471};

  private static final int HALF_OF_GREY = 1 << 15;

  /** What happens to a picture that has not the network's size. */
  public enum Resize {
    /** Resized to a square, whatever its proportions. */
    SQUASH,
    /** Its shorter side resized, then the centre cut out. */
    CROP,
    /** Nothing: it must have the size already. */
    NONE;

    /** The name in recipes and model files, for instance {@code crop}. */
    public String label() {
      return ConstantNames.of(this);
    }

    /**
     * The mode of that {@link #label()}.
     *
     * @throws UsageException if there is none; one line that lists them
     */
    public static Resize of(String label) {
      return ConstantNames.read(Resize.class, "resize mode", label);
    }
  }

  /** The order in which a network takes the colours. */
  public enum ChannelOrder {
    RGB(COLOURS),
    BGR(COLOURS),
    /** One channel: the luminance of ITU-R 601, rounded as Pillow's {@code convert("L")} does. */
    GREY(1),
    /** Colours not multiplied by the opacity, and the opacity, 255 where a picture has none. */
    RGBA(COLOURS + 1);

    private final int channels;

    ChannelOrder(int channels) {
      this.channels = channels;
    }

    /** How many channels a network takes. */
    public int channels() {
      return channels;
    }
  }

  /** The named presets. */
  public enum Preset {
    /** Keras' ResNet-50/101/152: BGR minus the means of ImageNet, 0..255, as Caffe had it. */
    KERAS_CAFFE(ChannelOrder.BGR, 1, List.of(103.939, 116.779, 123.68), ONES),
    /** torchvision: RGB in 0..1, standardised with ImageNet's mean and deviation. */
    TORCHVISION(ChannelOrder.RGB, 255, List.of(0.485, 0.456, 0.406), List.of(0.229, 0.224, 0.225)),
    /** Grey in 0..1, standardised with the means of torchvision's three, as timm does. */
    GREY(ChannelOrder.GREY, 255, List.of(0.449), List.of(0.226)),
    /** Colours and opacity in 0..1, each standardised with these same means, as timm does. */
    RGBA(
        ChannelOrder.RGBA,
        255,
        Collections.nCopies(COLOURS + 1, 0.449),
        Collections.nCopies(COLOURS + 1, 0.226)),
    /** RGB in 0..1. */
    UNIT(ChannelOrder.RGB, 255, ZEROS, ONES),
    /** RGB in 0..255. */
    NONE(ChannelOrder.RGB, 1, ZEROS, ONES);

    private final ChannelOrder channelOrder;
    private final double scale;
    private final List<Double> mean;
    private final List<Double> std;

    Preset(ChannelOrder channelOrder, double scale, List<Double> mean, List<Double> std) {
      this.channelOrder = channelOrder;
      this.scale = scale;
      this.mean = mean;
      this.std = std;
    }

    /** The name in recipes and on the command line, for instance {@code keras-caffe}. */
    public String label() {
      return ConstantNames.of(this);
    }

    /**
     * This preset with the usual geometry of evaluation: shorter side 256, centre 224, bilinear.
     */
    public Preprocessing preprocessing() {
      return new Preprocessing(
          Resize.CROP,
          DEFAULT_SIZE_PX,
          DEFAULT_SHORTER_SIDE_PX,
          Interpolation.BILINEAR,
          PassOrder.PILLOW_13,
          CropRounding.HALF_EVEN,
          channelOrder,
          scale,
          mean,
          std);
    }
  }

  public Preprocessing {
    mean = List.copyOf(mean);
    std = List.copyOf(std);
    require(
        sizePx >= 1 && sizePx <= MAX_SIZE_PX,
        "image size must be 1.." + MAX_SIZE_PX + " px",
        sizePx);
    require(
        resize != Resize.CROP || (shorterSidePx >= sizePx && shorterSidePx <= 4 * MAX_SIZE_PX),
        "shorter side must be " + sizePx + " px or more",
        shorterSidePx);
    require(divides(scale), "scale must be " + DIVISORS, scale);
    require(
        mean.size() == channelOrder.channels()
            && mean.stream().allMatch(m -> Math.abs(m) <= LARGEST),
        Text.of("mean must be %s of magnitude up to %d", count(channelOrder), (long) LARGEST),
        mean);
    require(
        std.size() == channelOrder.channels() && std.stream().allMatch(Preprocessing::divides),
        Text.of("standard deviation must be %s, each %s", count(channelOrder), DIVISORS),
        std);
  }

  private static String count(ChannelOrder order) {
    return Text.count(order.channels(), "number");
  }

  /** Whether dividing samples by it gives floats that a network can compute with. */
  private static boolean divides(double value) {
    return value >= 1 / LARGEST && value <= LARGEST;
  }

  private static void require(boolean condition, String rule, Object value) {
    if (!condition) {
      throw new IllegalArgumentException(rule + ", not " + value);
    }
  }

  /**
   * A preset by name: {@code keras-caffe}, {@code torchvision}, {@code grey}, {@code rgba}, {@code
   * unit} or {@code none}.
   *
   * @throws UsageException if there is none; one line that lists them
   */
  public static Preprocessing preset(String label) {
    return ConstantNames.read(Preset.class, "preprocessing", label).preprocessing();
  }

  /** The same for another input size, the shorter side in the proportion 256 to 224. */
  public Preprocessing withSize(int newSizePx) {
    int shorter = (int) Math.round((double) newSizePx * DEFAULT_SHORTER_SIDE_PX / DEFAULT_SIZE_PX);
    return withGeometry(resize, newSizePx, shorter);
  }

  public Preprocessing withResize(Resize newResize) {
    return withGeometry(newResize, sizePx, shorterSidePx);
  }

  /** The same for another input size, reached in another way. */
  public Preprocessing withGeometry(Resize newResize, int newSizePx, int newShorterSidePx) {
    return new Preprocessing(
        newResize,
        newSizePx,
        newShorterSidePx,
        interpolation,
        passOrder,
        cropRounding,
        channelOrder,
        scale,
        mean,
        std);
  }

  public Preprocessing withInterpolation(Interpolation newInterpolation) {
    return new Preprocessing(
        resize,
        sizePx,
        shorterSidePx,
        newInterpolation,
        passOrder,
        cropRounding,
        channelOrder,
        scale,
        mean,
        std);
  }

  public Preprocessing withPassOrder(PassOrder newPassOrder) {
    return new Preprocessing(
        resize,
        sizePx,
        shorterSidePx,
        interpolation,
        newPassOrder,
        cropRounding,
        channelOrder,
        scale,
        mean,
        std);
  }

  public Preprocessing withCropRounding(CropRounding newCropRounding) {
    return new Preprocessing(
        resize,
        sizePx,
        shorterSidePx,
        interpolation,
        passOrder,
        newCropRounding,
        channelOrder,
        scale,
        mean,
        std);
  }

  /** The same geometry with the colours, scale, mean and deviation of another. */
  public Preprocessing withPixelsOf(Preprocessing other) {
    return new Preprocessing(
        resize,
        sizePx,
        shorterSidePx,
        interpolation,
        passOrder,
        cropRounding,
        other.channelOrder,
        other.scale,
        other.mean,
        other.std);
  }

  /** How many floats an input has: {@code sizePx × sizePx ×} {@link #channels}. */
  public int inputSize() {
    return sizePx * sizePx * channels();
  }

  /** How many channels the network takes: 3, 1 of grey pictures, or 4 with opacity. */
  public int channels() {
    return channelOrder.channels();
  }

  /**
   * The geometry alone: a picture of {@code sizePx × sizePx} pixels.
   *
   * @throws ImageException in mode {@link Resize#NONE}, if the picture has another size
   */
  public RgbImage prepare(RgbImage picture) {
    RgbImage image = seen(picture);
    return switch (resize) {
      case SQUASH -> Resampling.resize(image, sizePx, sizePx, interpolation, passOrder);
      case CROP -> shorterSideAndCentre(image);
      case NONE -> {
        if (image.width() != sizePx || image.height() != sizePx) {
          throw new ImageException(
              Text.of(
                  "a picture of %dx%d pixels where %dx%d are needed (resize mode none)",
                  image.width(), image.height(), sizePx, sizePx));
        }
        yield image;
      }
    };
  }

  /**
   * What the network sees of a picture: opacity only where it takes that, and grey before it is
   * resized, as where pictures are opened by Pillow's {@code convert("L")}.
   */
  RgbImage seen(RgbImage picture) {
    return switch (channelOrder) {
      case RGBA -> picture;
      case RGB, BGR -> picture.opaque();
      case GREY -> grey(picture);
    };
  }

  private static RgbImage grey(RgbImage picture) {
    byte[] in = picture.rgb();
    byte[] out = new byte[in.length];
    for (int i = 0; i < in.length; i += COLOURS) {
      out[i] = out[i + 1] = out[i + 2] = (byte) luminance(in, i);
    }
    return new RgbImage(picture.width(), picture.height(), out);
  }

  private static int luminance(byte[] rgb, int at) {
    int sum = HALF_OF_GREY;
    for (int c = 0; c < COLOURS; c++) {
      sum += GREY_OF[c] * (rgb[at + c] & 0xff);
    }
    return sum >> 16;
  }

  private RgbImage shorterSideAndCentre(RgbImage image) {
    long w = image.width();
    long h = image.height();
    long fullWidth = w <= h ? shorterSidePx : shorterSidePx * w / h;
    long fullHeight = w <= h ? shorterSidePx * h / w : shorterSidePx;
    return Resampling.resizeAndCrop(
        image,
        fullWidth,
        fullHeight,
        cropRounding.offset(fullWidth, sizePx),
        cropRounding.offset(fullHeight, sizePx),
        sizePx,
        sizePx,
        interpolation,
        passOrder);
  }

  /**
   * The samples of a picture as floats, {@code height × width ×} {@link #channels}, channels in the
   * network's order; the picture may have any size.
   *
   * @param destination where they go
   * @param offset where in it they begin
   */
  public void normalise(RgbImage image, float[] destination, int offset) {
    float[][] tables = new float[channels()][256];
    for (int c = 0; c < tables.length; c++) {
      for (int v = 0; v < 256; v++) {
        tables[c][v] = (v / (float) scale - mean.get(c).floatValue()) / std.get(c).floatValue();
      }
    }
    float[] first = tables[0];
    if (channelOrder == ChannelOrder.GREY) {
      grey(image.rgb(), first, destination, offset);
      return;
    } else if (channelOrder == ChannelOrder.RGBA) {
      withOpacity(image, tables, destination, offset);
      return;
    }
    float[] second = tables[1];
    float[] third = tables[2];
    byte[] rgb = image.rgb();
    int red = channelOrder == ChannelOrder.RGB ? 0 : 2;
    for (int i = 0, o = offset; i < rgb.length; i += COLOURS, o += COLOURS) {
      destination[o] = first[rgb[i + red] & 0xff];
      destination[o + 1] = second[rgb[i + 1] & 0xff];
      destination[o + 2] = third[rgb[i + 2 - red] & 0xff];
    }
  }

  private static void withOpacity(
      RgbImage image, float[][] tables, float[] destination, int offset) {
    byte[] rgb = image.rgb();
    byte[] alpha = image.alpha();
    for (int i = 0, o = offset, p = 0; i < rgb.length; p++) {
      for (int c = 0; c < COLOURS; c++) {
        destination[o++] = tables[c][rgb[i++] & 0xff];
      }
      destination[o++] = tables[COLOURS][alpha == null ? 255 : alpha[p] & 0xff];
    }
  }

  private static void grey(byte[] rgb, float[] table, float[] destination, int offset) {
    for (int i = 0, o = offset; i < rgb.length; i += COLOURS, o++) {
      destination[o] = table[luminance(rgb, i)];
    }
  }

  /**
   * {@link #prepare} and {@link #normalise}: writes {@link #inputSize()} floats.
   *
   * @throws ImageException as {@link #prepare}
   */
  public void apply(RgbImage image, float[] destination, int offset) {
    normalise(prepare(image), destination, offset);
  }

  /** This value as JSON, as {@link #fromJson} reads it. */
  public ObjectNode toJson() {
    return PreprocessingJson.write(this);
  }

  /**
   * Reads what {@link #toJson} wrote. Every field must be there and nothing else.
   *
   * @throws IllegalArgumentException if it is not so; one line that names the field
   */
  public static Preprocessing fromJson(JsonNode json) {
    return PreprocessingJson.read(json);
  }

  /** One line, for instance {@code shorter side to 256 px, centre 224x224, bilinear; RGB / 255}. */
  public String describe() {
    StringBuilder text = new StringBuilder();
    switch (resize) {
      case SQUASH -> text.append(Text.of("squashed to %1$dx%1$d", sizePx));
      case CROP -> {
        text.append(Text.of("shorter side to %d px, centre %2$dx%2$d", shorterSidePx, sizePx));
        if (cropRounding == CropRounding.DOWN) {
          text.append(" (its place rounded down, as transformers)");
        }
      }
      case NONE -> text.append(Text.of("%1$dx%1$d as they are", sizePx));
    }
    if (resize != Resize.NONE) {
      text.append(", ").append(interpolation.label());
      if (passOrder == PassOrder.HORIZONTAL_FIRST) {
        text.append(" (horizontal pass first, as Pillow before 13)");
      }
    }
    return text.append("; ").append(describePixels()).toString();
  }

  /** The name of the preset that treats pixels alike, whatever the geometry; empty if none does. */
  public Optional<String> pixelPreset() {
    return Arrays.stream(Preset.values())
        .filter(preset -> withPixelsOf(preset.preprocessing()).equals(this))
        .map(Preset::label)
        .findFirst();
  }

  /** The pixels' part of {@link #describe}, for instance {@code RGB / 255}. */
  public String describePixels() {
    StringBuilder text = new StringBuilder(channelOrder.name());
    if (scale != 1) {
      text.append(" / ").append(number(scale));
    }
    if (mean.stream().anyMatch(m -> m != 0)) {
      text.append(", minus ").append(numbers(mean));
    }
    if (std.stream().anyMatch(d -> d != 1)) {
      text.append(", divided by ").append(numbers(std));
    }
    return text.toString();
  }

  private static String numbers(List<Double> values) {
    return values.stream().map(Preprocessing::number).collect(Collectors.joining(", ", "(", ")"));
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
