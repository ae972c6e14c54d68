package io.residua.train;

import io.residua.AtomicFiles;
import io.residua.Progress;
import io.residua.Text;
import io.residua.Warnings;
import io.residua.data.DataReading;
import io.residua.data.DataSplits;
import io.residua.data.Grouping;
import io.residua.data.ImageDataset;
import io.residua.data.Manifest;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.Quarantine;
import io.residua.data.inspect.TrainingCheck;
import io.residua.engine.Compute;
import io.residua.features.NetworkFeatures;
import io.residua.model.ModelSpec;
import io.residua.nn.Network;
import io.residua.run.RunFolder;
import io.residua.weights.WeightSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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
  private final WeightSource weights;
  private final Compute compute;
  private final Progress progress;
  private final @Nullable Path splitFile;
  private final TrainingCheck check;
  private final CheckpointPlan checkpoints;
  private final String command;
  private final DataReading reading;
  private final Optional<Path> features;

  private Trainer(
      WeightSource weights,
      Compute compute,
      Progress progress,
      @Nullable Path splitFile,
      TrainingCheck check,
      CheckpointPlan checkpoints,
      String command,
      DataReading reading,
      Optional<Path> features) {
    this.weights = weights;
    this.compute = compute;
    this.progress = progress;
    this.splitFile = splitFile;
    this.check = check;
    this.checkpoints = checkpoints;
    this.command = command;
    this.reading = reading;
    this.features = features;
  }

  /** A silent trainer on all processors, with the user's cache of weights. */
  public static Trainer create() {
    WeightSource source = WeightSource.ofEnvironment();
    return new Trainer(
        source,
        Compute.auto(),
        Progress.NONE,
        null,
        TrainingCheck.USUAL,
        CheckpointPlan.USUAL,
        "",
        DataReading.USUAL,
        Optional.of(NetworkFeatures.beside(source)));
  }

  /** This trainer, but computing as given. */
  public Trainer on(Compute other) {
    return new Trainer(
        weights, other, progress, splitFile, check, checkpoints, command, reading, features);
  }

  /** How it computes. */
  public Compute compute() {
    return compute;
  }

  /** This trainer, but reporting to the given progress. */
  public Trainer reportingTo(Progress other) {
    return new Trainer(
        weights, compute, other, splitFile, check, checkpoints, command, reading, features);
  }

  /** This trainer, but with other sources of weights, and features kept beside them. */
  public Trainer with(WeightSource other) {
    return new Trainer(
        other,
        compute,
        progress,
        splitFile,
        check,
        checkpoints,
        command,
        reading,
        Optional.of(NetworkFeatures.beside(other)));
  }

  /** This trainer, but dividing the data as a {@code split.csv} of an earlier run says. */
  public Trainer withSplit(Path file) {
    return new Trainer(
        weights, compute, progress, file, check, checkpoints, command, reading, features);
  }

  /** This trainer, but leaving out other pictures. */
  public Trainer withCheck(TrainingCheck other) {
    return new Trainer(
        weights, compute, progress, splitFile, other, checkpoints, command, reading, features);
  }

  /** This trainer, but saving checkpoints as given. */
  public Trainer withCheckpoints(CheckpointPlan other) {
    return new Trainer(
        weights, compute, progress, splitFile, check, other, command, reading, features);
  }

  /** This trainer, but noting in what it writes the command that it was started with. */
  public Trainer startedBy(String typed) {
    return new Trainer(
        weights, compute, progress, splitFile, check, checkpoints, typed, reading, features);
  }

  /** This trainer, but reading data as given. */
  public Trainer reading(DataReading other) {
    return new Trainer(
        weights, compute, progress, splitFile, check, checkpoints, command, other, features);
  }

  /**
   * This trainer, but keeping what frozen layers make of pictures in another folder; empty to keep
   * none.
   */
  public Trainer keepingFeaturesIn(Optional<Path> folder) {
    return new Trainer(
        weights, compute, progress, splitFile, check, checkpoints, command, reading, folder);
  }

  /** Opens a set as this trainer reads it. */
  public OpenedData open(Path data) {
    return OpenedData.open(data, reading);
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
   * @throws io.residua.ResiduaException with one line that says what is wrong
   * @throws IllegalArgumentException with one line, if the recipe does not fit the network
   */
  public TrainedRun train(Path data, Recipe wanted, Path out) {
    RunFolder folder = new RunFolder(out);
    folder.requireFree();
    OpenedData opened = openToTrain(data);
    Foundation foundation = Foundation.of(wanted, weights, progress);
    RunSplit split = RunSplit.of(opened, wanted, splitFile);
    TrainingCheck.Checked checked = check.of(opened, dividing(opened, wanted), progress);
    DataSplits splits = split.apply(checked, progress);
    StartingPoint from = StartingPoint.of(foundation, splits.classes(), progress);
    Network network = from.spec().network();
    FreezePlan plan = FreezePlan.of(network, from.recipe());
    Recipe recipe = dropping(from.recipe(), network).with("precision", compute.precision().text());
    describe(splits, from, plan);
    List<String> warnings = RunWarnings.of(from, recipe, splits, checked.grouping());
    warnings.forEach(warning -> Warnings.tell(progress, warning));
    folder.requireFree();
    try (RunFolder.Held held = folder.hold()) {
      Manifest manifest = Manifest.of(splits, progress);
      manifest.write(folder.split());
      AtomicFiles.write(folder.recipe(), recipe.toYaml());
      if (!checked.leftOut().isEmpty()) {
        Quarantine.write(folder.excluded(), checked.leftOut());
      }
      return new PreparedRun(opened.root(), splits, manifest, from, recipe, plan, warnings)
          .train(context(out, recipe), checkpoints, command);
    }
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
   * @throws io.residua.ResiduaException with one line, if there is no stopped run, the data, the
   *     weights or the recipe are not those it began with, or no checkpoint can be read
   */
  public TrainedRun resume(Path data, Path run) {
    Recipe recipe = recipeOf(run);
    if (!recipe.get("precision").equals(compute.precision().text())) {
      return on(Compute.resolve(
              Optional.of(compute.device()),
              Compute.parsePrecision(recipe.get("precision")),
              compute.threads()))
          .resume(data, run);
    }
    RunFolder folder = new RunFolder(run);
    try (RunFolder.Held held = folder.hold()) {
      Manifest manifest = Manifest.read(folder.split());
      OpenedData opened = openToTrain(data);
      Foundation foundation = Foundation.of(recipe, weights, progress);
      DataSplits splits = RunSplit.asListed(opened, manifest, RunFolder.SPLIT, progress);
      StartingPoint from = StartingPoint.of(foundation, splits.classes(), progress);
      FreezePlan plan = FreezePlan.of(from.spec().network(), recipe);
      describe(splits, from, plan);
      Grouping copies =
          recipe.keepsCopiesTogether()
              ? Grouping.none()
              : check.of(opened, true, progress).grouping();
      List<String> warnings = RunWarnings.of(from, recipe, splits, copies);
      warnings.forEach(warning -> Warnings.tell(progress, warning));
      return new PreparedRun(opened.root(), splits, manifest, from, recipe, plan, warnings)
          .train(context(run, recipe), checkpoints, command);
    }
  }

  /**
   * The recipe by which {@link #resume} would go on.
   *
   * @throws io.residua.run.RunException if the folder holds no stopped run
   */
  public static Recipe recipeOf(Path run) {
    RunFolder folder = new RunFolder(run);
    folder.requireStopped();
    return Recipe.read(folder.recipe());
  }

  /** Whether a folder has a checkpoint from which {@link #resume} can go on. */
  public static boolean canResume(Path run) {
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
   * @throws IllegalArgumentException with one line, if the recipe does not fit the network
   */
  public LearningRateTest findLearningRate(
      Path data, Recipe wanted, LearningRateTest.Range range, Path out) {
    new RunFolder(out).requireFree();
    OpenedData opened = openToTrain(data);
    Foundation foundation = Foundation.of(wanted, weights, progress);
    DataSplits splits = divided(opened, wanted);
    StartingPoint from = StartingPoint.of(foundation, splits.classes(), progress);
    FreezePlan plan = FreezePlan.of(from.spec().network(), from.recipe());
    describe(splits, from, plan);
    return LearningRateFinder.find(
        from, plan, splits.training().train(), range, context(out, from.recipe()));
  }

  /**
   * How {@link #train} would divide the data, without training. Written to a file, {@link
   * #withSplit} takes it, so that several runs share one division.
   */
  public Manifest divide(Path data, Recipe recipe) {
    return Manifest.of(divided(openToTrain(data), recipe), progress);
  }

  /**
   * The classifier that {@link #train} would train, every {@code auto} of the recipe resolved.
   *
   * @throws io.residua.ResiduaException with one line, if the weights can't be had
   * @throws IllegalArgumentException with one line, if the recipe does not fit the network
   */
  public ModelSpec resolve(Recipe recipe, List<String> classes) {
    return Foundation.of(recipe, weights, progress).spec(classes);
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
   * @throws IllegalArgumentException with one line, if the recipe does not fit the network
   */
  public TrainingPictures look(Path data, Recipe recipe) {
    OpenedData opened = openToTrain(data);
    Foundation form = StartingPoint.form(recipe, weights, progress);
    ImageDataset train = divided(opened, recipe).training().train();
    return TrainingPictures.of(
        train,
        form.spec(train.classes()),
        form.recipe(),
        Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** What is computed of frozen weights that were drawn for this run alone is not kept. */
  private RunContext context(Path folder, Recipe recipe) {
    return new RunContext(
        compute,
        progress,
        folder,
        recipe.get("weights").equals(StartingPoint.FROM_SCRATCH) ? Optional.empty() : features);
  }

  private DataSplits divided(OpenedData opened, Recipe recipe) {
    return RunSplit.of(opened, recipe, splitFile)
        .apply(check.of(opened, dividing(opened, recipe), progress), progress);
  }

  private OpenedData openToTrain(Path data) {
    OpenedData opened = open(data);
    opened.requireTrainable();
    opened.warnings().forEach(warning -> Warnings.tell(progress, warning));
    return opened;
  }

  /** Says what is done with a last batch that is not full, where all phases do the same. */
  private static Recipe dropping(Recipe recipe, Network network) {
    Set<Boolean> drops =
        recipe.phases().stream()
            .map(p -> p.dropsLastBatch(p.freezePlan(network).takesBatchStatistics(network)))
            .collect(Collectors.toSet());
    return drops.size() > 1
        ? recipe
        : recipe.with("last_batch", drops.contains(true) ? "drop" : "keep");
  }

  private boolean dividing(OpenedData opened, Recipe recipe) {
    return splitFile == null
        && !recipe.validatesOnTest()
        && !opened.parts().containsKey(Part.VALIDATION);
  }

  private void describe(DataSplits splits, StartingPoint from, FreezePlan plan) {
    ModelSpec spec = from.spec();
    ModelSpec inTraining = TrainingSize.of(spec, from.recipe());
    var training = splits.training();
    progress.line(
        Text.of(
            "data: %s; %,d train (%s), %,d validation (%s)%s",
            Text.count(splits.classes().size(), "class"),
            training.train().size(),
            training.trainOrigin(),
            training.validation().size(),
            training.validationOrigin(),
            splits
                .test()
                .map(t -> Text.of(", %,d test (%s)", t.data().size(), t.origin()))
                .orElse("; no test part")));
    progress.line(
        Text.of(
            "model: %s + %s; %s%s",
            spec.architecture(),
            spec.head().text(),
            spec.preprocessing().describe(),
            inTraining.equals(spec)
                ? ""
                : Text.of("; trained at %d px", inTraining.preprocessing().sizePx())));
    plan.toText().lines().forEach(progress::line);
  }
}
