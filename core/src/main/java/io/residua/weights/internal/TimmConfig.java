package io.residua.weights.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.image.CropRounding;
import io.residua.image.Interpolation;
import io.residua.image.PassOrder;
import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.Resize;
import io.residua.internal.Text;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A configuration as timm saves it ({@code timm.models._hub.save_config_for_hf}). Pictures are
 * prepared as {@code timm.data.create_transform} does it for evaluation with {@code input_size} and
 * {@code crop_pct}.
 */
final class TimmConfig {
  private static final double SCALE = 255;
  private static final double USUAL_CROP = 0.875;
  private static final int MOST_CHANNELS = 4;

  /** What is usual for a number of channels. */
  private static final Map<Double, String> PRESETS =
      Map.of(1.0, "grey", 3.0, "torchvision", 4.0, "rgba");

  /** Former names of networks that compute as torchvision's do. */
  private static final Map<String, String> FORMER =
      Map.ofEntries(
          Map.entry("tv_resnet34", "resnet34"),
          Map.entry("tv_resnet50", "resnet50"),
          Map.entry("tv_resnet101", "resnet101"),
          Map.entry("tv_resnet152", "resnet152"),
          Map.entry("tv_resnext50_32x4d", "resnext50_32x4d"),
          Map.entry("ig_resnext101_32x8d", "resnext101_32x8d"),
          Map.entry("ssl_resnet18", "resnet18"),
          Map.entry("ssl_resnet50", "resnet50"),
          Map.entry("ssl_resnext50_32x4d", "resnext50_32x4d"),
          Map.entry("ssl_resnext101_32x8d", "resnext101_32x8d"),
          Map.entry("swsl_resnet18", "resnet18"),
          Map.entry("swsl_resnet50", "resnet50"),
          Map.entry("swsl_resnext50_32x4d", "resnext50_32x4d"),
          Map.entry("swsl_resnext101_32x8d", "resnext101_32x8d"),
          Map.entry("gluon_resnet18_v1b", "resnet18"),
          Map.entry("gluon_resnet34_v1b", "resnet34"),
          Map.entry("gluon_resnet50_v1b", "resnet50"),
          Map.entry("gluon_resnet101_v1b", "resnet101"),
          Map.entry("gluon_resnet152_v1b", "resnet152"),
          Map.entry("gluon_resnext50_32x4d", "resnext50_32x4d"));

  /** Arguments of a network that do not change what it computes, or that its shapes show. */
  private static final Set<String> HARMLESS =
      Set.of(
          "num_classes",
          "pretrained",
          "in_chans",
          "drop_rate",
          "drop_path_rate",
          "drop_block_rate",
          "zero_init_last");

  private TimmConfig() {}

  static ModelConfig of(Path file, JsonNode json) {
    String network = OneLine.of(json.get("architecture").asText());
    String change = change(json);
    String name = network.split("\\.", 2)[0]; // without the tag of its weights
    Optional<String> ours =
        change.isEmpty() ? ModelConfig.known(FORMER.getOrDefault(name, name)) : Optional.empty();
    JsonNode prepared = json.path("pretrained_cfg").isObject() ? json.get("pretrained_cfg") : json;
    JsonNode names = first(json, prepared, "label_names");
    return new ModelConfig(
        file,
        network + change,
        ours,
        Labels.of(
            names.isMissingNode() ? json.path("id2label") : names,
            first(json, prepared, "label_descriptions")),
        prepared.has("input_size") ? Optional.of(preprocessing(prepared)) : Optional.empty(),
        "");
  }

  private static JsonNode first(JsonNode a, JsonNode b, String key) {
    return a.hasNonNull(key) ? a.get(key) : b.path(key);
  }

  /** In what the network was changed, or empty. */
  private static String change(JsonNode json) {
    String pool = json.path("global_pool").asText("avg");
    if (!pool.equals("avg")) {
      return " with global_pool " + OneLine.quoted(pool);
    }
    for (Map.Entry<String, JsonNode> argument : json.path("model_args").properties()) {
      String key = argument.getKey();
      String value = argument.getValue().asText(argument.getValue().toString());
      boolean usual =
          HARMLESS.contains(key)
              || argument.getValue().isNull()
              || key.equals("global_pool") && value.equals("avg")
              || key.equals("output_stride") && value.equals("32");
      if (!usual) {
        return Text.of(" with %s %s", OneLine.of(key), OneLine.quoted(value));
      }
    }
    return "";
  }

  private static Preprocessing preprocessing(JsonNode json) {
    List<Double> size = numbers(json, "input_size", List.of());
    String preset = size.size() == 3 ? PRESETS.getOrDefault(size.get(0), "") : "";
    if (preset.isEmpty() || !size.get(1).equals(size.get(2))) {
      throw new IllegalArgumentException(
          Text.of(
              "its input_size is %s; networks here take square pictures of 3 colours, of 1 for grey"
                  + " ones, or of 4 for colours with opacity",
              size));
    }
    int sizePx = (int) Math.min(size.get(1), Preprocessing.MAX_SIZE_PX + 1.0);
    double crop = json.hasNonNull("crop_pct") ? json.get("crop_pct").asDouble() : USUAL_CROP;
    String mode = json.path("crop_mode").asText("center");
    int shorterSidePx = (int) Math.floor(sizePx / crop);
    boolean squash = mode.equals("squash") && shorterSidePx == sizePx;
    if (!squash && !mode.equals("center")) {
      throw new IllegalArgumentException(
          Text.of(
              "its crop_mode %s with crop_pct %s is not done here", OneLine.quoted(mode), crop));
    }
    Preprocessing usual = Preprocessing.preset(preset);
    return new Preprocessing(
        squash ? Resize.SQUASH : Resize.CROP,
        sizePx,
        shorterSidePx,
        Interpolation.of(OneLine.of(json.path("interpolation").asText("bicubic"))),
        PassOrder.PILLOW_13,
        CropRounding.HALF_EVEN,
        usual.channelOrder(),
        SCALE,
        InputChannels.fitting(numbers(json, "mean", usual.mean()), usual.channels()),
        InputChannels.fitting(numbers(json, "std", usual.std()), usual.channels()));
  }

  private static List<Double> numbers(JsonNode json, String key, List<Double> otherwise) {
    if (!json.hasNonNull(key)) {
      return otherwise;
    }
    List<Double> numbers = new ArrayList<>();
    for (JsonNode value : json.get(key)) {
      if (!value.isNumber() || numbers.size() == MOST_CHANNELS) {
        throw new IllegalArgumentException(
            Text.of("its %s is no list of %d numbers or fewer", key, MOST_CHANNELS));
      }
      numbers.add(value.doubleValue());
    }
    return numbers;
  }
}
