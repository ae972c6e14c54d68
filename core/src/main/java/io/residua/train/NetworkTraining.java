package io.residua.train;

import io.residua.Progress;
import io.residua.data.ImageDataset;
import io.residua.data.TrainingData;
import io.residua.engine.BatchRunner;
import io.residua.engine.Compute;
import io.residua.engine.Engine;
import io.residua.engine.FrozenPrefix;
import io.residua.engine.TrainingOptions;
import io.residua.engine.TrainingSession;
import io.residua.eval.Evaluation;
import io.residua.eval.Predictions;
import io.residua.image.Augmentations;
import io.residua.model.ModelSpec;
import io.residua.nn.Network;
import io.residua.nn.Parameter;
import io.residua.nn.Shape;
import io.residua.weights.FloatTensor;
import io.residua.weights.WeightMap;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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
  private final FreezePlan plan;
  private final Recipe recipe;
  private final Compute compute;
  private final Progress progress;
  private final Path folder;
  private final Checkpoints checkpoints;
  private final TrainingLoop.Observer observer;

  /**
   * @param folder of the run, for temporary files
   * @param observer told of each epoch that is done
   */
  NetworkTraining(
      ModelSpec spec,
      WeightMap weights,
      FreezePlan plan,
      Recipe recipe,
      Compute compute,
      Progress progress,
      Path folder,
      Checkpoints checkpoints,
      TrainingLoop.Observer observer) {
    this.spec = spec;
    this.weights = weights;
    this.plan = plan;
    this.recipe = recipe;
    this.compute = compute;
    this.progress = progress;
    this.folder = folder;
    this.checkpoints = checkpoints;
    this.observer = observer;
  }

  /**
   * Trains to the end.
   *
   * @param from where to go on; null for the beginning
   * @throws TrainingException if the run diverged before its first look at the validation part
   */
  Outcome run(TrainingData data, @Nullable TrainingState from) {
    Network network = spec.network();
    Optional<String> boundary =
        FrozenPrefix.output(network, plan.trainable(), plan.frozenStatistics());
    Augmentations augmentations = recipe.augmentations();
    boolean changing = !augmentations.steps().isEmpty() || recipe.mix().isPresent();
    if (boundary.isEmpty() || changing) {
      try (PictureExamples train = pictures(data.train(), augmentations);
          PictureExamples validation = pictures(data.validation(), Augmentations.NONE)) {
        return train(network, spec.picture(), train, validation, from);
      }
    }
    Network prefix = network.upTo(boundary.get());
    Network rest = network.after(boundary.get());
    Shape shape = prefix.outputShape(spec.picture());
    try (BatchRunner runner = new BatchRunner(prefix, weights, spec.picture(), compute);
        FeatureExamples train = features(runner, shape, data.train(), "features of train");
        FeatureExamples validation =
            features(runner, shape, data.validation(), "features of validation")) {
      return train(rest, shape, train, validation, from);
    }
  }

  private PictureExamples pictures(ImageDataset data, Augmentations augmentations) {
    return new PictureExamples(data, spec.preprocessing(), augmentations, recipe.seed(), folder);
  }

  private FeatureExamples features(
      BatchRunner runner, Shape shape, ImageDataset data, String label) {
    return FeatureExamples.compute(
        runner, shape, data, spec.preprocessing(), label, folder, progress);
  }

  /**
   * @param part the part of the network that is run for each step
   * @param input shape of its input
   */
  private Outcome train(
      Network part,
      Shape input,
      Examples train,
      Examples validation,
      @Nullable TrainingState from) {
    int batch = Math.min(recipe.batchSize(), train.size());
    TrainingOptions options =
        new TrainingOptions(
            batch,
            compute.precision(),
            compute.threads(),
            recipe.seed(),
            only(part, plan.trainable()),
            layersOf(part, plan.frozenStatistics()));
    WeightMap start = from == null ? only(part, weights) : from.weights();
    try (TrainingSession session = Engine.training(part, start, input, options, compute.device())) {
      TrainingLoop loop =
          new TrainingLoop(
              session,
              train,
              recipe,
              recipe.groups(spec.network()),
              recipe.dropsLastBatch(plan.takesBatchStatistics(spec.network())),
              compute.threads(),
              progress,
              checkpoints,
              observer,
              from);
      TrainingLoop.Outcome outcome = loop.run(trained -> score(part, trained, input, validation));
      return new Outcome(
          weights.with(only(part, outcome.best())),
          outcome.bestEpoch(),
          outcome.last().map(last -> weights.with(only(part, last))),
          outcome.history(),
          evaluate(part, outcome.best(), input, train, "evaluate train"),
          evaluate(part, outcome.best(), input, validation, "evaluate validation"),
          outcome.failure());
    }
  }

  private static Set<String> layersOf(Network part, Set<String> names) {
    return part.nodes().stream()
        .map(Network.Node::name)
        .filter(names::contains)
        .collect(Collectors.toSet());
  }

  private static Set<String> only(Network part, Set<String> names) {
    return part.parameters().stream()
        .map(Parameter::name)
        .filter(names::contains)
        .collect(Collectors.toSet());
  }

  private static WeightMap only(Network part, WeightMap all) {
    Map<String, FloatTensor> kept = new LinkedHashMap<>();
    part.parameters().forEach(p -> kept.put(p.name(), all.get(p.name())));
    return new WeightMap(kept);
  }

  private TrainingState.Score score(
      Network part, WeightMap trained, Shape input, Examples validation) {
    Evaluation evaluation = evaluate(part, trained, input, validation, "validate");
    return new TrainingState.Score(evaluation.logLoss(), evaluation.accuracy());
  }

  private Evaluation evaluate(
      Network part, WeightMap trained, Shape input, Examples examples, String label) {
    float[][] logits = new float[examples.size()][];
    try (BatchRunner runner = new BatchRunner(part, trained, input, compute);
        Progress.Task task = progress.start(label, examples.size(), "images")) {
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
