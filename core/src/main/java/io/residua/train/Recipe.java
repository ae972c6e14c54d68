package io.residua.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.residua.IoReasons;
import io.residua.engine.Compute;
import io.residua.engine.Precision;
import io.residua.image.Preprocessing.Resize;
import io.residua.nn.Head;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All that decides a training run besides the data: what is trained, from which weights, how long
 * and how. Each setting has the same name here, in YAML and, with dashes, on the command line; a
 * setting that is not given has its default, and {@link #toYaml} writes every one.
 *
 * <pre>{@code
 * Recipe recipe = Recipe.defaults().with("head", "gap-mlp:384").with("epochs", "30");
 * }</pre>
 */
public final class Recipe {
  /** A setting's default and what it is for. */
  private record Setting(String defaultValue, String description) {}

  private static final Map<String, Setting> SETTINGS = settings();
  private static final int MOST_EPOCHS = 100_000;
  private static final int LARGEST_BATCH = 65_536;

  private final Map<String, String> values;

  private Recipe(Map<String, String> values) {
    this.values = Collections.unmodifiableMap(values);
    check();
  }

  private static Map<String, Setting> settings() {
    Map<String, Setting> s = new LinkedHashMap<>();
    s.put(
        "model",
        new Setting("auto", "network, such as resnet50; auto: the one the weights belong to"));
    s.put(
        "weights",
        new Setting("imagenet", "imagenet, a name of the catalogue, a weight file, or none"));
    s.put("image_size", new Setting("auto", "side of the input in pixels; auto: the weights' own"));
    s.put(
        "resize",
        new Setting("auto", "squash, crop (shorter side, then centre) or auto: the weights' own"));
    s.put(
        "head",
        new Setting(
            "gap-linear", "gap-linear, gap-mlp:UNITS, flatten-mlp:UNITS or flatten-dropout:RATE"));
    s.put(
        "freeze",
        new Setting(
            "auto",
            "layers that are not trained: backbone, none, patterns such as conv1,layer1.*, or"
                + " auto: backbone with weights, none without"));
    s.put("epochs", new Setting("30", "passes over the training pictures"));
    s.put("batch_size", new Setting("32", "pictures in a step"));
    s.put(
        "optimizer",
        new Setting(
            "adam", "adam, adamw, sgd or rmsprop; settings follow a colon: sgd:momentum=0.9"));
    s.put("lr", new Setting("0.001", "learning rate, the highest of the schedule"));
    s.put(
        "schedule",
        new Setting("cosine", "constant, cosine, one-cycle, step, multistep or plateau"));
    s.put("label_smoothing", new Setting("0", "part of each target spread over all classes"));
    s.put("seed", new Setting("1", "of all random choices"));
    s.put(
        "val_split",
        new Setting("0.2", "part of the training pictures that becomes the validation part"));
    s.put("precision", new Setting("auto", "auto, fp32 or bf16"));
    return s;
  }

  /** A frozen ImageNet ResNet-50 with a new linear head. */
  public static Recipe defaults() {
    Map<String, String> values = new LinkedHashMap<>();
    SETTINGS.forEach((name, setting) -> values.put(name, setting.defaultValue()));
    return new Recipe(values);
  }

  /** Every setting's name and what it is for, in order. */
  public static Map<String, String> descriptions() {
    Map<String, String> all = new LinkedHashMap<>();
    SETTINGS.forEach((name, s) -> all.put(name, s.description()));
    return all;
  }

  /** The default of a setting. */
  public static String defaultOf(String name) {
    return defaults().get(name);
  }

  /**
   * Reads a YAML file of settings; those it does not name have their defaults.
   *
   * @throws TrainingException naming the file and the setting
   */
  public static Recipe read(Path file) {
    JsonNode root;
    try {
      root = new YAMLMapper().readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw new TrainingException(
          "%s: not YAML: %s"
              .formatted(file, e.getOriginalMessage().lines().findFirst().orElse("")));
    } catch (IOException e) {
      throw new TrainingException("%s: %s".formatted(file, IoReasons.of(e)));
    }
    if (!root.isObject()) {
      throw new TrainingException(file + ": a recipe is a list of settings, such as 'epochs: 10'");
    }
    try {
      Recipe recipe = defaults();
      for (Map.Entry<String, JsonNode> e : root.properties()) {
        if (!e.getValue().isValueNode()) {
          throw new IllegalArgumentException(e.getKey() + " must be one value");
        }
        recipe = recipe.with(e.getKey(), e.getValue().asText());
      }
      return recipe;
    } catch (IllegalArgumentException e) {
      throw new TrainingException(file + ": " + e.getMessage());
    }
  }

  /**
   * This recipe with one setting changed.
   *
   * @throws IllegalArgumentException with one line, if there is no such setting or the value is not
   *     allowed
   */
  public Recipe with(String name, String value) {
    if (!SETTINGS.containsKey(name)) {
      throw new IllegalArgumentException(
          "unknown setting '%s'; there are %s"
              .formatted(name, String.join(", ", SETTINGS.keySet())));
    }
    Map<String, String> changed = new LinkedHashMap<>(values);
    changed.put(name, value.strip());
    return new Recipe(changed);
  }

  /** A setting as text. */
  public String get(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("unknown setting '%s'".formatted(name));
    }
    return value;
  }

  boolean isAuto(String name) {
    return get(name).equals("auto");
  }

  Head head() {
    return Head.parse(get("head"));
  }

  int epochs() {
    return integer("epochs", 1, MOST_EPOCHS);
  }

  int batchSize() {
    return integer("batch_size", 1, LARGEST_BATCH);
  }

  int imageSizePx() {
    return integer("image_size", 8, 4096);
  }

  Resize resize() {
    return Resize.of(get("resize"));
  }

  Optimizer optimizer() {
    return Optimizer.parse(get("optimizer"));
  }

  Schedule schedule() {
    return Schedule.parse(get("schedule"));
  }

  double learningRate() {
    return number("lr", Double.MIN_VALUE, 1e6);
  }

  CrossEntropy loss() {
    return new CrossEntropy(number("label_smoothing", 0, 0.999), List.of());
  }

  double validationFraction() {
    return number("val_split", 1e-6, 0.95);
  }

  /** The seed of all random choices. */
  public long seed() {
    try {
      return Long.parseLong(get("seed"));
    } catch (NumberFormatException e) {
      throw bad("seed", "a whole number", e);
    }
  }

  private void check() {
    head();
    epochs();
    batchSize();
    optimizer();
    schedule();
    learningRate();
    loss();
    validationFraction();
    seed();
    if (Compute.parsePrecision(get("precision")).equals(Optional.of(Precision.INT8))) {
      throw new IllegalArgumentException(
          "precision 'int8' is for finished models; train in auto, fp32 or bf16");
    }
    if (!isAuto("image_size")) {
      imageSizePx();
    }
    if (!isAuto("resize")) {
      resize();
    }
  }

  private int integer(String name, int least, int most) {
    try {
      int value = Integer.parseInt(get(name));
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw bad(name, "a whole number from %d to %d".formatted(least, most), e);
    }
    throw bad(name, "a whole number from %d to %d".formatted(least, most), null);
  }

  private double number(String name, double least, double most) {
    String range = least == Double.MIN_VALUE ? "above 0" : "from %s to %s".formatted(least, most);
    try {
      double value = Double.parseDouble(get(name));
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw bad(name, "a number " + range, e);
    }
    throw bad(name, "a number " + range, null);
  }

  private IllegalArgumentException bad(String name, String wanted, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "%s is '%s', not %s".formatted(name, get(name), wanted), cause);
  }

  /** Every setting as YAML, which {@link #read} reads. */
  public String toYaml() {
    try {
      YAMLFactory factory =
          YAMLFactory.builder()
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .build();
      return new YAMLMapper(factory).writeValueAsString(values);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a recipe that can't be written", e);
    }
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Recipe r && values.equals(r.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
