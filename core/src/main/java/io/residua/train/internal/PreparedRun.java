package io.residua.train.internal;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.data.ImageDataset;
import io.residua.data.Manifest;
import io.residua.data.Part;
import io.residua.data.internal.DataSplits;
import io.residua.data.internal.Quarantine;
import io.residua.data.internal.TrainingData;
import io.residua.engine.Compute;
import io.residua.eval.Evaluation;
import io.residua.eval.internal.PartMetrics;
import io.residua.eval.internal.TemperatureEffect;
import io.residua.internal.AtomicFiles;
import io.residua.internal.Sha256;
import io.residua.internal.Text;
import io.residua.internal.Warnings;
import io.residua.model.Classifier;
import io.residua.model.ModelFile;
import io.residua.run.EpochRecord;
import io.residua.run.internal.Provenance;
import io.residua.run.internal.Provenance.Fact;
import io.residua.run.internal.RunFolder;
import io.residua.run.internal.RunMetrics;
import io.residua.train.CheckpointPlan;
import io.residua.train.DivergedException;
import io.residua.train.FreezePlan;
import io.residua.train.Recipe;
import io.residua.train.TrainedRun;
import io.residua.train.TrainingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;

/**
 * A run of which all is settled before its first step; {@link #train} goes from there to what the
 * run's folder holds in the end.
 *
 * @param data the folder or file that the pictures come from
 * @param leftOut names of pictures that are left out, with the reason
 * @param recipe every {@code auto} resolved
 * @param warnings that were given, which the metrics repeat
 */
public record PreparedRun(
    Path data,
    DataSplits splits,
    Manifest manifest,
    SortedMap<String, String> leftOut,
    StartingPoint from,
    Recipe recipe,
    List<String> warnings) {

  /** Writes what is settled into the run's folder. */
  public void write(RunFolder folder) {
    manifest.write(folder.split());
    AtomicFiles.write(folder.recipe(), recipe.toYaml());
    if (!leftOut.isEmpty()) {
      Quarantine.write(folder.excluded(), leftOut);
    }
  }

  /**
   * Trains from the last checkpoint, or from the beginning where there is none.
   *
   * @param at in the run's folder, which is held
   * @param when checkpoints are saved
   * @param command that the run was started with, or empty
   * @param listener told of each epoch that is done
   */
  public TrainedRun train(
      RunContext at, CheckpointPlan when, String command, Consumer<EpochRecord> listener) {
    Path out = at.folder();
    Compute compute = at.compute();
    Progress progress = at.progress();
    long start = System.nanoTime();
    try (RunResults results = new RunResults(out, from.weights())) {
      CheckpointFile.RunId id = id(compute);
      Checkpoints saved =
          new Checkpoints(
              out,
              when,
              id,
              new CheckpointFile.RunId(
                  recipe.spelledFingerprint(), dataHash(""), id.weights(), id.compute()),
              progress,
              System::nanoTime);
      TrainingOutcome outcome = train(at, saved, listener);
      Provenance provenance =
          Provenance.unknown()
              .from(from.weightsName(), from.licence())
              .data(data)
              .with(Fact.DATA_MANIFEST_SHA256, manifest.hash())
              .with(Fact.SEED, recipe.seed())
              .with(Fact.RECIPE, recipe.toYaml())
              .with(Fact.COMPUTE, compute.describe())
              .processor()
              .signed(command)
              .platform();
      Optional<Evaluation> test = test(outcome, provenance, compute, progress);
      List<String> all = new ArrayList<>(warnings);
      RunWarnings.headWasBetter(from.spec().network(), recipe, outcome)
          .ifPresent(
              warning -> {
                Warnings.tell(progress, warning);
                all.add(warning);
              });
      RunMetrics metrics =
          metrics(outcome, test, all).endedAfter(System.nanoTime() - start, provenance);
      write(results, outcome, metrics, provenance, out);
      saved.remove();
      if (outcome.failure().isPresent()) {
        throw new DivergedException(
            Text.of(
                "%s; the weights of the best epoch, %d, are in %s",
                outcome.failure().get(), outcome.best().epoch(), new RunFolder(out).model()));
      }
      return new TrainedRun(
          out,
          recipe,
          from.plan(),
          outcome.history(),
          outcome.best().epoch(),
          outcome.on(Part.TRAIN),
          outcome.on(Part.VALIDATION),
          test);
    }
  }

  private CheckpointFile.RunId id(Compute compute) {
    return new CheckpointFile.RunId(
        recipe.fingerprint(),
        dataHash(splits.classes().stream().map(name -> "\t" + name).collect(joining())),
        new Crc32c().add(from.weights()).text(),
        compute.kind());
  }

  /**
   * @param classes in their order; nothing in checkpoints of versions in which only folders had
   *     classes
   */
  private String dataHash(String classes) {
    StringBuilder order = new StringBuilder(manifest.hash()).append(classes);
    splits
        .byPart()
        .values()
        .forEach(part -> part.samples().forEach(s -> order.append('\n').append(s.name())));
    return Sha256.of(order.toString().getBytes(StandardCharsets.UTF_8));
  }

  private TrainingOutcome train(RunContext at, Checkpoints saved, Consumer<EpochRecord> listener) {
    Progress progress = at.progress();
    TrainingState state = saved.load().orElse(null);
    if (state != null) {
      progress.line(
          Text.of(
              "going on in epoch %d after step %d", state.epoch() + 1, state.optimizer().steps()));
    }
    TrainingOutcome outcome;
    try (EventFile events =
        new EventFile(at.folder(), now(), state == null ? List.of() : state.history(), progress)) {
      outcome =
          new NetworkTraining(
                  from.spec(),
                  from.weights(),
                  recipe,
                  at,
                  saved,
                  epoch -> {
                    events.add(epoch, now());
                    listener.accept(epoch);
                  })
              .run(splits.training(), state);
    }
    progress.line(
        Text.of(
            "%s: epoch %d (validation %s)",
            recipe.keepsLast() ? "kept the last" : "best on validation",
            outcome.best().epoch(),
            accuracy(outcome.on(Part.VALIDATION))));
    return outcome;
  }

  /** Seconds since 1970. */
  private static double now() {
    return System.currentTimeMillis() / 1e3;
  }

  private static String accuracy(Evaluation e) {
    return Text.of(
        "accuracy %.4f, 95 %% interval %s, n %d", e.accuracy(), e.accuracyInterval(), e.n());
  }

  /** Looks at the test part, where there is one, with the weights that were chosen. */
  private Optional<Evaluation> test(
      TrainingOutcome outcome, Provenance provenance, Compute compute, Progress progress) {
    if (splits.test().isEmpty()) {
      return Optional.empty();
    }
    ImageDataset pictures = splits.test().get().data();
    ModelFile best =
        new ModelFile(
            from.spec(),
            outcome.best().weights(),
            JsonNodeFactory.instance.objectNode(),
            provenance.json());
    try (Classifier classifier = new Classifier(best, Classifier.Options.on(compute))) {
      return Optional.of(classifier.evaluate(pictures, progress).evaluation());
    }
  }

  private RunMetrics metrics(
      TrainingOutcome outcome, Optional<Evaluation> test, List<String> told) {
    TrainingData training = splits.training();
    FreezePlan plan = from.plan();
    return new RunMetrics(
        recipe.selectedOn(),
        outcome.best().epoch(),
        outcome.history().size(),
        outcome.failure().orElse(null),
        null,
        null,
        null,
        PartMetrics.of(outcome.on(Part.TRAIN), training.trainOrigin()),
        PartMetrics.of(outcome.on(Part.VALIDATION), training.validationOrigin()),
        test.map(e -> PartMetrics.of(e, splits.test().orElseThrow().origin())).orElse(null),
        null,
        TemperatureEffect.of(outcome.on(Part.VALIDATION), test).orElse(null),
        plan.parameters(),
        plan.trained(),
        told,
        null,
        null,
        null);
  }

  private void write(
      RunResults results,
      TrainingOutcome outcome,
      RunMetrics metrics,
      Provenance provenance,
      Path out) {
    try {
      results.write(from.spec(), outcome, metrics, provenance);
    } catch (ResiduaException e) {
      throw new RunFolder(out).canResume()
          ? ResiduaException.about(
              "resume",
              new TrainingException(
                  Text.of(
                      "%s; nothing is lost: when that is mended, the run can be resumed from its"
                          + " last checkpoint",
                      e.getMessage()),
                  e))
          : e;
    }
  }
}
