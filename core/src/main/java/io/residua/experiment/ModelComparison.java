package io.residua.experiment;

import static java.util.Objects.requireNonNullElse;

import io.residua.Progress;
import io.residua.UsageException;
import io.residua.data.ImageDataset;
import io.residua.data.Sample;
import io.residua.data.internal.DataSplits;
import io.residua.data.internal.NewFolder;
import io.residua.data.internal.TestSet;
import io.residua.eval.Predictions;
import io.residua.experiment.ComparisonResult.Measured;
import io.residua.internal.AtomicFiles;
import io.residua.internal.IoReasons;
import io.residua.internal.Text;
import io.residua.model.Classifier;
import io.residua.model.Classifier.Options;
import io.residua.model.ModelFile;
import io.residua.run.internal.RunFolder;
import io.residua.run.internal.RunMetrics;
import io.residua.run.internal.Scores;
import io.residua.train.Recipe;
import io.residua.train.Trainer;
import io.residua.weights.WeightSource;
import io.residua.weights.internal.WeightFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Several models measured on the same pictures, those that are recipes trained before on one
 * division of the data. They are measured on the test part where there is one.
 *
 * <pre>{@code
 * List<Contestant> contestants =
 *     Stream.of("resnet9", "imagenet").map(m -> Contestant.parse(m, Recipe.defaults())).toList();
 * ComparisonResult result =
 *     new ModelComparison(Trainer.create(), WeightSource.ofEnvironment(), Progress.NONE)
 *         .run(data, contestants, out);
 * System.out.println(result.table().toText());
 * }</pre>
 *
 * @param trainer trains those that are not finished; all are measured as it computes
 * @param weights where models that are measured come from; a prefix is for weight files of others
 *     among them
 * @param progress where it reports to besides
 */
public record ModelComparison(Trainer trainer, WeightSource weights, Progress progress) {
  private static final int WARM_UP = 32;

  /**
   * Trains what is not done yet, measures all, and writes {@code compare.csv}, {@code
   * compare.json}, {@code compare.md}, {@code compare.svg} (accuracy by the time of a prediction)
   * and, where models were trained, {@code training.svg} (accuracy by the time of training).
   *
   * @param contestants at least two, with labels of their own
   * @param out the comparison's folder: new, or that of the same comparison
   * @throws io.residua.ResiduaException with one line that says what is wrong
   */
  public ComparisonResult run(Path data, List<Contestant> contestants, Path out) {
    Set<String> labels = new HashSet<>();
    contestants.forEach(
        c -> {
          if (!labels.add(c.label())) {
            throw new UsageException(
                Text.of("two models are called '%s'; give names: NAME=MODEL", c.label()));
          }
        });
    if (contestants.size() < 2) {
      throw new UsageException("a comparison needs at least two models");
    }
    Map<String, Trial> trained = new LinkedHashMap<>();
    TestSet set = prepare(data, contestants, out, trained);
    List<Measured> all = new ArrayList<>();
    for (Contestant contestant : contestants) {
      all.add(measure(contestant, trained.get(contestant.label()), set.data()));
    }
    ComparisonResult result = new ComparisonResult(set.origin(), all);
    AtomicFiles.write(out.resolve("compare.csv"), result.table().toCsv());
    AtomicFiles.write(out.resolve("compare.json"), result.toJson().toPrettyString() + "\n");
    AtomicFiles.write(out.resolve("compare.md"), result.markdown());
    AtomicFiles.write(out.resolve("compare.svg"), result.predictionChart());
    if (result.anyTrained()) {
      AtomicFiles.write(out.resolve("training.svg"), result.trainingChart());
    }
    return result;
  }

  /** Trains those to be trained; gives the pictures to measure on. */
  private TestSet prepare(
      Path data, List<Contestant> contestants, Path out, Map<String, Trial> trained) {
    for (Contestant contestant :
        contestants) { // what can't be had is told before hours of training
      contestant
          .recipe()
          .ifPresentOrElse(
              recipe -> trainer.resolve(recipe, List.of("0", "1")),
              () -> ModelFile.open(contestant.model(), source(contestant.model()), progress));
    }
    List<Contestant> wanted = contestants.stream().filter(c -> c.recipe().isPresent()).toList();
    if (wanted.isEmpty()) {
      TestSet set = trainer.open(data).forEvaluation();
      if (!Files.exists(out.resolve("compare.json"))) {
        NewFolder.obstacle(out)
            .ifPresent(
                why -> {
                  throw new ExperimentException(Text.of("%s: %s; choose another", out, why));
                });
      }
      try {
        Files.createDirectories(out);
      } catch (IOException e) {
        throw new ExperimentException(Text.of("%s: %s", out, IoReasons.of(e)), e);
      }
      return set;
    }
    Recipe first = wanted.get(0).recipe().orElseThrow();
    Trials trials = Trials.open(trainer, progress, data, first, out, true, true);
    for (Contestant contestant : wanted) {
      progress.line(Text.of("training %s", contestant.label()));
      Trial trial = trials.train(contestant.label(), contestant.recipe().orElseThrow());
      if (trial.result().isEmpty()) {
        throw new ExperimentException(Text.of("%s: %s", contestant.label(), trial.failure()));
      }
      trained.put(contestant.label(), trial);
    }
    DataSplits splits =
        trials.split().apply(trainer.open(data), "as listed in split.csv", progress);
    return splits
        .test()
        .map(t -> new TestSet(t.data(), "the test part, " + t.origin()))
        .orElseGet(
            () ->
                new TestSet(
                    splits.training().validation(),
                    "the validation part, which chose the epochs, "
                        + splits.training().validationOrigin()));
  }

  /** A prefix is for weight files of others among the models. */
  private WeightSource source(String model) {
    if (weights.prefix().isEmpty()) {
      return weights;
    }
    boolean others =
        weights.catalogue().find(model).isEmpty()
            && !ModelFile.isModel(WeightFile.open(weights.locate(model, progress)).metadata());
    return others
        ? weights
        : new WeightSource(weights.catalogue(), weights.store()).withOffline(weights.offline());
  }

  private Measured measure(Contestant contestant, @Nullable Trial trial, ImageDataset data) {
    String model =
        trial == null ? contestant.model() : new RunFolder(trial.folder()).model().toString();
    try (Classifier classifier =
        Classifier.open(model, source(model), Options.on(trainer.compute()), progress)) {
      List<Sample> some = data.samples().subList(0, Math.min(WARM_UP, data.size()));
      classifier.evaluate(new ImageDataset(data.classes(), some), Progress.NONE);
      long start = System.nanoTime();
      Classifier.Measured measured = classifier.evaluate(data, progress);
      double seconds = (System.nanoTime() - start) / 1e9;
      if (!measured.unreadable().isEmpty()) {
        throw new ExperimentException(
            Text.of(
                "%d of %s cannot be read, first: %s",
                measured.unreadable().size(),
                Text.count(data.size(), "picture"),
                measured.unreadable().values().iterator().next()));
      }
      Predictions predictions = measured.evaluation().predictions();
      List<Boolean> right = new ArrayList<>();
      for (int i = 0; i < predictions.n(); i++) {
        right.add(predictions.isRight(i));
      }
      Path file = Path.of(model);
      return new Measured(
          contestant.label(),
          classifier.spec().architecture(),
          Scores.of(measured.evaluation()),
          right,
          data.size() / seconds,
          trainingSeconds(file),
          classifier.model().weights().asMap().values().stream()
              .mapToLong(tensor -> tensor.data().remaining())
              .sum(),
          Files.isRegularFile(file) ? Files.size(file) : 0,
          classifier.countTrainedOn(data, progress));
    } catch (IOException e) {
      throw new ExperimentException(Text.of("%s: %s", model, IoReasons.of(e)), e);
    }
  }

  /** As the run's metrics beside the model say; NaN where there are none. */
  private static double trainingSeconds(Path model) {
    Path metrics = RunFolder.around(model).metrics();
    return Files.isRegularFile(metrics)
        ? requireNonNullElse(RunMetrics.read(metrics).seconds(), Double.NaN)
        : Double.NaN;
  }
}
