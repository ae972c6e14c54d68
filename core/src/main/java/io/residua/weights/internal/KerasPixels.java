package io.residua.weights.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.UsageException;
import io.residua.image.Interpolation;
import io.residua.image.PassOrder;
import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.Resize;
import io.residua.internal.Text;
import io.residua.weights.internal.PixelChannels.Channel;
import io.residua.weights.internal.PixelChannels.NotDone;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a Keras model does to a picture's samples before its backbone: layers and operations that
 * scale, shift and reorder channels, or resize. What it does while training only is left out.
 */
final class KerasPixels {
  private final WeightFile file;
  private final Map<KerasLayer, List<Channel>> values = new IdentityHashMap<>();
  private int channels = 3;
  private int height;
  private int width;
  private @Nullable KerasLayer resizing;

  private KerasPixels(WeightFile file) {
    this.file = file;
  }

  /**
   * How pictures are prepared for the backbone.
   *
   * @param preprocessing the model's own pixels on {@code usual}'s geometry at the model's size, or
   *     {@code usual}'s pixels too where the model has none of its own
   * @param own whether the model has pixels of its own
   * @param problem why the model's own cannot be done here, or empty
   */
  record Found(Preprocessing preprocessing, boolean own, String problem) {}

  /**
   * Follows the layers.
   *
   * @param layers those before the backbone, in order of computation
   * @param file which has the statistics of normalisations
   * @param usual how pictures are prepared where the model does not say
   */
  static Found of(List<KerasLayer> layers, WeightFile file, Preprocessing usual) {
    KerasPixels pixels = new KerasPixels(file);
    try {
      List<Channel> last = List.of();
      for (KerasLayer layer : layers) {
        last = pixels.value(layer);
        pixels.values.put(layer, last);
      }
      boolean own = !last.equals(PixelChannels.input(pixels.channels));
      Preprocessing sized = pixels.sized(usual);
      return new Found(
          own ? sized.withPixelsOf(PixelChannels.asPixels(last, pixels.channels)) : sized, own, "");
    } catch (NotDone e) {
      return new Found(usual, false, String.valueOf(e.getMessage()));
    } catch (UsageException | IllegalArgumentException e) {
      return new Found(usual, false, "its pixels: " + e.getMessage());
    }
  }

  private List<Channel> value(KerasLayer layer) throws NotDone {
    List<List<Channel>> in = new ArrayList<>();
    for (KerasLayer input : layer.inputs()) {
      in.add(values.getOrDefault(input, List.of()));
    }
    if (layer.is("InputLayer")) {
      return opened(layer);
    } else if (layer.is("Stack") || layer.is("Concatenate")) {
      return joined(layer, in);
    } else if (in.size() != 1) {
      throw notDone(layer);
    }
    List<Channel> x = in.get(0);
    if (layer.isIdentity()) {
      return x;
    }
    return switch (layer.kind()) {
      case "Rescaling" -> scaled(x, layer, "scale", "offset");
      case "Normalization" -> normalised(x, layer);
      case "Resizing" -> resized(x, layer);
      case "CenterCrop", "RandomCrop" -> cropped(x, layer);
      case "GetItem" -> chosen(x, layer);
      case "Add", "Subtract", "Multiply", "TrueDivide", "Divide" -> computed(x, layer);
      case "Lambda" -> lambda(x, layer);
      default -> throw notDone(layer);
    };
  }

  private static NotDone notDone(KerasLayer layer) {
    return new NotDone(
        Text.of("its layer %s comes before the backbone and is not done here", layer.said()));
  }

  private List<Channel> opened(KerasLayer layer) throws NotDone {
    JsonNode shape = layer.config().path("batch_shape");
    shape = shape.isArray() ? shape : layer.config().path("batch_input_shape");
    if (shape.size() == 4) {
      height = shape.path(1).asInt();
      width = shape.path(2).asInt();
      channels = shape.path(3).asInt();
      if (channels != 1 && channels != 3 && channels != 4) {
        throw new NotDone(Text.of("its pictures have %d channels instead of 3", channels));
      }
    }
    return PixelChannels.input(channels);
  }

  private static List<Channel> joined(KerasLayer layer, List<List<Channel>> in) throws NotDone {
    int axis = layer.config().path("axis").asInt(-1);
    List<Channel> all = new ArrayList<>();
    in.forEach(all::addAll);
    if (axis != -1 && axis != 3 || all.size() != 3) {
      throw notDone(layer);
    }
    return all;
  }

  private static List<Channel> scaled(
      List<Channel> x, KerasLayer layer, String factor, String summand) throws NotDone {
    return affine(
        x, layer, numbers(layer.config().path(factor)), numbers(layer.config().path(summand)));
  }

  private static List<Channel> affine(
      List<Channel> x, KerasLayer layer, List<Double> factors, List<Double> summands)
      throws NotDone {
    if (!fits(factors, x) || !fits(summands, x)) {
      throw notDone(layer);
    }
    List<Channel> result = new ArrayList<>();
    for (int c = 0; c < x.size(); c++) {
      double factor = factors.get(factors.size() == 1 ? 0 : c);
      double summand = summands.get(summands.size() == 1 ? 0 : c);
      result.add(x.get(c).then(factor, summand));
    }
    return result;
  }

  private static boolean fits(List<Double> numbers, List<Channel> channels) {
    return numbers.size() == 1 || numbers.size() == channels.size();
  }

  /** By its configuration's statistics, or by those that it was adapted to. */
  private List<Channel> normalised(List<Channel> x, KerasLayer layer) throws NotDone {
    List<Double> mean = statistic(layer, "mean");
    List<Double> variance = statistic(layer, "variance");
    if (layer.config().path("invert").asBoolean() || mean.isEmpty() || variance.isEmpty()) {
      throw notDone(layer);
    }
    List<Double> factors = new ArrayList<>();
    List<Double> summands = new ArrayList<>();
    for (int c = 0; c < Math.max(mean.size(), variance.size()); c++) {
      double factor = 1 / Math.max(Math.sqrt(at(variance, c)), 1e-7);
      factors.add(factor);
      summands.add(-at(mean, c) * factor);
    }
    return affine(x, layer, factors, summands);
  }

  private static double at(List<Double> numbers, int index) {
    return numbers.get(Math.min(index, numbers.size() - 1));
  }

  private List<Double> statistic(KerasLayer layer, String name) {
    List<Double> configured = numbers(layer.config().path(name));
    String stored = layer.name() + "/" + name;
    if (!configured.isEmpty() || !file.names().contains(stored)) {
      return configured;
    }
    List<Double> values = new ArrayList<>();
    for (float value : file.floats(stored).toArray()) {
      values.add((double) value);
    }
    return values;
  }

  private List<Channel> resized(List<Channel> x, KerasLayer layer) throws NotDone {
    int newHeight = layer.config().path("height").asInt();
    int newWidth = layer.config().path("width").asInt();
    boolean again = height > 0 && width > 0;
    if (again && height == newHeight && width == newWidth) {
      return x;
    } else if (again || layer.config().path("pad_to_aspect_ratio").asBoolean()) {
      throw new NotDone(
          Text.of(
              "its layer %s %s, which is not done here",
              layer.said(),
              again
                  ? Text.of(
                      "resizes pictures of %dx%d to %dx%d", height, width, newHeight, newWidth)
                  : "pads pictures"));
    }
    height = newHeight;
    width = newWidth;
    resizing = layer;
    return x;
  }

  private List<Channel> cropped(List<Channel> x, KerasLayer layer) throws NotDone {
    boolean same =
        layer.config().path("height").asInt() == height
            && layer.config().path("width").asInt() == width;
    if (!same || height == 0) {
      throw notDone(layer);
    }
    return x;
  }

  /** {@code x[..., 2]} or {@code x[..., ::-1]}. */
  private static List<Channel> chosen(List<Channel> x, KerasLayer layer) throws NotDone {
    List<JsonNode> places = KerasCalls.places(layer.call());
    for (int i = 0; i < places.size() - 1; i++) {
      if (!KerasCalls.isEverything(places.get(i))) {
        throw notDone(layer);
      }
    }
    JsonNode last = places.isEmpty() ? layer.call() : places.get(places.size() - 1);
    if (last.isInt() && last.asInt() >= -x.size() && last.asInt() < x.size()) {
      return List.of(x.get(Math.floorMod(last.asInt(), x.size())));
    } else if (KerasCalls.isReversal(last)) {
      List<Channel> reversed = new ArrayList<>(x);
      Collections.reverse(reversed);
      return reversed;
    }
    throw notDone(layer);
  }

  private static List<Channel> computed(List<Channel> x, KerasLayer layer) throws NotDone {
    KerasCalls.Constant constant = KerasCalls.constant(layer.call());
    List<Double> numbers = constant == null ? List.of() : numbers(constant.value());
    if (constant == null || numbers.isEmpty()) {
      throw notDone(layer);
    }
    List<Double> one = List.of(1.0);
    List<Double> zero = List.of(0.0);
    return switch (layer.kind()) {
      case "Add" -> affine(x, layer, one, numbers);
      case "Multiply" -> affine(x, layer, numbers, zero);
      case "Subtract" ->
          constant.first()
              ? affine(x, layer, List.of(-1.0), numbers)
              : affine(x, layer, one, numbers.stream().map(n -> -n).toList());
      default -> {
        if (constant.first()) {
          throw notDone(layer);
        }
        yield affine(x, layer, numbers.stream().map(n -> 1 / n).toList(), zero);
      }
    };
  }

  /** Keras 2 says of which module a function is; that of its ResNets has one for pictures. */
  private static List<Channel> lambda(List<Channel> x, KerasLayer layer) throws NotDone {
    String module = layer.config().path("module").asText();
    if (!module.endsWith("applications.resnet") && !module.endsWith("applications.resnet50")) {
      throw new NotDone(
          Text.of(
              "its layer %s runs Python code on the pictures, which no file tells for sure and"
                  + " Residua never runs; put a Rescaling or preprocess_input itself in its place",
              layer.said()));
    }
    List<Channel> bgr = new ArrayList<>(x);
    Collections.reverse(bgr);
    Preprocessing caffe = Preprocessing.preset("keras-caffe");
    return affine(bgr, layer, List.of(1.0), caffe.mean().stream().map(m -> -m).toList());
  }

  /** One number or several, however deeply they are nested; empty where there are none. */
  private static List<Double> numbers(JsonNode node) {
    List<Double> found = new ArrayList<>();
    KerasCalls.numbers(node, found);
    return found;
  }

  private Preprocessing sized(Preprocessing usual) throws NotDone {
    if (height <= 0 && width <= 0) {
      return usual;
    } else if (height != width) {
      throw new NotDone(
          Text.of("its pictures are %dx%d; Residua prepares square ones", height, width));
    }
    KerasLayer own = resizing;
    Interpolation interpolation = usual.interpolation();
    boolean crop = usual.resize() == Resize.CROP && height == usual.sizePx();
    int shorterSidePx = crop ? usual.shorterSidePx() : height;
    if (own != null) {
      interpolation = Interpolation.of(own.config().path("interpolation").asText());
      crop = own.config().path("crop_to_aspect_ratio").asBoolean();
      shorterSidePx = height;
    }
    return new Preprocessing(
        crop ? Resize.CROP : Resize.SQUASH,
        height,
        shorterSidePx,
        interpolation,
        PassOrder.PILLOW_13,
        usual.cropRounding(),
        usual.channelOrder(),
        usual.scale(),
        usual.mean(),
        usual.std());
  }
}
