package io.residua.classic;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import io.residua.Setting;
import io.residua.SettingValues;
import io.residua.SettingValues.Topic;
import io.residua.UsageException;
import io.residua.classic.internal.ClassWeights;
import io.residua.classic.internal.ClassicException;
import io.residua.classic.internal.ClassicSpec;
import io.residua.classic.internal.Gamma;
import io.residua.classic.internal.Grid;
import io.residua.classic.internal.Kernel;
import io.residua.image.Preprocessing;
import io.residua.internal.ConstantNames;
import io.residua.internal.IoReasons;
import io.residua.internal.Text;
import io.residua.internal.YamlSettings;
import io.residua.weights.WeightSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
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

  public static final Setting<String> WEIGHTS =
      Setting.text(
          "weights",
          AUTO,
          "a model file, a name of the catalogue, or auto: the features' own, else imagenet");

  public static final Setting<String> PREFIX = WeightSource.PREFIX;

  public static final Setting<String> LAYER =
      Setting.text(
          "layer",
          AUTO,
          "layer whose output is the features: avgpool, fc, layer3, any layer's name, or auto:"
              + " the features' own, else avgpool");

  public static final Setting<Optional<Integer>> IMAGE_SIZE = Preprocessing.IMAGE_SIZE;

  public static final Setting<String> RESIZE =
      Setting.choice(
          "resize",
          "squash, crop (shorter side, then centre) or auto: the weights' own",
          AUTO,
          "squash",
          "crop",
          "none");

  public static final Setting<String> SCALER =
      Setting.choice(
          "scaler",
          "train: fitted on the training part only; per-split-tutorial: each part by itself,"
              + " which no single picture can be answered with",
          "train",
          "per-split-tutorial");

  public static final Setting<List<String>> CLASSIFIER =
      Setting.choice(
              "classifier",
              "svc, logistic, knn, or several of them; svc alone where a setting of svc is given and"
                  + " this is not",
              "svc",
              "logistic",
              "knn")
          .several()
          .byDefault("svc,logistic");

  public static final Setting<List<Kernel.Type>> KERNEL =
      Setting.wanting(
              "kernel",
              "linear,rbf",
              "one of linear, poly, rbf, sigmoid",
              text -> ConstantNames.read(Kernel.Type.class, "kernel", text),
              ConstantNames::of,
              "of svc: linear, poly, rbf, sigmoid")
          .several();

  public static final Setting<List<Double>> C =
      Setting.number(
              "c",
              "0.0001,0.001,0.01,0.1,1",
              Double.MIN_VALUE,
              Double.MAX_VALUE,
              "what a mistake costs svc and logistic")
          .several();

  public static final Setting<List<Gamma>> GAMMA =
      Setting.wanting(
              "gamma",
              "scale",
              "a number above 0, scale or auto",
              Gamma::parse,
              Gamma::toString,
              "of poly, rbf and sigmoid: numbers, scale or auto")
          .several();

  public static final Setting<List<Integer>> DEGREE =
      Setting.whole("degree", "3", 1, Integer.MAX_VALUE, "of poly").several();

  public static final Setting<List<Double>> COEF0 =
      Setting.number("coef0", "0", -Double.MAX_VALUE, Double.MAX_VALUE, "of poly and sigmoid")
          .several();

  public static final Setting<String> CLASS_WEIGHT =
      Setting.wanting(
          "class_weight",
          "none",
          "none, balanced or CLASS=WEIGHT",
          ClassicRecipe::weightsOrRule,
          text ->
              Arrays.stream(text.split(",", -1))
                  .map(ClassicRecipe::classWeight)
                  .collect(joining(",")),
          "of svc: none, balanced, or CLASS=WEIGHT for some classes");

  public static final Setting<List<Integer>> K =
      Setting.whole("k", "1,3,5,9,15", 1, Integer.MAX_VALUE, "neighbours that vote in knn")
          .several();

  public static final Setting<Integer> FOLDS =
      Setting.whole(
          "folds", "5", 2, Integer.MAX_VALUE, "stratified folds of the training part that choose");

  public static final Setting<Long> SEED = Setting.seed("of the division where DATA has none");

  public static final Setting<Double> VAL_SPLIT =
      Setting.wanting(
          "val_split",
          "0.2",
          "a number between 0 and 1",
          ClassicRecipe::betweenNoneAndAll,
          Setting::number,
          "part of the pictures kept aside where DATA has no test part");

  public static final Setting<String> PRECISION =
      Setting.choice(
          "precision", "in which features are computed: auto, fp32 or bf16", AUTO, "fp32", "bf16");

  /** Whoever gives one of these asks for a support vector machine. */
  private static final List<String> OF_SVC =
      Stream.of(KERNEL, GAMMA, DEGREE, COEF0, CLASS_WEIGHT).map(Setting::name).toList();

  private static final SettingValues DEFAULTS =
      SettingValues.defaults(
          Topic.of("Features", WEIGHTS, PREFIX, LAYER, IMAGE_SIZE, RESIZE, SCALER),
          Topic.of(
              "Classifier", CLASSIFIER, KERNEL, C, GAMMA, DEGREE, COEF0, CLASS_WEIGHT, K, FOLDS),
          Topic.of("Data", SEED, VAL_SPLIT),
          Topic.of("Computing", PRECISION));

  private final SettingValues values;

  private ClassicRecipe(SettingValues values) {
    this.values = values;
    Grid.of(this, ClassWeights.NONE);
  }

  private static @Nullable String weightsOrRule(String text) {
    return text.equals("none") || text.equals("balanced") || text.contains("=") ? text : null;
  }

  /** A class and its weight, which is written in one way. */
  private static String classWeight(String text) {
    int equals = text.lastIndexOf('=');
    return equals < 0
        ? text.strip()
        : text.substring(0, equals).strip()
            + "="
            + Setting.number(Double.parseDouble(text.substring(equals + 1).strip()));
  }

  private static @Nullable Double betweenNoneAndAll(String text) {
    double share = Double.parseDouble(text);
    return share > 0 && share < 1 ? share : null;
  }

  /** Support vector machines and logistic regression on the pooled features. */
  public static ClassicRecipe defaults() {
    return new ClassicRecipe(DEFAULTS);
  }

  /** Every setting's name and what it is for, in order. */
  public static Map<String, String> descriptions() {
    return DEFAULTS.descriptions();
  }

  /** Every setting's name and what it is about, in order: settings of a topic stand together. */
  public static Map<String, String> topics() {
    return DEFAULTS.topics();
  }

  /** The default of a setting. */
  public static String defaultOf(String name) {
    requireNonNull(name, "name");
    return DEFAULTS.defaultOf(name);
  }

  /**
   * One of the recipes that come with the library, or a YAML file of settings; those it does not
   * name have their defaults.
   *
   * @throws io.residua.ResiduaException naming the file and what is wrong in it
   */
  public static ClassicRecipe named(String nameOrFile) {
    requireNonNull(nameOrFile, "nameOrFile");
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
    } catch (UsageException e) {
      throw new ClassicException(nameOrFile + ": " + e.getMessage());
    }
  }

  /**
   * This recipe with one setting changed.
   *
   * @throws UsageException with one line, if there is no such setting or the value is not allowed
   */
  public ClassicRecipe with(String name, String value) {
    requireNonNull(name, "name");
    requireNonNull(value, "value");
    return with(Map.of(name, value));
  }

  private ClassicRecipe with(Map<String, String> settings) {
    Map<String, String> changes = new LinkedHashMap<>(settings);
    String classifier = CLASSIFIER.name();
    if (!values.isGiven(classifier) && OF_SVC.stream().anyMatch(settings::containsKey)) {
      changes.putIfAbsent(classifier, "svc");
    }
    return new ClassicRecipe(values.with(changes));
  }

  /** A setting as text. */
  public String get(String name) {
    requireNonNull(name, "name");
    return values.get(name);
  }

  /**
   * A setting's value, for instance {@code recipe.get(ClassicRecipe.FOLDS)}.
   *
   * @throws IllegalArgumentException if it is a setting of another kind of recipe
   */
  public <T> T get(Setting<T> setting) {
    requireNonNull(setting, "setting");
    return values.get(setting);
  }

  /** Whether a setting is left to the features or the weights. */
  public boolean isAuto(String name) {
    requireNonNull(name, "name");
    return get(name).equals(AUTO);
  }

  /** A setting, or {@code otherwise} where it is {@code auto}. */
  public String orElse(String name, String otherwise) {
    requireNonNull(name, "name");
    requireNonNull(otherwise, "otherwise");
    return isAuto(name) ? otherwise : get(name);
  }

  /** Whether every part is scaled by itself, as in the tutorial that this repeats. */
  public boolean scalesPerSplit() {
    return get("scaler").equals("per-split-tutorial");
  }

  /**
   * Every combination of the settings, each once, in the order of scikit-learn's grids: the cost
   * varies more slowly than gamma.
   *
   * @param classes names of the classes, for their weights
   * @throws UsageException with one line, if a class has a weight that is not there
   */
  public List<ClassicSpec> candidates(List<String> classes) {
    requireNonNull(classes, "classes");
    return Grid.of(this, weights(classes));
  }

  private ClassWeights weights(List<String> classes) {
    String text = get(CLASS_WEIGHT);
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
        throw CLASS_WEIGHT.bad(one, "CLASS=WEIGHT with one of " + String.join(", ", classes));
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
    throw CLASS_WEIGHT.bad(setting, "CLASS=WEIGHT with a weight above 0");
  }

  /** Every setting as YAML, which {@link #named} reads. */
  public String toYaml() {
    return values.toYaml();
  }

  /**
   * The first of some settings that this recipe has another value of than was asked for, whatever
   * the spelling; what was left to the features or the weights is as it is here.
   *
   * @param names of the settings that were asked for
   */
  public Optional<SettingValues.Difference> differenceFrom(
      ClassicRecipe asked, Collection<String> names) {
    return values.differenceFrom(
        asked.values,
        names.stream()
            .filter(name -> !(asked.isAuto(name) && defaultOf(name).equals(AUTO)))
            .toList());
  }

  /** Whether every setting has the same value, whatever its spelling. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ClassicRecipe r && values.equals(r.values);
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
