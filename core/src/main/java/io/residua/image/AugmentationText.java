package io.residua.image;

import io.residua.Text;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The text form of one augmentation: {@code name(key=value, …)}. */
final class AugmentationText {
  private static final Pattern STEP = Pattern.compile("([a-z-]+)\\s*(?:\\(([^()]*)\\))?");
  private static final String NAMES =
      "flip-horizontal, flip-alternating, flip-vertical, rotation, zoom, shear, translation,"
          + " affine, brightness, contrast, saturation, hue, colour, resized-crop, pad-crop,"
          + " cutout, random-erasing, rand-augment, trivial-augment";

  private AugmentationText() {}

  /** Prints; keys and values alternate. */
  static String of(String name, Object... keysAndValues) {
    StringJoiner text = new StringJoiner(", ", name + "(", ")");
    for (int i = 0; i < keysAndValues.length; i += 2) {
      Object value = keysAndValues[i + 1];
      String shown =
          value instanceof Double d
              ? Ranges.text(d)
              : value instanceof Fill fill ? fill.label() : value.toString();
      text.add(keysAndValues[i] + "=" + shown);
    }
    return text.toString();
  }

  /**
   * Reads one step; what it leaves out has its usual value.
   *
   * @throws IllegalArgumentException one line that quotes the step
   */
  static Augmentation parse(String step) {
    try {
      Matcher m = STEP.matcher(step.strip());
      if (!m.matches()) {
        throw new IllegalArgumentException("it must look like name(key=value, …)");
      }
      Arguments arguments = new Arguments(m.group(2) == null ? "" : m.group(2));
      Augmentation augmentation = read(m.group(1), arguments);
      arguments.expectNoMore();
      return augmentation;
    } catch (IllegalArgumentException e) {
      String quoted = step.strip().replaceAll("\\s+", " ");
      throw new IllegalArgumentException(
          Text.of("augmentation '%s': %s", quoted, e.getMessage()), e);
    }
  }

  private static Augmentation read(String name, Arguments a) {
    return switch (name) {
      case "flip-horizontal" -> new Augmentation.FlipHorizontal(a.number("p", 0.5));
      case "flip-alternating" -> new Augmentation.FlipAlternating();
      case "flip-vertical" -> new Augmentation.FlipVertical(a.number("p", 0.5));
      case "rotation" -> new Augmentation.Affine(a.number("degrees", 10), 0, 0, 0, a.fill());
      case "zoom" -> new Augmentation.Affine(0, a.number("zoom", 0.2), 0, 0, a.fill());
      case "shear" -> new Augmentation.Affine(0, 0, a.number("shear", 10), 0, a.fill());
      case "translation" -> new Augmentation.Affine(0, 0, 0, a.number("shift", 0.1), a.fill());
      case "affine" ->
          new Augmentation.Affine(
              a.number("degrees", 0),
              a.number("zoom", 0),
              a.number("shear", 0),
              a.number("shift", 0),
              a.fill());
      case "brightness" -> new Augmentation.ColourJitter(a.number("range", 0.2), 0, 0, 0);
      case "contrast" -> new Augmentation.ColourJitter(0, a.number("range", 0.2), 0, 0);
      case "saturation" -> new Augmentation.ColourJitter(0, 0, a.number("range", 0.2), 0);
      case "hue" -> new Augmentation.ColourJitter(0, 0, 0, a.number("range", 0.05));
      case "colour" ->
          new Augmentation.ColourJitter(
              a.number("brightness", 0),
              a.number("contrast", 0),
              a.number("saturation", 0),
              a.number("hue", 0));
      case "resized-crop" ->
          new Augmentation.ResizedCrop(
              a.number("min-scale", 0.08),
              a.number("max-scale", 1),
              a.number("min-ratio", 3.0 / 4),
              a.number("max-ratio", 4.0 / 3));
      case "pad-crop" -> new Augmentation.PadAndCrop(a.integer("border", 4), a.fill());
      case "cutout" -> new Augmentation.Cutout(a.number("p", 1), a.number("size", 0.5));
      case "random-erasing" ->
          new Augmentation.RandomErasing(
              a.number("p", 0.5), a.number("min-scale", 0.02), a.number("max-scale", 0.33));
      case "rand-augment" ->
          new Augmentation.RandAugment(a.integer("operations", 2), a.integer("magnitude", 9));
      case "trivial-augment" -> new Augmentation.TrivialAugment();
      default -> throw new IllegalArgumentException("unknown name (one of " + NAMES + ")");
    };
  }

  /** What stands between the parentheses. */
  private static final class Arguments {
    private final Map<String, String> left = new LinkedHashMap<>();

    Arguments(String text) {
      for (String part : text.isBlank() ? new String[0] : text.split(",", -1)) {
        int equals = part.indexOf('=');
        if (equals < 0) {
          throw new IllegalArgumentException(Text.of("'%s' is not key=value", part.strip()));
        }
        String key = part.substring(0, equals).strip();
        if (left.put(key, part.substring(equals + 1).strip()) != null) {
          throw new IllegalArgumentException(Text.of("'%s' stands there twice", key));
        }
      }
    }

    double number(String key, double usual) {
      String text = left.remove(key);
      if (text == null) {
        return usual;
      }
      try {
        return Double.parseDouble(text);
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(Text.of("%s must be a number, not '%s'", key, text), e);
      }
    }

    int integer(String key, int usual) {
      double value = number(key, usual);
      if (value != (int) value) {
        throw new IllegalArgumentException(Text.of("%s must be a whole number", key));
      }
      return (int) value;
    }

    Fill fill() {
      String text = left.remove("fill");
      return text == null ? Fill.CONSTANT : Fill.of(text);
    }

    void expectNoMore() {
      if (!left.isEmpty()) {
        throw new IllegalArgumentException(
            Text.of("unknown key '%s'", left.keySet().iterator().next()));
      }
    }
  }
}
