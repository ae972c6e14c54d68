package io.residua.weights.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.image.CropRounding;
import io.residua.image.Interpolation;
import io.residua.image.PassOrder;
import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.ChannelOrder;
import io.residua.image.Preprocessing.Resize;
import io.residua.internal.Text;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A configuration as Hugging Face's transformers save it ({@code ResNetConfig}), and beside it, in
 * {@code preprocessor_config.json}, how pictures are prepared. Their processors resize horizontally
 * first and round the place of the centre down, in every version.
 */
final class TransformersConfig {
  private static final String BOTTLENECK = "bottleneck";
  private static final double USUAL_CROP = 224.0 / 256;

  /** From this side on, {@code ConvNextImageProcessor} squashes in place of cropping. */
  private static final int SQUASHED_FROM_PX = 384;

  /** Pillow's numbers of its filters. */
  private static final Map<Integer, Interpolation> FILTERS =
      Map.of(
          0, Interpolation.NEAREST,
          1, Interpolation.LANCZOS,
          2, Interpolation.BILINEAR,
          3, Interpolation.BICUBIC);

  private static final Map<String, String> NETWORKS =
      Map.of(
          "basic 2 2 2 2 64 128 256 512", "resnet18",
          "basic 3 4 6 3 64 128 256 512", "resnet34",
          "bottleneck 3 4 6 3 256 512 1024 2048", "resnet50",
          "bottleneck 3 4 23 3 256 512 1024 2048", "resnet101",
          "bottleneck 3 8 36 3 256 512 1024 2048", "resnet152");

  private TransformersConfig() {}

  static ModelConfig of(Path file, JsonNode json, @Nullable JsonNode processor) {
    String type = OneLine.of(json.get("model_type").asText());
    String change = type.equals("resnet") ? change(json) : "";
    String structure =
        Text.of(
            "%s %s %s",
            json.path("layer_type").asText(BOTTLENECK),
            numbers(json, "depths", "3 4 6 3"),
            numbers(json, "hidden_sizes", "256 512 1024 2048"));
    Optional<String> ours =
        type.equals("resnet") && change.isEmpty()
            ? Optional.ofNullable(NETWORKS.get(structure))
            : Optional.empty();
    return new ModelConfig(
        file,
        ours.isPresent() || !type.equals("resnet")
            ? "transformers' " + ours.orElse(type)
            : Text.of("transformers' resnet (%s)%s", OneLine.of(structure), change),
        ours,
        Labels.of(json.path("id2label"), json.path("label_descriptions")),
        processor == null ? Optional.empty() : Optional.of(preprocessing(processor)),
        otherTask(json.path("problem_type").asText("")));
  }

  private static String otherTask(String problem) {
    return switch (problem) {
      case "regression" -> "its outputs are quantities (problem_type regression), not classes";
      case "multi_label_classification" ->
          "its outputs are answers of their own (problem_type multi_label_classification), of which"
              + " several may hold for a picture; Residua reads networks that choose one class";
      default -> "";
    };
  }

  /** In what the network computes otherwise than torchvision's with the same tensors, or empty. */
  private static String change(JsonNode json) {
    if (!json.path("hidden_act").asText("relu").equals("relu")) {
      return " with hidden_act " + OneLine.quoted(json.get("hidden_act").asText());
    }
    boolean bottlenecks = json.path("layer_type").asText(BOTTLENECK).equals(BOTTLENECK);
    if (bottlenecks && json.path("downsample_in_bottleneck").asBoolean(false)) {
      return " with downsample_in_bottleneck"; // the stride in the first 1x1
    }
    return json.path("downsample_in_first_stage").asBoolean(false)
        ? " with downsample_in_first_stage"
        : "";
  }

  private static String numbers(JsonNode json, String key, String otherwise) {
    if (!json.path(key).isArray() || json.get(key).size() > 8) {
      return json.has(key) ? "?" : otherwise;
    }
    List<String> numbers = new ArrayList<>();
    json.get(key).forEach(n -> numbers.add(n.asText()));
    return String.join(" ", numbers);
  }

  private static Preprocessing preprocessing(JsonNode json) {
    String type =
        json.path("image_processor_type").asText(json.path("feature_extractor_type").asText(""));
    boolean resizes = json.path("do_resize").asBoolean(true);
    JsonNode size = json.path("size");
    int shortest = size.isInt() ? size.intValue() : size.path("shortest_edge").asInt();
    Resize resize;
    int sizePx;
    int shorterSidePx;
    if (!resizes) {
      throw new IllegalArgumentException(
          "preprocessor_config.json: without do_resize pictures have sizes of their own");
    } else if (type.startsWith("ConvNext") && shortest > 0) {
      double crop = json.hasNonNull("crop_pct") ? json.get("crop_pct").asDouble() : USUAL_CROP;
      resize = shortest < SQUASHED_FROM_PX ? Resize.CROP : Resize.SQUASH;
      sizePx = shortest;
      shorterSidePx = resize == Resize.CROP ? (int) (shortest / crop) : shortest;
    } else if (json.path("do_center_crop").asBoolean(false) && shortest > 0) {
      resize = Resize.CROP;
      sizePx = square(json.path("crop_size"));
      shorterSidePx = shortest;
    } else if (!json.path("do_center_crop").asBoolean(false)) {
      resize = Resize.SQUASH;
      sizePx = square(size);
      shorterSidePx = sizePx;
    } else {
      throw new IllegalArgumentException(
          Text.of(
              "preprocessor_config.json: the size %s with do_center_crop is not done here",
              OneLine.of(size.toString())));
    }
    boolean normalises = json.path("do_normalize").asBoolean(true);
    Preprocessing plain = Preprocessing.preset("none");
    Preprocessing usual = Preprocessing.preset("torchvision");
    try {
      return new Preprocessing(
          resize,
          sizePx,
          shorterSidePx,
          filter(json.path("resample")),
          PassOrder.HORIZONTAL_FIRST,
          CropRounding.DOWN,
          ChannelOrder.RGB,
          scale(json),
          normalises ? three(json, "image_mean", usual.mean()) : plain.mean(),
          normalises ? three(json, "image_std", usual.std()) : plain.std());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("preprocessor_config.json: " + e.getMessage(), e);
    }
  }

  private static int square(JsonNode size) {
    int height = size.isInt() ? size.intValue() : size.path("height").asInt();
    int width = size.isInt() ? size.intValue() : size.path("width").asInt();
    if (height != width || height < 1) {
      throw new IllegalArgumentException(
          Text.of(
              "preprocessor_config.json: the size %s is not done here; networks take squares",
              OneLine.of(size.toString())));
    }
    return height;
  }

  private static Interpolation filter(JsonNode number) {
    Interpolation filter = FILTERS.get(number.asInt(2));
    if (filter == null) {
      throw new IllegalArgumentException(Text.of("the filter %s is not done here", number));
    }
    return filter;
  }

  /** What bytes are divided by. */
  private static double scale(JsonNode json) {
    if (!json.path("do_rescale").asBoolean(true)) {
      return 1;
    }
    double scale = 1 / json.path("rescale_factor").asDouble(1 / 255.0);
    return Math.abs(scale - Math.rint(scale)) < 1e-6 * scale ? Math.rint(scale) : scale;
  }

  private static List<Double> three(JsonNode json, String key, List<Double> otherwise) {
    JsonNode values = json.path(key);
    if (!values.isArray() || values.size() != 3) {
      return otherwise;
    }
    return List.of(
        values.get(0).asDouble(Double.NaN),
        values.get(1).asDouble(Double.NaN),
        values.get(2).asDouble(Double.NaN));
  }
}
