package io.residua.train;

import static java.util.Objects.requireNonNull;

import io.residua.Progress;
import io.residua.UsageException;
import io.residua.data.DataReading;
import io.residua.data.ImageDataset;
import io.residua.data.Manifest;
import io.residua.data.OpenedData;
import io.residua.data.inspect.internal.TrainingCheck;
import io.residua.data.internal.DataSplits;
import io.residua.engine.Compute;
import io.residua.engine.Precision;
import io.residua.features.internal.Means;
import io.residua.model.ModelSpec;
import io.residua.run.EpochRecord;
import io.residua.run.internal.RunException;
import io.residua.run.internal.RunFolder;
import io.residua.run.internal.RunOptions;
import io.residua.train.internal.Foundation;
import io.residua.train.internal.LearningRateFinder;
import io.residua.train.internal.LearningRateTest;
import io.residua.train.internal.Preparation;
import io.residua.train.internal.PreparedRun;
import io.residua.train.internal.RunContext;
import io.residua.train.internal.StartingPoint;
import io.residua.train.internal.TrainingPictures;
import io.residua.weights.WeightSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Trains a classifier from a folder of pictures. The weights that do best on the validation part
 * are kept; the test part, where there is one, is looked at once, after that choice.
 *
 * <pre>{@code
 * TrainedRun run =
 *     Trainer.create().train(Path.of("pictures"), Recipe.defaults(), Path.of("run"));
 * System.out.println(run.validation().accuracyInterval());
 * try (Classifier classifier = Classifier.load(run.model())) {
 *   System.out.println(classifier.predict(Path.of("new.jpg")).label());
 * }
 * }</pre>
 */
public final class Trainer {
  private final Means means;
  private final RunOptions options;
  private final TrainingCheck check;
  private final CheckpointPlan checkpoints;
  private final Consumer<EpochRecord> epochs;

  private Trainer(
      Means means,
      RunOptions options,
      TrainingCheck check,
      CheckpointPlan checkpoints,
      Consumer<EpochRecord> epochs) {
    this.means = means;
    this.options = options;
    this.check = check;
    this.checkpoints = checkpoints;
    this.epochs = epochs;
  }

  /** A silent trainer on all processors, with the user's cache of weights. */
  public static Trainer create() {
    return new Trainer(
        Means.usual(), RunOptions.USUAL, TrainingCheck.USUAL, CheckpointPlan.USUAL, epoch -> {});
  }

  private Trainer with(Means other) {
    return new Trainer(other, options, check, checkpoints, epochs);
  }

  private Trainer with(RunOptions other) {
    return new Trainer(means, other, check, checkpoints, epochs);
  }

  /** This trainer, but computing as given. */
  public Trainer on(Compute other) {
    requireNonNull(other, "other");
    return with(means.on(other));
  }

  /** How it computes. */
  public Compute compute() {
    return means.compute();
  }

  /** This trainer, but reporting to the given progress. */
  public Trainer reportingTo(Progress other) {
    requireNonNull(other, "other");
    return with(means.reportingTo(other));
  }

  /**
   * This trainer, but also telling a listener of each epoch when it is done, its validation
   * included; listeners are told in the order they were given. {@link #resume} tells of the epochs
   * that it trains, not of those before the stop.
   *
   * <pre>{@code
   * Trainer.create()
   *     .onEpoch(epoch -> System.out.println(epoch.epoch() + ": " + epoch.validationAccuracy()))
   *     .train(pictures, recipe, run);
   * }</pre>
   *
   * @param listener called on the thread that trains, which waits for it; what it throws ends the
   *     training after a checkpoint with that epoch, from which {@link #resume} goes on
   */
  public Trainer onEpoch(Consumer<EpochRecord> listener) {
    requireNonNull(listener, "listener");
    return new Trainer(means, options, check, checkpoints, epochs.andThen(listener));
  }

  /** This trainer, but with other sources of weights, and features kept beside them. */
  public Trainer with(WeightSource other) {
    requireNonNull(other, "other");
    return with(means.with(other));
  }

  /** This trainer, but dividing the data as a {@code split.csv} of an earlier run says. */
  public Trainer withSplit(Path file) {
    requireNonNull(file, "file");
    return with(options.withSplit(file));
  }

  /**
   * This trainer, but going on where more pictures, or fewer, cannot be read and are left out.
   *
   * @param share the largest share of them, from 0 to 1; 0.01 unless given
   * @throws UsageException if it is none
   */
  public Trainer bearingUnreadable(double share) {
    UsageException.check(share >= 0 && share <= 1, "share", share, "from 0 to 1");
    return withCheck(new TrainingCheck(check.exclude(), share));
  }

  /** This trainer, but leaving out other pictures. */
  public Trainer withCheck(TrainingCheck other) {
    requireNonNull(other, "other");
    return new Trainer(means, options, other, checkpoints, epochs);
  }

  /** This trainer, but saving checkpoints as given. */
  public Trainer withCheckpoints(CheckpointPlan other) {
    requireNonNull(other, "other");
    return new Trainer(means, options, check, other, epochs);
  }

  /** This trainer, but noting in what it writes the command that it was started with. */
  public Trainer startedBy(String typed) {
    requireNonNull(typed, "typed");
    return with(options.startedBy(typed));
  }

  /** This trainer, but reading data as given. */
  public Trainer reading(DataReading other) {
    requireNonNull(other, "other");
    return with(options.reading(other));
  }

  /**
   * This trainer, but keeping what frozen layers make of pictures in another folder; empty to keep
   * none.
   */
  public Trainer keepingFeaturesIn(Optional<Path> folder) {
    requireNonNull(folder, "folder");
    return with(means.keepingIn(folder));
  }

  /** Opens a set as this trainer reads it. */
  public OpenedData open(Path data) {
    requireNonNull(data, "data");
    return OpenedData.open(data, options.reading());
  }

  /**
   * Trains and writes a run's folder: {@code model.safetensors} (best on validation, if the recipe
   * does not want the last), {@code last.safetensors}, {@code history.csv}, {@code metrics.json},
   * {@code recipe.yaml}, {@code split.csv}, and {@code excluded.csv} if pictures were left out.
   * Until it ends the folder has a checkpoint, from which {@link #resume} goes on.
   *
   * @param data class folders, or folders {@code train}, {@code val}, {@code test} of them
   * @param wanted what to train; each {@code auto} is resolved
   * @param out the run's folder, which must not exist, be empty, or hold what a run left that
   *     failed before its first checkpoint
   * @throws TrainingException with one line, if that folder is not so or can't be written
   * @throws io.residua.ResiduaException with one line that says what is wrong
   * @throws UsageException with one line, if the recipe does not fit the network
   */
  public TrainedRun train(Path data, Recipe wanted, Path out) {
    requireNonNull(data, "data");
    requireNonNull(wanted, "wanted");
    requireNonNull(out, "out");
    RunFolder folder = new RunFolder(out);
    try {
      folder.requireFree();
      PreparedRun run = preparation().fresh(data, wanted);
      folder.requireFree();
      try (RunFolder.Held held = folder.hold()) {
        run.write(folder);
        return run.train(context(out, run.recipe()), checkpoints, options.command(), epochs);
      }
    } catch (RunException e) {
      throw refused(e);
    }
  }

  private static TrainingException refused(RunException reason) {
    return new TrainingException(String.valueOf(reason.getMessage()), reason);
  }

  /**
   * Goes on with a run that was stopped, however it was: with its recipe and its division of the
   * data, from its last checkpoint. On the same machine and as many threads it ends with the
   * weights, to the last bit, that it would have had without the stop.
   *
   * <pre>{@code
   * TrainedRun run = Trainer.create().resume(Path.of("pictures"), Path.of("run"));
   * }</pre>
   *
   * @param data the same pictures, wherever they lie now
   * @param run the run's folder
   * @throws TrainingException with one line, if there is no stopped run
   * @throws io.residua.ResiduaException with one line, if the data, the weights or the recipe are
   *     not those it began with, or no checkpoint can be read
   */
  public TrainedRun resume(Path data, Path run) {
    requireNonNull(data, "data");
    requireNonNull(run, "run");
    Recipe recipe = recipeOf(run);
    Compute compute = compute();
    if (!recipe.get("precision").equals(compute.precision().text())) {
      return on(Compute.resolve(
              Optional.of(compute.device()),
              Precision.parse(recipe.get("precision")),
              compute.threads()))
          .resume(data, run);
    }
    RunFolder folder = new RunFolder(run);
    try (RunFolder.Held held = folder.hold()) {
      return preparation()
          .stopped(data, recipe, folder)
          .train(context(run, recipe), checkpoints, options.command(), epochs);
    } catch (RunException e) {
      throw refused(e);
    }
  }

  /**
   * The recipe by which {@link #resume} would go on.
   *
   * @throws TrainingException with one line, if the folder holds no stopped run
   */
  public static Recipe recipeOf(Path run) {
    requireNonNull(run, "run");
    RunFolder folder = new RunFolder(run);
    try {
      folder.requireStopped();
    } catch (RunException e) {
      throw refused(e);
    }
    return Recipe.read(folder.recipe());
  }

  /** Whether a folder has a checkpoint from which {@link #resume} can go on. */
  public static boolean canResume(Path run) {
    requireNonNull(run, "run");
    return new RunFolder(run).canResume();
  }

  /**
   * Tries learning rates from low to high on a copy of the weights, and writes {@code lr-find.csv}
   * and {@code lr-find.svg}. What is random in a step is as in training, but pictures are not
   * mixed.
   *
   * <pre>{@code
   * LearningRateTest test =
   *     Trainer.create().findLearningRate(data, recipe, LearningRateTest.Range.USUAL, out);
   * test.suggestion().ifPresent(System.out::println);
   * }</pre>
   *
   * @param data as for {@link #train}
   * @param wanted whose learning rate and schedule do not matter
   * @param out a new folder
   * @throws io.residua.ResiduaException with one line that says what is wrong
   * @throws UsageException with one line, if the recipe does not fit the network
   */
  public LearningRateTest findLearningRate(
      Path data, Recipe wanted, LearningRateTest.Range range, Path out) {
    requireNonNull(data, "data");
    requireNonNull(wanted, "wanted");
    requireNonNull(range, "range");
    requireNonNull(out, "out");
    try {
      new RunFolder(out).requireFree();
    } catch (RunException e) {
      throw refused(e);
    }
    Preparation preparation = preparation();
    OpenedData opened = preparation.open(data);
    Foundation foundation = preparation.foundation(wanted);
    DataSplits splits = preparation.divided(opened, wanted);
    StartingPoint from = preparation.start(foundation, splits);
    return LearningRateFinder.find(
        from, splits.training().train(), range, context(out, from.recipe()));
  }

  /**
   * How {@link #train} would divide the data, without training. Written to a file, {@link
   * #withSplit} takes it, so that several runs share one division.
   */
  public Manifest divide(Path data, Recipe recipe) {
    requireNonNull(data, "data");
    requireNonNull(recipe, "recipe");
    Preparation preparation = preparation();
    return Manifest.of(preparation.divided(preparation.open(data), recipe), means.progress());
  }

  /**
   * The classifier that {@link #train} would train, every {@code auto} of the recipe resolved.
   *
   * @throws io.residua.ResiduaException with one line, if the weights can't be had
   * @throws UsageException with one line, if the recipe does not fit the network
   */
  public ModelSpec resolve(Recipe recipe, List<String> classes) {
    requireNonNull(recipe, "recipe");
    requireNonNull(classes, "classes");
    return preparation().foundation(recipe).spec(classes);
  }

  /**
   * The pictures that {@link #train} would train on, as it would show them to the network;
   * published weights are not fetched for it.
   *
   * <pre>{@code
   * try (TrainingPictures seen = Trainer.create().look(data, recipe)) {
   *   Files.write(Path.of("first.png"), seen.picture(0, 0).toPng());
   * }
   * }</pre>
   *
   * @param data as for {@link #train}
   * @throws io.residua.ResiduaException with one line that says what is wrong
   * @throws UsageException with one line, if the recipe does not fit the network
   */
  public TrainingPictures look(Path data, Recipe recipe) {
    requireNonNull(data, "data");
    requireNonNull(recipe, "recipe");
    Preparation preparation = preparation();
    OpenedData opened = preparation.open(data);
    Foundation form = StartingPoint.form(recipe, means.weights(), means.progress());
    ImageDataset train = preparation.divided(opened, recipe).training().train();
    return TrainingPictures.of(
        train,
        form.spec(train.classes()),
        form.recipe(),
        Path.of(System.getProperty("java.io.tmpdir")));
  }

  private Preparation preparation() {
    return new Preparation(means, options, check);
  }

  /** What is computed of frozen weights that were drawn for this run alone is not kept. */
  private RunContext context(Path folder, Recipe recipe) {
    boolean drawn = recipe.get("weights").equals(StartingPoint.FROM_SCRATCH);
    return new RunContext(
        means.compute(), means.progress(), folder, drawn ? Optional.empty() : means.features());
  }
}
