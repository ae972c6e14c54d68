package io.residua.train;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.AtomicFiles;
import io.residua.Progress;
import io.residua.data.DataSplits;
import io.residua.data.ImageDataset;
import io.residua.data.Manifest;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.Quarantine;
import io.residua.data.SplitPlan;
import io.residua.data.inspect.TrainingCheck;
import io.residua.engine.Compute;
import io.residua.eval.Evaluation;
import io.residua.model.Classifier;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import io.residua.nn.Network;
import io.residua.weights.WeightSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
  private final boolean offline;
  private final @Nullable Path splitFile;
  private final TrainingCheck check;

  private Trainer(
      WeightSource weights,
      Compute compute,
      Progress progress,
      boolean offline,
      @Nullable Path splitFile,
      TrainingCheck check) {
    this.weights = weights;
    this.compute = compute;
    this.progress = progress;
    this.offline = offline;
    this.splitFile = splitFile;
    this.check = check;
  }

  /** A silent trainer on all processors, with the user's cache of weights. */
  public static Trainer create() {
    return new Trainer(
        WeightSource.ofEnvironment(),
        Compute.auto(),
        Progress.NONE,
        false,
        null,
        TrainingCheck.USUAL);
  }

  /** This trainer, but computing as given. */
  public Trainer on(Compute other) {
    return new Trainer(weights, other, progress, offline, splitFile, check);
  }

  /** This trainer, but reporting to the given progress. */
  public Trainer reportingTo(Progress other) {
    return new Trainer(weights, compute, other, offline, splitFile, check);
  }

  /** This trainer, but with other sources of weights. */
  public Trainer with(WeightSource other, boolean neverTouchNetwork) {
    return new Trainer(other, compute, progress, neverTouchNetwork, splitFile, check);
  }

  /** This trainer, but dividing the data as a {@code split.csv} of an earlier run says. */
  public Trainer withSplit(Path file) {
    return new Trainer(weights, compute, progress, offline, file, check);
  }

  /** This trainer, but leaving out other pictures. */
  public Trainer withCheck(TrainingCheck other) {
    return new Trainer(weights, compute, progress, offline, splitFile, other);
  }

  /**
   * Trains and writes a run's folder: {@code model.safetensors} (best on validation), {@code
   * last.safetensors}, {@code history.csv}, {@code metrics.json}, {@code recipe.yaml}, {@code
   * split.csv}, and {@code excluded.csv} if pictures were left out.
   *
   * @param data class folders, or folders {@code train}, {@code val}, {@code test} of them
   * @param wanted what to train; each {@code auto} is resolved
   * @param out the run's folder, which must not exist or be empty
   * @throws io.residua.ResiduaException with one line that says what is wrong
   * @throws IllegalArgumentException with one line, if the recipe does not fit the network
   */
  public TrainedRun train(Path data, Recipe wanted, Path out) {
    long start = System.nanoTime();
    RunFolder.requireFree(out);
    OpenedData opened = OpenedData.open(data);
    opened.warnings().forEach(progress::warn);
    TrainingCheck.Checked checked = check.of(opened, dividing(opened), progress);
    DataSplits splits = split(checked, wanted);
    StartingPoint from = StartingPoint.of(wanted, splits.classes(), weights, progress, offline);
    ModelSpec spec = from.spec();
    Network network = spec.network();
    FreezePlan plan = plan(network, from.recipe());
    boolean drops = from.recipe().dropsLastBatch(plan.takesBatchStatistics(network));
    Recipe recipe =
        from.recipe()
            .with("precision", compute.precision().text())
            .with("last_batch", drops ? "drop" : "keep");
    describe(splits, spec, plan);
    RunFolder.create(out);
    Manifest manifest = Manifest.of(splits, progress);
    manifest.write(out.resolve(RunFolder.SPLIT));
    AtomicFiles.write(out.resolve(RunFolder.RECIPE), recipe.toYaml());
    if (!checked.leftOut().isEmpty()) {
      Quarantine.write(out.resolve(RunFolder.EXCLUDED), checked.leftOut());
    }

    NetworkTraining training =
        new NetworkTraining(spec, from.weights(), plan, recipe, compute, progress, out);
    NetworkTraining.Outcome outcome = training.run(splits.training());
    progress.line(
        "best on validation: epoch %d (%s)"
            .formatted(outcome.bestEpoch(), accuracy(outcome.validation())));

    ObjectNode provenance = Provenance.of(from, manifest, recipe, compute, opened.root());
    ObjectNode metrics = metrics(splits, outcome, null, plan);
    Optional<Evaluation> test = Optional.empty();
    if (splits.test().isPresent()) {
      ImageDataset testData = splits.test().get().data();
      ModelFile best = new ModelFile(spec, outcome.best(), metrics, provenance);
      try (Classifier classifier = new Classifier(best, compute)) {
        test = Optional.of(classifier.evaluate(testData, progress).evaluation());
      }
      metrics = metrics(splits, outcome, test.get(), plan);
    }
    metrics.put("seconds", (System.nanoTime() - start) / 1_000_000 / 1e3);
    new ModelFile(spec, outcome.best(), metrics, provenance).write(out.resolve(RunFolder.MODEL));
    new ModelFile(
            spec, outcome.last(), JsonNodeFactory.instance.objectNode(), provenance.deepCopy())
        .write(out.resolve(RunFolder.LAST));
    AtomicFiles.write(out.resolve(RunFolder.HISTORY), EpochRecord.csv(outcome.history()));
    ObjectNode written = metrics.deepCopy();
    written.set("provenance", provenance);
    AtomicFiles.write(out.resolve(RunFolder.METRICS), pretty(written));
    return new TrainedRun(
        out,
        recipe,
        plan,
        outcome.history(),
        outcome.bestEpoch(),
        outcome.train(),
        outcome.validation(),
        test);
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
    RunFolder.requireFree(out);
    DataSplits splits = divided(data, wanted);
    StartingPoint from = StartingPoint.of(wanted, splits.classes(), weights, progress, offline);
    FreezePlan plan = plan(from.spec().network(), from.recipe());
    describe(splits, from.spec(), plan);
    return LearningRateFinder.find(
        from, plan, splits.training().train(), range, compute, progress, out);
  }

  /**
   * How {@link #train} would divide the data, without training. Written to a file, {@link
   * #withSplit} takes it, so that several runs share one division.
   */
  public Manifest divide(Path data, Recipe recipe) {
    return Manifest.of(divided(data, recipe), progress);
  }

  /**
   * The classifier that {@link #train} would train, every {@code auto} of the recipe resolved.
   *
   * @throws io.residua.ResiduaException with one line, if the weights can't be had
   * @throws IllegalArgumentException with one line, if the recipe does not fit the network
   */
  public ModelSpec resolve(Recipe recipe, List<String> classes) {
    return StartingPoint.of(recipe, classes, weights, progress, offline).spec();
  }

  private DataSplits divided(Path data, Recipe recipe) {
    OpenedData opened = OpenedData.open(data);
    opened.warnings().forEach(progress::warn);
    return split(check.of(opened, dividing(opened), progress), recipe);
  }

  private static FreezePlan plan(Network network, Recipe recipe) {
    FreezePlan plan = FreezePlan.of(network, recipe.get("freeze"));
    return recipe.freezesStatistics() ? plan.withFrozenStatistics(network) : plan;
  }

  private boolean dividing(OpenedData opened) {
    return splitFile == null && !opened.parts().containsKey(Part.VALIDATION);
  }

  private DataSplits split(TrainingCheck.Checked checked, Recipe recipe) {
    if (splitFile != null) {
      return Manifest.read(splitFile)
          .without(checked.leftOut().keySet())
          .apply(checked.data(), "as listed in " + splitFile.getFileName(), progress);
    }
    return checked
        .data()
        .split(
            SplitPlan.defaults(recipe.seed())
                .withGrouping(checked.grouping())
                .withValidation(recipe.validation()));
  }

  private void describe(DataSplits splits, ModelSpec spec, FreezePlan plan) {
    var training = splits.training();
    progress.line(
        "data: %d classes; %,d train (%s), %,d validation (%s)%s"
            .formatted(
                splits.classes().size(),
                training.train().size(),
                training.trainOrigin(),
                training.validation().size(),
                training.validationOrigin(),
                splits
                    .test()
                    .map(t -> ", %,d test (%s)".formatted(t.data().size(), t.origin()))
                    .orElse("; no test part")));
    progress.line(
        "model: %s + %s; %s"
            .formatted(spec.architecture(), spec.head().text(), spec.preprocessing().describe()));
    plan.toText().lines().forEach(progress::line);
  }

  private static ObjectNode metrics(
      DataSplits splits,
      NetworkTraining.Outcome outcome,
      @Nullable Evaluation test,
      FreezePlan plan) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("selected_on", "val");
    json.put("best_epoch", outcome.bestEpoch());
    json.put("epochs", outcome.history().size());
    part(json, "train", outcome.train(), splits.training().trainOrigin());
    part(json, "val", outcome.validation(), splits.training().validationOrigin());
    if (test != null) {
      part(json, "test", test, splits.test().orElseThrow().origin());
    }
    json.put("parameters", plan.parameters());
    json.put("trainable_parameters", plan.trained());
    return json;
  }

  private static void part(ObjectNode json, String name, Evaluation evaluation, String origin) {
    ObjectNode part = evaluation.toJson();
    part.put("origin", origin);
    json.set(name, part);
  }

  static String accuracy(Evaluation e) {
    return "accuracy %.4f, 95 %% interval %s, n %d"
        .formatted(e.accuracy(), e.accuracyInterval(), e.n());
  }

  private static String pretty(ObjectNode json) {
    try {
      return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(json)
          + "\n";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
