package io.residua.train;

import io.residua.Progress;
import io.residua.Text;
import io.residua.data.ImageDataset;
import io.residua.data.TrainingData;
import io.residua.engine.BatchRunner;
import io.residua.engine.Engine;
import io.residua.engine.TrainingOptions;
import io.residua.engine.TrainingSession;
import io.residua.eval.Evaluation;
import io.residua.eval.Predictions;
import io.residua.image.Augmentations;
import io.residua.model.ModelSpec;
import io.residua.nn.Network;
import io.residua.nn.Shape;
import io.residua.run.EpochRecord;
import io.residua.train.TrainingState.Best;
import io.residua.weights.FloatTensor;
import io.residua.weights.WeightMap;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Trains a network on pictures. What lies before the first trained layer is computed once for every
 * picture and kept; the rest is trained on that.
 */
final class NetworkTraining {
  /**
   * What came of it.
   *
   * @param best all weights, with the best score on the validation part
   * @param last all weights at the end; empty if the run diverged
   * @param train of the best weights
   * @param validation of the best weights
   * @param failure how and when the run diverged, if it did
   */
  record Outcome(
      WeightMap best,
      int bestEpoch,
      Optional<WeightMap> last,
      List<EpochRecord> history,
      Evaluation train,
      Evaluation validation,
      Optional<String> failure) {}

  private final ModelSpec spec;
  private final WeightMap weights;
  private final Recipe recipe;
  private final RunContext at;
  private final Checkpoints checkpoints;
  private final TrainingLoop.Observer observer;

  /**
   * @param observer told of each epoch that is done
   */
  NetworkTraining(
      ModelSpec spec,
      WeightMap weights,
      Recipe recipe,
      RunContext at,
      Checkpoints checkpoints,
      TrainingLoop.Observer observer) {
    this.spec = spec;
    this.weights = weights;
    this.recipe = recipe;
    this.at = at;
    this.checkpoints = checkpoints;
    this.observer = observer;
  }

  /**
   * Trains to the end, phase by phase.
   *
   * @param from where to go on; null for the beginning
   * @throws DivergedException before its first look at the validation part
   */
  Outcome run(TrainingData data, @Nullable TrainingState from) {
    List<Recipe> phases = recipe.phases();
    int epochs = phases.stream().mapToInt(r -> r.get(RecipeSettings.EPOCHS)).sum();
    WeightMap initial = recipe.whitens() ? whitened(data.train()) : weights;
    WeightMap start = from == null || from.start() == null ? initial : from.start();
    List<EpochRecord> history = List.of();
    Best best = null;
    int first = from == null ? 0 : from.phase();
    for (int p = first; ; p++) {
      TrainingLoop.Phase phase =
          new TrainingLoop.Phase(p, phases.get(p), epochs, history, best, p == 0 ? null : start);
      PhaseOutcome done =
          phase(phase, start, data, p == first ? from : null, p == phases.size() - 1);
      TrainingLoop.Outcome outcome = done.outcome();
      history = outcome.history();
      best = new Best(done.best(), outcome.best().epoch(), outcome.best().score());
      if (done.evaluations() != null) {
        return new Outcome(
            best.weights(),
            best.epoch(),
            outcome.last().isPresent() ? Optional.of(done.last()) : Optional.empty(),
            history,
            done.evaluations().train(),
            done.evaluations().validation(),
            outcome.failure());
      }
      start = done.last();
    }
  }

  private WeightMap whitened(ImageDataset train) {
    try (PictureExamples pictures = pictures(train)) {
      return Whitening.of(
          spec.network(), weights, pictures, spec.preprocessing().sizePx(), recipe.seed());
    }
  }

  /** How good the best weights are. */
  private record Evaluations(Evaluation train, Evaluation validation) {}

  /**
   * What came of a phase.
   *
   * @param best all weights, the best so far
   * @param last all weights at the end
   * @param evaluations of the best; null where another phase follows
   */
  private record PhaseOutcome(
      TrainingLoop.Outcome outcome,
      WeightMap best,
      WeightMap last,
      @Nullable Evaluations evaluations) {}

  /**
   * @param start all weights at the beginning of the phase
   */
  private PhaseOutcome phase(
      TrainingLoop.Phase phase,
      WeightMap start,
      TrainingData data,
      @Nullable TrainingState from,
      boolean isLast) {
    Network network = spec.network();
    FreezePlan plan = phase.recipe().freezePlan(network);
    if (recipe.phases().size() > 1) {
      at.progress()
          .line(
              Text.of(
                  "phase %d: %s; trains %,d of %,d parameters",
                  phase.number() + 1,
                  Phases.describe(phase.recipe()),
                  plan.trained(),
                  plan.parameters()));
    }
    try (TrainedPart part =
        new TrainedPart(
            spec, start, plan, recipe, phase.number() == 0 ? at : at.keepingNothing())) {
      Examples train = part.training(data.train());
      Examples validation = part.validation(data.validation());
      return train(phase, plan, part, train, validation, start, data, from, isLast);
    }
  }

  private PictureExamples pictures(ImageDataset data) {
    return new PictureExamples(
        data,
        spec.preprocessing(),
        spec.preprocessing(),
        Augmentations.NONE,
        recipe.seed(),
        at.folder());
  }

  private PhaseOutcome train(
      TrainingLoop.Phase phase,
      FreezePlan plan,
      TrainedPart part,
      Examples train,
      Examples validation,
      WeightMap start,
      TrainingData data,
      @Nullable TrainingState from,
      boolean isLast) {
    Network network = part.network();
    boolean whole = part.isWhole();
    TrainingOptions options = part.options(train.size());
    WeightMap own = from == null ? only(network, start) : from.weights();
    try (TrainingSession session =
        Engine.training(network, own, part.input(), options, at.compute().device())) {
      TrainingLoop loop =
          new TrainingLoop(
              session,
              train,
              whole ? phase.withoutStart() : phase,
              phase.recipe().groups(spec.network()),
              recipe.dropsLastBatch(plan.takesBatchStatistics(spec.network())),
              at.compute().threads(),
              at.progress(),
              checkpoints,
              observer,
              from);
      TrainingLoop.Outcome outcome =
          loop.run(
              trained -> {
                Evaluation e =
                    evaluate(
                        part.evaluated(), trained, part.evaluatedInput(), validation, "validate");
                return new TrainingState.Score(e.logLoss(), e.accuracy());
              });
      WeightMap best = start.with(outcome.best().weights());
      WeightMap last = outcome.last().map(w -> start.with(only(network, w))).orElse(best);
      if (!isLast && outcome.failure().isEmpty()) {
        return new PhaseOutcome(outcome, best, last, null);
      }
      boolean ofThisPart = whole || outcome.best().epoch() > loop.before();
      return new PhaseOutcome(
          outcome,
          best,
          last,
          ofThisPart
              ? evaluations(
                  part.evaluated(), only(network, best), part.evaluatedInput(), train, validation)
              : evaluations(data, best));
    }
  }

  private Evaluations evaluations(
      Network network, WeightMap weights, Shape input, Examples train, Examples validation) {
    return new Evaluations(
        evaluate(network, weights, input, train, "evaluate train"),
        evaluate(network, weights, input, validation, "evaluate validation"));
  }

  /** Of weights whose frozen layers are not those of the part at hand. */
  private Evaluations evaluations(TrainingData data, WeightMap best) {
    try (PictureExamples train = pictures(data.train());
        PictureExamples validation = pictures(data.validation())) {
      return evaluations(spec.network(), best, spec.picture(), train, validation);
    }
  }

  private static WeightMap only(Network part, WeightMap all) {
    Map<String, FloatTensor> kept = new LinkedHashMap<>();
    part.parameters().forEach(p -> kept.put(p.name(), all.get(p.name())));
    return new WeightMap(kept);
  }

  private Evaluation evaluate(
      Network part, WeightMap trained, Shape input, Examples examples, String label) {
    float[][] logits = new float[examples.size()][];
    try (BatchRunner runner = new BatchRunner(part, trained, input, at.compute());
        Progress.Task task = at.progress().start(label, examples.size(), "images")) {
      runner.runAll(
          examples.size(),
          (index, target, offset) -> {
            examples.load(index, -1, target, offset);
            return true;
          },
          (index, output, offset) ->
              logits[index] = Arrays.copyOfRange(output, offset, offset + runner.outputSize()),
          task);
    }
    return Evaluation.of(Predictions.ofLogits(logits, examples.labels(), spec.classes()));
  }
}
