package io.residua.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.Sha256;
import io.residua.Text;
import io.residua.data.DataSplits;
import io.residua.data.ImageDataset;
import io.residua.data.Manifest;
import io.residua.engine.Compute;
import io.residua.eval.Evaluation;
import io.residua.model.Classifier;
import io.residua.model.ModelFile;
import io.residua.run.RunFolder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A run of which all is settled before its first step; {@link #train} goes from there to what the
 * run's folder holds in the end.
 *
 * @param data the folder or file that the pictures come from
 * @param recipe every {@code auto} resolved
 * @param warnings that were given, which the metrics repeat
 */
record PreparedRun(
    Path data,
    DataSplits splits,
    Manifest manifest,
    StartingPoint from,
    Recipe recipe,
    FreezePlan plan,
    List<String> warnings) {

  /**
   * Trains from the last checkpoint, or from the beginning where there is none.
   *
   * @param at in the run's folder, which is held
   * @param when checkpoints are saved
   * @param command that the run was started with, or empty
   */
  TrainedRun train(RunContext at, CheckpointPlan when, String command) {
    Path out = at.folder();
    Compute compute = at.compute();
    Progress progress = at.progress();
    long start = System.nanoTime();
    try (RunResults results = new RunResults(out, from.weights())) {
      Checkpoints saved =
          new Checkpoints(
              out, when, id(compute), recipe.spelledFingerprint(), progress, System::nanoTime);
      NetworkTraining.Outcome outcome = train(at, saved);
      ObjectNode provenance = Provenance.of(from, manifest, recipe, compute, data, command);
      Optional<Evaluation> test = test(outcome, provenance, compute, progress);
      ObjectNode metrics = metrics(outcome, test.orElse(null));
      metrics.put("seconds", (System.nanoTime() - start) / 1_000_000 / 1e3);
      write(results, outcome, metrics, provenance, out);
      saved.remove();
      if (outcome.failure().isPresent()) {
        throw new DivergedException(
            Text.of(
                "%s; the weights of the best epoch, %d, are in %s",
                outcome.failure().get(), outcome.bestEpoch(), new RunFolder(out).model()));
      }
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
  }

  private CheckpointFile.RunId id(Compute compute) {
    StringBuilder order = new StringBuilder(manifest.hash());
    splits.classes().forEach(name -> order.append('\t').append(name));
    splits
        .byPart()
        .values()
        .forEach(part -> part.samples().forEach(s -> order.append('\n').append(s.name())));
    return new CheckpointFile.RunId(
        recipe.fingerprint(),
        Sha256.of(order.toString().getBytes(StandardCharsets.UTF_8)),
        new Crc32c().add(from.weights()).text(),
        compute.kind());
  }

  private NetworkTraining.Outcome train(RunContext at, Checkpoints saved) {
    Progress progress = at.progress();
    TrainingState state = saved.load().orElse(null);
    if (state != null) {
      progress.line(
          Text.of(
              "going on in epoch %d after step %d", state.epoch() + 1, state.optimizer().steps()));
    }
    NetworkTraining.Outcome outcome;
    try (EventFile events =
        new EventFile(at.folder(), now(), state == null ? List.of() : state.history(), progress)) {
      outcome =
          new NetworkTraining(
                  from.spec(), from.weights(), recipe, at, saved, epoch -> events.add(epoch, now()))
              .run(splits.training(), state);
    }
    progress.line(
        Text.of(
            "%s: epoch %d (validation %s)",
            recipe.keepsLast() ? "kept the last" : "best on validation",
            outcome.bestEpoch(),
            accuracy(outcome.validation())));
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
      NetworkTraining.Outcome outcome, ObjectNode provenance, Compute compute, Progress progress) {
    if (splits.test().isEmpty()) {
      return Optional.empty();
    }
    ImageDataset pictures = splits.test().get().data();
    ModelFile best = new ModelFile(from.spec(), outcome.best(), metrics(outcome, null), provenance);
    try (Classifier classifier = new Classifier(best, compute)) {
      return Optional.of(classifier.evaluate(pictures, progress).evaluation());
    }
  }

  private ObjectNode metrics(NetworkTraining.Outcome outcome, @Nullable Evaluation test) {
    return RunResults.metrics(splits, outcome, test, plan, recipe.selectedOn(), warnings);
  }

  private void write(
      RunResults results,
      NetworkTraining.Outcome outcome,
      ObjectNode metrics,
      ObjectNode provenance,
      Path out) {
    try {
      results.write(from.spec(), outcome, metrics, provenance);
    } catch (ResiduaException e) {
      throw new RunFolder(out).canResume()
          ? new TrainingException(
              Text.of(
                  "%s; nothing is lost: when that is mended, --resume goes on from the last"
                      + " checkpoint",
                  e.getMessage()))
          : e;
    }
  }
}
