package io.residua.classic;

import static io.residua.SettingForms.NUMBER;
import static io.residua.SettingForms.TEXT;
import static io.residua.SettingForms.WHOLE;
import static io.residua.SettingForms.listOf;
import static io.residua.SettingForms.of;

import io.residua.IoReasons;
import io.residua.SettingsTable;
import io.residua.Text;
import io.residua.YamlSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All that decides how a classifier is fitted to frozen features besides the data: which features,
 * how they are scaled, which classifiers are tried with which settings. Each setting has the same
 * name here, in YAML and, with dashes, on the command line. Settings of the grid are lists, {@code
 * 0.1,1,10}; every combination is tried.
 *
 * <pre>{@code
 * ClassicRecipe recipe = ClassicRecipe.defaults().with("kernel", "poly").with("c", "0.1,1,10");
 * }</pre>
 */
public final class ClassicRecipe {
  /** Names that {@link #named} knows. */
  public static final List<String> NAMES = List.of("stl10-svm", "stl10-svm-tutorial");

  /** The value of a setting that is taken from the features or the weights. */
  public static final String AUTO = "auto";

  private static final SettingsTable SETTINGS =
      new SettingsTable.Builder()
          .topic("Features")
          .add(
              "weights",
              AUTO,
              "a model file, a name of the catalogue, or auto: the features' own, else imagenet")
          .add(
              "prefix",
              AUTO,
              text -> text.endsWith(".") ? text.substring(0, text.length() - 1) : text,
              "what stands before the network's names in a weight file that has several, such as"
                  + " module.encoder_q; auto: the only one, or the only moving average")
          .add(
              "layer",
              AUTO,
              "layer whose output is the features: avgpool, fc, layer3, any layer's name, or auto:"
                  + " the features' own, else avgpool")
          .add("image_size", AUTO, WHOLE, "side of the input in pixels; auto: the weights' own")
          .add("resize", AUTO, "squash, crop (shorter side, then centre) or auto: the weights' own")
          .add(
              "scaler",
              "train",
              "train: fitted on the training part only; per-split-tutorial: each part by itself,"
                  + " which no single picture can be answered with")
          .topic("Classifier")
          .add("classifier", "svc", listOf(TEXT), "svc, logistic, knn, or several of them")
          .add(
              "kernel",
              "linear,rbf",
              listOf(of(text -> text.toLowerCase(Locale.ROOT))),
              "of svc: linear, poly, rbf, sigmoid")
          .add("c", "0.01,0.1,1,10", listOf(NUMBER), "what a mistake costs svc and logistic")
          .add(
              "gamma",
              "scale",
              listOf(of(text -> Gamma.parse(text).toString())),
              "of poly, rbf and sigmoid: numbers, scale or auto")
          .add("degree", "3", listOf(WHOLE), "of poly")
          .add("coef0", "0", listOf(NUMBER), "of poly and sigmoid")
          .add(
              "class_weight",
              "none",
              listOf(ClassicRecipe::classWeight),
              "of svc: none, balanced, or CLASS=WEIGHT for some classes")
          .add("k", "1,3,5,9,15", listOf(WHOLE), "neighbours that vote in knn")
          .add("folds", "5", WHOLE, "stratified folds of the training part that choose")
          .topic("Data")
          .add("seed", "1", WHOLE, "of the division where DATA has none")
          .add(
              "val_split",
              "0.2",
              NUMBER,
              "part of the pictures kept aside where DATA has no test part")
          .topic("Computing")
          .add("precision", AUTO, "in which features are computed: auto, fp32 or bf16")
          .build();

  private final Map<String, String> values;

  /** A class and its weight, which is written in one way. */
  private static String classWeight(String text) {
    int equals = text.lastIndexOf('=');
    return equals < 0
        ? text
        : text.substring(0, equals).strip() + "=" + NUMBER.apply(text.substring(equals + 1));
  }

  private ClassicRecipe(Map<String, String> values) {
    this.values = Collections.unmodifiableMap(values);
    check();
  }

  /** Support vector machines with linear and RBF kernels on the pooled features. */
  public static ClassicRecipe defaults() {
    return new ClassicRecipe(SETTINGS.defaults());
  }

  /** Every setting's name and what it is for, in order. */
  public static Map<String, String> descriptions() {
    return SETTINGS.descriptions();
  }

  /** Every setting's name and what it is about, in order: settings of a topic stand together. */
  public static Map<String, String> topics() {
    return SETTINGS.topics();
  }

  /** The default of a setting. */
  public static String defaultOf(String name) {
    return SETTINGS.get(SETTINGS.defaults(), name);
  }

  /**
   * One of the recipes that come with the library, or a YAML file of settings; those it does not
   * name have their defaults.
   *
   * @throws ClassicException naming the file and what is wrong in it
   */
  public static ClassicRecipe named(String nameOrFile) {
    if (NAMES.contains(nameOrFile)) {
      return defaults().with(YamlSettings.recipe(nameOrFile));
    }
    Path file = Path.of(nameOrFile);
    try {
      return defaults().with(YamlSettings.read(file));
    } catch (IOException e) {
      throw new ClassicException(
          Text.of(
              "%s: %s (recipes by name: %s)",
              nameOrFile, IoReasons.of(e), String.join(", ", NAMES)));
    } catch (IllegalArgumentException e) {
      throw new ClassicException(nameOrFile + ": " + e.getMessage());
    }
  }

  /**
   * This recipe with one setting changed.
   *
   * @throws IllegalArgumentException with one line, if there is no such setting or the value is not
   *     allowed
   */
  public ClassicRecipe with(String name, String value) {
    return with(Map.of(name, value));
  }

  private ClassicRecipe with(Map<String, String> settings) {
    return new ClassicRecipe(SETTINGS.changed(values, settings));
  }

  /** A setting as text. */
  public String get(String name) {
    return SETTINGS.get(values, name);
  }

  /** Whether a setting is left to the features or the weights. */
  public boolean isAuto(String name) {
    return get(name).equals(AUTO);
  }

  /** A setting, or {@code otherwise} where it is {@code auto}. */
  public String orElse(String name, String otherwise) {
    return isAuto(name) ? otherwise : get(name);
  }

  /** Whether every part is scaled by itself, as in the tutorial that this repeats. */
  public boolean scalesPerSplit() {
    return get("scaler").equals("per-split-tutorial");
  }

  /** How many folds choose, at least 2. */
  public int folds() {
    int folds = each("folds", "a whole number from 2", Integer::parseInt, n -> n >= 2).get(0);
    single("folds");
    return folds;
  }

  /** The seed of the division. */
  public long seed() {
    single("seed");
    return each("seed", "a whole number", Long::parseLong, n -> true).get(0);
  }

  /** How much is kept aside where there is no test part, between 0 and 1. */
  public double heldOut() {
    single("val_split");
    return each("val_split", "a number between 0 and 1", Double::valueOf, v -> v > 0 && v < 1)
        .get(0);
  }

  /**
   * Every combination of the settings, each once, in the order of scikit-learn's grids: the cost
   * varies more slowly than gamma.
   *
   * @param classes names of the classes, for their weights
   * @throws IllegalArgumentException with one line, if a class has a weight that is not there
   */
  public List<ClassicSpec> candidates(List<String> classes) {
    return Grid.of(this, weights(classes));
  }

  /** The values of a setting that is a list. */
  <T> List<T> each(
      String name, String wanted, Function<String, T> parse, Function<T, Boolean> allowed) {
    List<T> all = new ArrayList<>();
    for (String one : get(name).split(",", -1)) {
      T value;
      try {
        value = parse.apply(one.strip());
      } catch (IllegalArgumentException e) {
        throw bad(name, one, wanted);
      }
      if (!allowed.apply(value)) {
        throw bad(name, one, wanted);
      }
      all.add(value);
    }
    return all;
  }

  private void single(String name) {
    if (get(name).contains(",")) {
      throw bad(name, get(name), "one value");
    }
  }

  private ClassWeights weights(List<String> classes) {
    String text = get("class_weight");
    if (text.equals("none")) {
      return ClassWeights.NONE;
    } else if (text.equals("balanced")) {
      return ClassWeights.BALANCED;
    }
    Map<Integer, Double> weights = new LinkedHashMap<>();
    for (String one : text.split(",", -1)) {
      int equals = one.lastIndexOf('=');
      int label = classes.indexOf(one.substring(0, Math.max(0, equals)).strip());
      if (label < 0) {
        throw bad("class_weight", one, "CLASS=WEIGHT with one of " + String.join(", ", classes));
      }
      weights.put(label, weight(one, one.substring(equals + 1)));
    }
    return ClassWeights.of(weights);
  }

  private double weight(String setting, String text) {
    try {
      double weight = Double.parseDouble(text.strip());
      if (weight > 0 && !Double.isInfinite(weight)) {
        return weight;
      }
    } catch (NumberFormatException e) {
      // the message below says it
    }
    throw bad("class_weight", setting, "CLASS=WEIGHT with a weight above 0");
  }

  private IllegalArgumentException bad(String name, String value, String wanted) {
    return new IllegalArgumentException(Text.of("%s is '%s', not %s", name, value, wanted));
  }

  private void check() {
    folds();
    seed();
    heldOut();
    oneOf("scaler", "train", "per-split-tutorial");
    oneOf("resize", AUTO, "squash", "crop", "none");
    oneOf("precision", AUTO, "fp32", "bf16");
    if (!isAuto("image_size")) {
      single("image_size");
      each("image_size", "a number of pixels", Integer::parseInt, n -> n >= 8 && n <= 4096);
    }
    String weight = get("class_weight");
    if (!weight.equals("none") && !weight.equals("balanced") && !weight.contains("=")) {
      throw bad("class_weight", weight, "none, balanced or CLASS=WEIGHT");
    }
    Grid.of(this, ClassWeights.NONE);
  }

  private void oneOf(String name, String... allowed) {
    if (!List.of(allowed).contains(get(name))) {
      throw bad(name, get(name), "one of " + String.join(", ", allowed));
    }
  }

  /** Every setting as YAML, which {@link #named} reads. */
  public String toYaml() {
    return YamlSettings.text(values);
  }

  /**
   * The first of some settings that this recipe has another value of than was asked for, whatever
   * the spelling; what was left to the features or the weights is as it is here.
   *
   * @param names of the settings that were asked for
   */
  public Optional<SettingsTable.Difference> differenceFrom(
      ClassicRecipe asked, Collection<String> names) {
    return SETTINGS.difference(
        values,
        asked.values,
        names.stream()
            .filter(name -> !(asked.isAuto(name) && defaultOf(name).equals(AUTO)))
            .toList());
  }

  /** Whether every setting has the same value, whatever its spelling. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ClassicRecipe r
        && SETTINGS.canonical(values).equals(SETTINGS.canonical(r.values));
  }

  @Override
  public int hashCode() {
    return SETTINGS.canonical(values).hashCode();
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
