package io.residua.train;

import static io.residua.train.RecipeSettings.ACCUMULATE;
import static io.residua.train.RecipeSettings.BACKBONE_LR;
import static io.residua.train.RecipeSettings.BATCH_NORM;
import static io.residua.train.RecipeSettings.BATCH_SIZE;
import static io.residua.train.RecipeSettings.CLASS_WEIGHTS;
import static io.residua.train.RecipeSettings.CLIP;
import static io.residua.train.RecipeSettings.EARLY_STOPPING;
import static io.residua.train.RecipeSettings.FIRST_LAYER;
import static io.residua.train.RecipeSettings.GROUPING;
import static io.residua.train.RecipeSettings.HEAD;
import static io.residua.train.RecipeSettings.KEEP;
import static io.residua.train.RecipeSettings.LABEL_SMOOTHING;
import static io.residua.train.RecipeSettings.LAST_BATCH;
import static io.residua.train.RecipeSettings.LR_DECAY_BY_LAYER;
import static io.residua.train.RecipeSettings.OPTIMIZER;
import static io.residua.train.RecipeSettings.SEED;
import static io.residua.train.RecipeSettings.STEPS_PER_EPOCH;
import static io.residua.train.RecipeSettings.VAL_SPLIT;
import static io.residua.train.RecipeSettings.WEIGHT_DECAY_ON;
import static java.util.Objects.requireNonNull;

import io.residua.Setting;
import io.residua.SettingValues;
import io.residua.UsageException;
import io.residua.data.internal.SplitSize;
import io.residua.engine.internal.TrainingSession;
import io.residua.image.Preprocessing;
import io.residua.internal.IoReasons;
import io.residua.internal.Nearest;
import io.residua.internal.Text;
import io.residua.internal.YamlSettings;
import io.residua.model.ModelSpec;
import io.residua.nn.internal.Network;
import io.residua.train.internal.CrossEntropy;
import io.residua.train.internal.Foundation;
import io.residua.train.internal.ParameterGroups;
import io.residua.train.internal.Phases;
import io.residua.train.internal.TrainingStep;
import io.residua.train.internal.Whitening;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  private final SettingValues values;

  private Recipe(SettingValues values) {
    this.values = values;
    phases();
    if (get(EARLY_STOPPING) > 0 && keepsLast()) {
      throw new UsageException("early_stopping looks for the best epoch, but keep is 'last'");
    }
  }

  /** A frozen ImageNet ResNet-50 with a new linear head. */
  public static Recipe defaults() {
    return new Recipe(RecipeSettings.DEFAULTS);
  }

  /** Every setting's name and what it is for, in order. */
  public static Map<String, String> descriptions() {
    return RecipeSettings.DEFAULTS.descriptions();
  }

  /** Every setting's name and what it is about, in order: settings of a topic stand together. */
  public static Map<String, String> topics() {
    return RecipeSettings.DEFAULTS.topics();
  }

  /** The default of a setting. */
  public static String defaultOf(String name) {
    requireNonNull(name, "name");
    return RecipeSettings.DEFAULTS.defaultOf(name);
  }

  /**
   * Reads a YAML file of settings; those it does not name have their defaults.
   *
   * @throws TrainingException naming the file and the setting
   */
  public static Recipe read(Path file) {
    requireNonNull(file, "file");
    try {
      return defaults().with(YamlSettings.read(file));
    } catch (IOException e) {
      throw new TrainingException(Text.of("%s: %s", file, IoReasons.of(e)));
    } catch (UsageException e) {
      throw new TrainingException(file + ": " + e.getMessage());
    }
  }

  /**
   * One of the recipes that come with the library ({@link #NAMES}), or a YAML file.
   *
   * @throws TrainingException naming the file and the setting
   */
  public static Recipe named(String nameOrFile) {
    requireNonNull(nameOrFile, "nameOrFile");
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
   * @throws UsageException with one line, if there is no such setting or the value is not allowed
   */
  public Recipe with(String name, String value) {
    requireNonNull(name, "name");
    requireNonNull(value, "value");
    return with(Map.of(name, value));
  }

  public Recipe with(Map<String, String> settings) {
    requireNonNull(settings, "settings");
    return new Recipe(values.with(settings));
  }

  /** A setting as text. */
  public String get(String name) {
    requireNonNull(name, "name");
    return values.get(name);
  }

  /**
   * A setting's value, for instance {@code recipe.get(RecipeSettings.EPOCHS)}.
   *
   * @throws IllegalArgumentException if it is a setting of another kind of recipe
   */
  public <T> T get(Setting<T> setting) {
    requireNonNull(setting, "setting");
    return values.get(setting);
  }

  /** Whether a setting was given a value, be it the default's. */
  public boolean isGiven(String name) {
    requireNonNull(name, "name");
    return values.isGiven(name);
  }

  public boolean isAuto(String name) {
    requireNonNull(name, "name");
    return values.isAuto(name);
  }

  /**
   * How many batches an epoch has.
   *
   * @param all as many as the training pictures make
   */
  public int batchesPerEpoch(int all) {
    int steps = get(STEPS_PER_EPOCH);
    long batches = (long) steps * get(ACCUMULATE);
    if (batches * get(BATCH_SIZE) > Integer.MAX_VALUE) {
      throw STEPS_PER_EPOCH.bad(
          get(STEPS_PER_EPOCH.name()), "so few that an epoch has less than 2^31 pictures");
    }
    return steps == 0 ? all : (int) batches;
  }

  /** The recipe of each phase, in order; this one alone where there is no other. */
  public List<Recipe> phases() {
    return Phases.of(this);
  }

  /**
   * This recipe with its phases written out for a network, gradual unfreezing and those that are
   * left to the run, and as many epochs as its phases have together.
   */
  public Recipe withPhasesOf(Network network) {
    return Phases.settled(this, network);
  }

  /**
   * What is trained of a network.
   *
   * @throws UsageException with one line, if the patterns do not fit the network
   */
  public FreezePlan freezePlan(Network network) {
    Set<String> whitening =
        whitens()
            ? Whitening.firstConvolution(network).map(n -> Set.of(n.name())).orElse(Set.of())
            : Set.of();
    FreezePlan plan = FreezePlan.of(network, get("freeze"), whitening);
    return freezesStatistics() ? plan.withFrozenStatistics(network) : plan;
  }

  /** Whether the first convolution whitens patches of the training pictures, and is not trained. */
  public boolean whitens() {
    return get(FIRST_LAYER).equals("whitening");
  }

  /** Whether copies of a picture stay on one side of the split. */
  public boolean keepsCopiesTogether() {
    return get(GROUPING).equals("copies");
  }

  /** Whether the test part is the validation part too. */
  public boolean validatesOnTest() {
    return get(VAL_SPLIT).isEmpty();
  }

  /**
   * How a step is done.
   *
   * @param labels of the training pictures, whose counts decide balanced weights
   * @param batches how many a step has
   */
  public TrainingStep step(
      TrainingSession session, int[] labels, ParameterGroups groups, int batches, int threads) {
    CrossEntropy loss =
        new CrossEntropy(
            get(LABEL_SMOOTHING),
            get(CLASS_WEIGHTS).equals("balanced")
                ? CrossEntropy.balancedWeights(labels, session.outputSize())
                : List.of());
    return new TrainingStep(session, loss, get(CLIP), get(OPTIMIZER), groups, batches > 1, threads);
  }

  public ParameterGroups groups(Network network) {
    return ParameterGroups.byDepth(
        network, get(BACKBONE_LR), get(LR_DECAY_BY_LAYER), get(WEIGHT_DECAY_ON).equals("all"));
  }

  /** Whether trained layers normalise by their running statistics. */
  boolean freezesStatistics() {
    return get(BATCH_NORM).equals("frozen");
  }

  /** Whether the weights of the last epoch are kept, whatever their score. */
  public boolean keepsLast() {
    return get(KEEP).equals("last");
  }

  /** The part that chooses the epoch: {@code val}, {@code test}, or {@code none}. */
  public String selectedOn() {
    if (keepsLast()) {
      return "none";
    }
    return validatesOnTest() ? "test" : "val";
  }

  /**
   * Whether a last batch that is not full is left out.
   *
   * @param batchStatistics whether the network takes statistics of batches
   * @throws UsageException with one line, if it is to be kept and must not be
   */
  public boolean dropsLastBatch(boolean batchStatistics) {
    if (batchStatistics && get(LAST_BATCH).equals("keep")) {
      throw new UsageException(
          "last_batch is 'keep', but batch norm takes statistics of batches, which have to be"
              + " whole: freeze the backbone, or use auto");
    }
    return get(LAST_BATCH).equals("auto") ? batchStatistics : get(LAST_BATCH).equals("drop");
  }

  /** How many of the training pictures become the validation part; none if it is the test part. */
  public SplitSize validation() {
    return get(VAL_SPLIT).orElse(SplitSize.none());
  }

  /** The seed of all random choices. */
  public long seed() {
    return get(SEED);
  }

  /**
   * The first of some settings that a run by this recipe has another value of than was asked for,
   * whatever the spelling ({@code 1e-4} is {@code 0.0001}). What was asked for and left to the run
   * ({@code auto}, gradual unfreezing, the epochs that phases have together) is what the run has.
   *
   * @param names of the settings that were asked for
   */
  public Optional<SettingValues.Difference> differenceFrom(Recipe asked, Collection<String> names) {
    Recipe wanted = new Recipe(asked.values.withAutosOf(values));
    boolean settled = !isAuto("phases") && !isAuto("model");
    if (settled && !asked.get("phases").equals(Phases.NONE)) {
      wanted = wanted.with("phases", asked.get("phases")).withPhasesOf(network());
    }
    return values.differenceFrom(wanted.values, names);
  }

  /** The network of a run, every {@code auto} resolved; its classes are two, whatever they are. */
  private Network network() {
    return new ModelSpec(
            get("model"),
            get(HEAD),
            Foundation.ANY_CLASSES,
            List.of(),
            Preprocessing.preset("torchvision"))
        .network();
  }

  /** What tells it from other recipes, see {@link SettingValues#fingerprint}. */
  public String fingerprint() {
    return values.fingerprint();
  }

  /** The fingerprint in checkpoints of earlier versions. */
  public String spelledFingerprint() {
    return values.spelledFingerprint();
  }

  /** Every setting as YAML, which {@link #read} reads, as it was spelt. */
  public String toYaml() {
    return values.toYaml();
  }

  /** Whether every setting has the same value, whatever its spelling. */
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
