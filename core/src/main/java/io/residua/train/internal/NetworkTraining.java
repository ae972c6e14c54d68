package io.residua.train.internal;

import io.residua.Progress;
import io.residua.data.ImageDataset;
import io.residua.data.internal.TrainingData;
import io.residua.engine.internal.BatchRunner;
import io.residua.engine.internal.Engine;
import io.residua.engine.internal.TrainingSession;
import io.residua.eval.Evaluation;
import io.residua.eval.Predictions;
import io.residua.image.Augmentations;
import io.residua.internal.Text;
import io.residua.model.ModelSpec;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Shape;
import io.residua.train.DivergedException;
import io.residua.train.FreezePlan;
import io.residua.train.Recipe;
import io.residua.train.RecipeSettings;
import io.residua.weights.internal.FloatTensor;
import io.residua.weights.internal.WeightMap;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Trains a network on pictures. What lies before the first trained layer is computed once for every
 * picture and kept; the rest is trained on that.
 */
final class NetworkTraining {
  private final ModelSpec spec;
  private final WeightMap weights;
  private final List<Recipe> phases;
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
    this.phases = recipe.phases();
    this.at = at;
    this.checkpoints = checkpoints;
    this.observer = observer;
  }

  /**
   * Trains to the end, phase by phase.
   *
   * @param from where to go on; null for the beginning
   * @return with all weights, the best measured
   * @throws DivergedException before its first look at the validation part
   */
  TrainingOutcome run(TrainingData data, @Nullable TrainingState from) {
    int epochs = phases.stream().mapToInt(r -> r.get(RecipeSettings.EPOCHS)).sum();
    WeightMap start = from == null ? null : from.start();
    if (start == null) {
      start = phases.get(0).whitens() ? whitened(data.train()) : weights;
    }
    TrainingOutcome before = null;
    int first = from == null ? 0 : from.phase();
    for (int p = first; ; p++) {
      TrainingOutcome done =
          phase(
              new TrainingLoop.Phase(
                  p, phases.get(p), spec.network(), epochs, before, p == 0 ? null : start),
              start,
              data,
              p == first ? from : null);
      if (!done.measured().isEmpty()) {
        return done;
      }
      before = done;
      start = done.last().orElseThrow();
    }
  }

  private WeightMap whitened(ImageDataset train) {
    try (PictureExamples pictures = pictures(train)) {
      return Whitening.of(spec.network(), weights, pictures, spec.preprocessing().sizePx(), seed());
    }
  }

  /**
   * @param start all weights at the beginning of the phase
   */
  private TrainingOutcome phase(
      TrainingLoop.Phase phase, WeightMap start, TrainingData data, @Nullable TrainingState from) {
    FreezePlan plan = phase.plan();
    if (phases.size() > 1) {
      at.progress()
          .line(
              Text.of(
                  "phase %d: %s; trains %,d of %,d parameters",
                  phase.number() + 1,
                  Phases.describe(phase.recipe()),
                  plan.trained(),
                  plan.parameters()));
    }
    RunContext own = phase.number() == 0 ? at : at.keepingNothing();
    try (TrainedPart part = new TrainedPart(spec, start, plan, phase.recipe(), own)) {
      Examples train = part.training(data.train());
      Examples validation = part.validation(data.validation());
      return train(phase, part, train, validation, start, data, from);
    }
  }

  private PictureExamples pictures(ImageDataset data) {
    return new PictureExamples(
        data, spec.preprocessing(), spec.preprocessing(), Augmentations.NONE, seed(), at.folder());
  }

  private long seed() {
    return phases.get(0).seed();
  }

  private TrainingOutcome train(
      TrainingLoop.Phase phase,
      TrainedPart part,
      Examples train,
      Examples validation,
      WeightMap start,
      TrainingData data,
      @Nullable TrainingState from) {
    WeightMap own = from == null ? only(part.network(), start) : from.weights();
    try (TrainingSession session =
        Engine.training(
            part.network(), own, part.input(), part.options(train.size()), at.compute().device())) {
      TrainingLoop loop =
          new TrainingLoop(
              session,
              train,
              part.isWhole() ? phase.withoutStart() : phase,
              at,
              checkpoints,
              observer,
              from);
      TrainingOutcome outcome =
          loop.run(
              trained -> {
                Evaluation e =
                    evaluate(
                        part.evaluated(), trained, part.evaluatedInput(), validation, "validate");
                return new TrainingState.Score(e.logLoss(), e.accuracy());
              });
      TrainingOutcome done = outcome.within(start);
      if (phase.number() < phases.size() - 1 && outcome.failure().isEmpty()) {
        return done;
      }
      if (part.isWhole() || outcome.best().epoch() > loop.before()) {
        return measured(
            done,
            part.evaluated(),
            outcome.best().weights(),
            part.evaluatedInput(),
            train,
            validation);
      }
      // The best weights' frozen layers are not those of the part at hand.
      try (PictureExamples trainPictures = pictures(data.train());
          PictureExamples validationPictures = pictures(data.validation())) {
        return measured(
            done,
            spec.network(),
            done.best().weights(),
            spec.picture(),
            trainPictures,
            validationPictures);
      }
    }
  }

  private TrainingOutcome measured(
      TrainingOutcome done,
      Network network,
      WeightMap weights,
      Shape input,
      Examples train,
      Examples validation) {
    return done.measured(
        evaluate(network, weights, input, train, "evaluate train"),
        evaluate(network, weights, input, validation, "evaluate validation"));
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
