package io.residua.train;

import io.residua.IoReasons;
import io.residua.Nearest;
import io.residua.SettingsTable;
import io.residua.Text;
import io.residua.YamlSettings;
import io.residua.data.SplitSize;
import io.residua.engine.Compute;
import io.residua.engine.Precision;
import io.residua.image.Augmentations;
import io.residua.image.BatchMix;
import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.Resize;
import io.residua.model.ModelSpec;
import io.residua.nn.Head;
import io.residua.nn.Network;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
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
  /** The recipes that come with the library, see {@link #named}. */
  public static final List<String> NAMES =
      List.of(
          "cats-dogs",
          "cats-dogs-tutorial",
          "intel-resnet9",
          "intel-resnet34",
          "intel-resnet50",
          "cifar10-resnet9",
          "cifar10-resnet50",
          "cifar10-resnet50-tutorial",
          "fruits-resnet50",
          "fruits-resnet50-tutorial");

  private static final int MOST_EPOCHS = 100_000;
  private static final int LARGEST_BATCH = 65_536;

  private final RecipeText text;

  private Recipe(RecipeText text) {
    this.text = text;
    check();
  }

  /** A frozen ImageNet ResNet-50 with a new linear head. */
  public static Recipe defaults() {
    return new Recipe(RecipeText.defaults());
  }

  /** Every setting's name and what it is for, in order. */
  public static Map<String, String> descriptions() {
    return RecipeSettings.TABLE.descriptions();
  }

  /** Every setting's name and what it is about, in order: settings of a topic stand together. */
  public static Map<String, String> topics() {
    return RecipeSettings.TABLE.topics();
  }

  /** The default of a setting. */
  public static String defaultOf(String name) {
    return RecipeText.defaults().get(name);
  }

  /**
   * Reads a YAML file of settings; those it does not name have their defaults.
   *
   * @throws TrainingException naming the file and the setting
   */
  public static Recipe read(Path file) {
    try {
      return defaults().with(YamlSettings.read(file));
    } catch (IOException e) {
      throw new TrainingException(Text.of("%s: %s", file, IoReasons.of(e)));
    } catch (IllegalArgumentException e) {
      throw new TrainingException(file + ": " + e.getMessage());
    }
  }

  /**
   * One of the recipes that come with the library ({@link #NAMES}), or a YAML file.
   *
   * @throws TrainingException naming the file and the setting
   */
  public static Recipe named(String nameOrFile) {
    if (!NAMES.contains(nameOrFile)) {
      if (!Files.exists(Path.of(nameOrFile))) {
        throw new TrainingException(
            Text.of(
                "%s: there is no such file, and no recipe of that name%s",
                nameOrFile,
                Nearest.to(nameOrFile, NAMES)
                    .map(near -> "; did you mean '" + near + "'?")
                    .orElse(Text.of(" (there are %s)", String.join(", ", NAMES)))));
      }
      return read(Path.of(nameOrFile));
    }
    return defaults().with(YamlSettings.recipe(nameOrFile));
  }

  static Recipe parse(String yaml) {
    return defaults().with(YamlSettings.parse(yaml));
  }

  /**
   * This recipe with one setting changed.
   *
   * @throws IllegalArgumentException with one line, if there is no such setting or the value is not
   *     allowed
   */
  public Recipe with(String name, String value) {
    return with(Map.of(name, value));
  }

  Recipe with(Map<String, String> settings) {
    return new Recipe(text.with(settings));
  }

  /** A setting as text. */
  public String get(String name) {
    return text.get(name);
  }

  boolean isAuto(String name) {
    return text.isAuto(name);
  }

  Head head() {
    return Head.parse(get("head"));
  }

  int epochs() {
    return text.integer("epochs", 1, MOST_EPOCHS);
  }

  int batchSize() {
    return text.integer("batch_size", 1, LARGEST_BATCH);
  }

  /**
   * How many batches an epoch has.
   *
   * @param all as many as the training pictures make
   */
  int batchesPerEpoch(int all) {
    int steps = steps();
    long batches = (long) steps * accumulate();
    if (batches * batchSize() > Integer.MAX_VALUE) {
      throw text.bad("steps_per_epoch", "so few that an epoch has less than 2^31 pictures", null);
    }
    return steps == 0 ? all : (int) batches;
  }

  private int steps() {
    return text.integer("steps_per_epoch", 0, Integer.MAX_VALUE);
  }

  /** The recipe of each phase, in order; this one alone where there is no other. */
  List<Recipe> phases() {
    return Phases.of(this);
  }

  /**
   * This recipe with gradual unfreezing written out as phases of a network, and as many epochs as
   * its phases have together.
   */
  Recipe withPhasesOf(Network network) {
    return Phases.settled(this, network);
  }

  /**
   * What is trained of a network.
   *
   * @throws IllegalArgumentException with one line, if the patterns do not fit the network
   */
  FreezePlan freezePlan(Network network) {
    Set<String> whitening =
        whitens()
            ? Whitening.firstConvolution(network).map(n -> Set.of(n.name())).orElse(Set.of())
            : Set.of();
    FreezePlan plan = FreezePlan.of(network, get("freeze"), whitening);
    return freezesStatistics() ? plan.withFrozenStatistics(network) : plan;
  }

  /** Whether the first convolution whitens patches of the training pictures, and is not trained. */
  boolean whitens() {
    return text.choice("first_layer", "trained", "whitening").equals("whitening");
  }

  /** How pixels are prepared; empty for the weights' own way. */
  Optional<Preprocessing> preprocessing() {
    return isAuto("preprocessing")
        ? Optional.empty()
        : Optional.of(Preprocessing.preset(get("preprocessing")));
  }

  /** Whether copies of a picture stay on one side of the split. */
  boolean keepsCopiesTogether() {
    return text.choice("grouping", "copies", "none").equals("copies");
  }

  /** Whether the test part is the validation part too. */
  boolean validatesOnTest() {
    return get("val_split").equals("test");
  }

  int imageSizePx() {
    return text.integer("image_size", 8, 4096);
  }

  /** Side of pictures that are trained on; empty for that of all others. */
  OptionalInt trainSizePx() {
    int sizePx = text.integer("train_size", 0, 4096);
    if (sizePx > 0 && sizePx < 8) {
      throw text.bad("train_size", "a whole number from 8 to 4096, or 0", null);
    }
    return sizePx == 0 ? OptionalInt.empty() : OptionalInt.of(sizePx);
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
    return text.number("lr", Double.MIN_VALUE, 1e6);
  }

  /**
   * The loss.
   *
   * @param labels of the training pictures, whose counts decide balanced weights
   */
  CrossEntropy loss(int[] labels, int classes) {
    double smoothing = text.number("label_smoothing", 0, 0.999);
    return new CrossEntropy(
        smoothing,
        text.choice("class_weights", "none", "balanced").equals("balanced")
            ? CrossEntropy.balancedWeights(labels, classes)
            : List.of());
  }

  Optional<BatchMix> mix() {
    return get("mix").equals("none") ? Optional.empty() : Optional.of(BatchMix.parse(get("mix")));
  }

  ParameterGroups groups(Network network) {
    return ParameterGroups.byDepth(network, backboneRate(), rateDecay(), decaysAll());
  }

  private double backboneRate() {
    return text.number("backbone_lr", 0, 1e6);
  }

  private double rateDecay() {
    return text.number("lr_decay_by_layer", 1e-6, 1);
  }

  private boolean decaysAll() {
    return text.choice("weight_decay_on", "weights", "all").equals("all");
  }

  /** Whether trained layers normalise by their running statistics. */
  boolean freezesStatistics() {
    return text.choice("batch_norm", "batch", "frozen").equals("frozen");
  }

  GradientClipping clipping() {
    return GradientClipping.parse(get("clip"));
  }

  int accumulate() {
    return text.integer("accumulate", 1, LARGEST_BATCH);
  }

  double emaDecay() {
    return text.number("ema", 0, 0.999999);
  }

  /** Whether the weights of the last epoch are kept, whatever their score. */
  boolean keepsLast() {
    return text.choice("keep", "best", "last").equals("last");
  }

  /** The part that chooses the epoch: {@code val}, {@code test}, or {@code none}. */
  public String selectedOn() {
    if (keepsLast()) {
      return "none";
    }
    return validatesOnTest() ? "test" : "val";
  }

  int earlyStopping() {
    int epochs = text.integer("early_stopping", 0, MOST_EPOCHS);
    if (epochs > 0 && keepsLast()) {
      throw new IllegalArgumentException(
          "early_stopping looks for the best epoch, but keep is 'last'");
    }
    return epochs;
  }

  Augmentations augmentations() {
    return Augmentations.parse(get("augment"));
  }

  EpochOrder sampling() {
    return EpochOrder.parse(get("sampling"));
  }

  /**
   * Whether a last batch that is not full is left out.
   *
   * @param batchStatistics whether the network takes statistics of batches
   * @throws IllegalArgumentException with one line, if it is to be kept and must not be
   */
  boolean dropsLastBatch(boolean batchStatistics) {
    switch (get("last_batch")) {
      case "auto":
        return batchStatistics;
      case "drop":
        return true;
      case "keep":
        if (batchStatistics) {
          throw new IllegalArgumentException(
              "last_batch is 'keep', but batch norm takes statistics of batches, which have to be"
                  + " whole: freeze the backbone, or use auto");
        }
        return false;
      default:
        throw text.bad("last_batch", "auto, keep or drop", null);
    }
  }

  /** How many of the training pictures become the validation part; none if it is the test part. */
  SplitSize validation() {
    if (validatesOnTest()) {
      return SplitSize.none();
    }
    try {
      SplitSize size = SplitSize.parse(get("val_split"));
      if (!(size instanceof SplitSize.None)) {
        return size;
      }
    } catch (IllegalArgumentException e) {
      throw text.bad("val_split", "a share such as 0.2 or 20%, a number of pictures, or test", e);
    }
    throw text.bad("val_split", "a share such as 0.2 or 20%, a number of pictures, or test", null);
  }

  /** The seed of all random choices. */
  public long seed() {
    try {
      return Long.parseLong(get("seed"));
    } catch (NumberFormatException e) {
      throw text.bad("seed", "a whole number", e);
    }
  }

  private void check() {
    head();
    epochs();
    whitens();
    steps();
    phases();
    preprocessing();
    keepsCopiesTogether();
    batchSize();
    optimizer();
    schedule();
    learningRate();
    loss(new int[0], 1);
    mix();
    backboneRate();
    rateDecay();
    decaysAll();
    freezesStatistics();
    clipping();
    accumulate();
    emaDecay();
    keepsLast();
    earlyStopping();
    augmentations();
    sampling();
    dropsLastBatch(false);
    validation();
    seed();
    if (Compute.parsePrecision(get("precision")).equals(Optional.of(Precision.INT8))) {
      throw new IllegalArgumentException(
          "precision 'int8' is for finished models; train in auto, fp32 or bf16");
    }
    if (!isAuto("image_size")) {
      imageSizePx();
    }
    trainSizePx();
    if (!isAuto("resize")) {
      resize();
    }
  }

  /**
   * The first of some settings that a run by this recipe has another value of than was asked for,
   * whatever the spelling ({@code 1e-4} is {@code 0.0001}). What was asked for and left to the run
   * ({@code auto}, gradual unfreezing, the epochs that phases have together) is what the run has.
   *
   * @param names of the settings that were asked for
   */
  public Optional<SettingsTable.Difference> differenceFrom(Recipe asked, Collection<String> names) {
    Recipe wanted = new Recipe(asked.text.withAutosOf(text));
    if (!wanted.get("phases").equals(Phases.NONE) && !isAuto("model")) {
      wanted = wanted.withPhasesOf(network());
    }
    return text.differenceFrom(wanted.text, names);
  }

  /** The network of a run, every {@code auto} resolved; its classes are two, whatever they are. */
  private Network network() {
    return new ModelSpec(
            get("model"),
            head(),
            Foundation.ANY_CLASSES,
            List.of(),
            Preprocessing.preset("torchvision"))
        .network();
  }

  /** What tells it from other recipes, see {@link RecipeText#fingerprint}. */
  String fingerprint() {
    return text.fingerprint();
  }

  /** The fingerprint in checkpoints of earlier versions. */
  String spelledFingerprint() {
    return text.spelledFingerprint();
  }

  /** Every setting as YAML, which {@link #read} reads, as it was spelt. */
  public String toYaml() {
    return text.toYaml();
  }

  /** Whether every setting has the same value, whatever its spelling. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Recipe r && text.equals(r.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
