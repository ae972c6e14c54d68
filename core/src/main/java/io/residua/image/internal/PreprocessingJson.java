package io.residua.image.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.UsageException;
import io.residua.image.CropRounding;
import io.residua.image.Interpolation;
import io.residua.image.PassOrder;
import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.ChannelOrder;
import io.residua.image.Preprocessing.Resize;
import io.residua.internal.Text;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** {@link Preprocessing} as it stands in model files. */
public final class PreprocessingJson {
  private static final String RESIZE = "resize";
  private static final String SIZE = "sizePx";
  private static final String SHORTER_SIDE = "shorterSidePx";
  private static final String INTERPOLATION = "interpolation";
  private static final String PASS_ORDER = "passOrder";
  private static final String CROP_ROUNDING = "cropRounding";
  private static final String CHANNELS = "channels";
  private static final String SCALE = "scale";
  private static final String MEAN = "mean";
  private static final String STD = "std";
  private static final Set<String> FIELDS =
      Set.of(
          RESIZE,
          SIZE,
          SHORTER_SIDE,
          INTERPOLATION,
          PASS_ORDER,
          CROP_ROUNDING,
          CHANNELS,
          SCALE,
          MEAN,
          STD);

  private PreprocessingJson() {}

  public static ObjectNode write(Preprocessing p) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put(RESIZE, p.resize().label());
    json.put(SIZE, p.sizePx());
    json.put(SHORTER_SIDE, p.shorterSidePx());
    json.put(INTERPOLATION, p.interpolation().label());
    json.put(PASS_ORDER, p.passOrder().label());
    if (p.cropRounding() != CropRounding.HALF_EVEN) { // which most files of before mean silently
      json.put(CROP_ROUNDING, p.cropRounding().label());
    }
    json.put(CHANNELS, p.channelOrder().name());
    json.put(SCALE, p.scale());
    ArrayNode mean = json.putArray(MEAN);
    p.mean().forEach(mean::add);
    ArrayNode std = json.putArray(STD);
    p.std().forEach(std::add);
    return json;
  }

  public static Preprocessing read(JsonNode json) {
    check(json.isObject(), "it is not an object");
    for (Iterator<String> names = json.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      check(FIELDS.contains(name), Text.of("unknown field '%s'", name));
    }
    String channels = text(json, CHANNELS);
    check(
        Stream.of(ChannelOrder.values()).anyMatch(order -> order.name().equals(channels)),
        Text.of("channels must be RGB, BGR, GREY or RGBA, not '%s'", channels));
    try {
      return new Preprocessing(
          Resize.of(text(json, RESIZE)),
          integer(json, SIZE),
          integer(json, SHORTER_SIDE),
          Interpolation.of(text(json, INTERPOLATION)),
          // Files of before the order was told apart were made with the horizontal pass first.
          json.has(PASS_ORDER) ? PassOrder.of(text(json, PASS_ORDER)) : PassOrder.HORIZONTAL_FIRST,
          json.has(CROP_ROUNDING)
              ? CropRounding.of(text(json, CROP_ROUNDING))
              : CropRounding.HALF_EVEN,
          ChannelOrder.valueOf(channels),
          number(field(json, SCALE), SCALE),
          numbers(json, MEAN),
          numbers(json, STD));
    } catch (Malformed e) {
      throw e;
    } catch (UsageException | IllegalArgumentException e) {
      throw new Malformed(String.valueOf(e.getMessage()));
    }
  }

  private static JsonNode field(JsonNode json, String name) {
    JsonNode value = json.get(name);
    if (value == null) {
      throw new Malformed(Text.of("field '%s' is missing", name));
    }
    return value;
  }

  private static String text(JsonNode json, String name) {
    JsonNode value = field(json, name);
    check(
        value.isTextual() && value.textValue().matches("[\\w-]{1,40}"),
        Text.of("field '%s' must be a name", name));
    return value.textValue();
  }

  private static int integer(JsonNode json, String name) {
    JsonNode value = field(json, name);
    check(
        value.isIntegralNumber() && value.canConvertToInt(),
        Text.of("field '%s' must be a whole number", name));
    return value.intValue();
  }

  private static double number(JsonNode value, String name) {
    check(value.isNumber(), Text.of("field '%s' must be a number", name));
    return value.doubleValue();
  }

  private static List<Double> numbers(JsonNode json, String name) {
    JsonNode value = field(json, name);
    check(value.isArray(), Text.of("field '%s' must be a list of numbers", name));
    List<Double> numbers = new ArrayList<>();
    for (JsonNode element : value) {
      numbers.add(number(element, name));
    }
    return numbers;
  }

  private static void check(boolean condition, String problem) {
    if (!condition) {
      throw new Malformed(problem);
    }
  }

  private static final class Malformed extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    Malformed(String problem) {
      super("preprocessing: " + problem);
    }
  }
}
