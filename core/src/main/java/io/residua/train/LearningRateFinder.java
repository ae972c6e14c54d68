package io.residua.train;

import io.residua.AtomicFiles;
import io.residua.Progress;
import io.residua.Text;
import io.residua.data.ImageDataset;
import io.residua.data.NewFolder;
import io.residua.engine.Engine;
import io.residua.engine.TrainingSession;
import io.residua.train.LearningRateTest.Point;
import io.residua.train.LearningRateTest.Range;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Trains a few steps on a copy of the weights, each with a higher learning rate than the last. */
final class LearningRateFinder {
  /** Weight of what came before in the moving average of the loss. */
  private static final double SMOOTHING = 0.98;

  /** The test ends when the average is so many times the lowest so far. */
  private static final double RUNAWAY = 4;

  private final TrainingSession session;
  private final Examples examples;
  private final Recipe recipe;
  private final CrossEntropy loss;
  private final Updater updater;
  private final Gradients gradients;
  private final @Nullable GradientAccumulator accumulator;
  private final int batchesPerEpoch;
  private final int together;
  private final float[] input;
  private final float[] logits;
  private final float[] gradient;

  private LearningRateFinder(
      TrainingSession session,
      Examples examples,
      Recipe recipe,
      ParameterGroups groups,
      int threads) {
    this.session = session;
    this.examples = examples;
    this.recipe = recipe;
    loss = recipe.loss(examples.labels(), session.outputSize());
    updater =
        new Updater(recipe.get(RecipeSettings.OPTIMIZER), session.trainables(), groups, threads);
    gradients = new Gradients(session.trainables(), threads);
    batchesPerEpoch = Math.max(1, examples.size() / session.batchSize());
    together = Math.min(recipe.get(RecipeSettings.ACCUMULATE), batchesPerEpoch);
    accumulator = together > 1 ? new GradientAccumulator(gradients) : null;
    input = new float[session.batchSize() * session.inputSize()];
    logits = new float[session.batchSize() * session.outputSize()];
    gradient = new float[logits.length];
  }

  /**
   * Makes the test and writes what it measured into a new folder.
   *
   * @param from what is trained; its mixing of pictures is left out
   * @param data pictures to train on, of which only those that are needed are looked at
   * @param at in whose folder, a new one
   */
  static LearningRateTest find(
      StartingPoint from, FreezePlan plan, ImageDataset data, Range range, RunContext at) {
    Recipe recipe = from.recipe().with("mix", "none");
    return NewFolder.make(
        at.folder(),
        folder -> {
          try (TrainedPart part =
              new TrainedPart(from.spec(), from.weights(), plan, recipe, at.in(folder))) {
            Examples examples = part.training(needed(data, recipe, range));
            LearningRateTest test = run(from, part, examples, recipe, range, at);
            AtomicFiles.write(folder.resolve("lr-find.csv"), test.csv());
            AtomicFiles.write(folder.resolve("lr-find.svg"), test.svg());
            return test;
          }
        });
  }

  private static LearningRateTest run(
      StartingPoint from,
      TrainedPart part,
      Examples examples,
      Recipe recipe,
      Range range,
      RunContext at) {
    try (TrainingSession session =
        Engine.training(
            part.network(),
            from.weights(),
            part.input(),
            part.options(examples.size()),
            at.compute().device())) {
      ParameterGroups groups = recipe.groups(from.spec().network());
      LearningRateFinder finder =
          new LearningRateFinder(session, examples, recipe, groups, at.compute().threads());
      int picturesEach = session.batchSize() * finder.together;
      return new LearningRateTest(recipe, range, finder.run(range, at.progress()), picturesEach);
    }
  }

  /** As many pictures as the steps need, as the first epoch shows them. */
  private static ImageDataset needed(ImageDataset data, Recipe recipe, Range range) {
    long most =
        (long) range.steps()
            * recipe.get(RecipeSettings.BATCH_SIZE)
            * recipe.get(RecipeSettings.ACCUMULATE);
    int[] order =
        recipe
            .get(RecipeSettings.SAMPLING)
            .of(data.labels(), data.classes().size(), recipe.seed(), 0);
    return new ImageDataset(
        data.classes(),
        Arrays.stream(order).distinct().limit(most).mapToObj(data.samples()::get).toList());
  }

  /**
   * The loss at each rate.
   *
   * @throws TrainingException if it is no number from the first step on
   */
  private List<Point> run(Range range, Progress progress) {
    List<Point> points = new ArrayList<>();
    GradientClipping clipping = recipe.get(RecipeSettings.CLIP);
    double average = 0;
    double lowest = Double.POSITIVE_INFINITY;
    try (Progress.Task task = progress.start("learning rates", range.steps(), "steps")) {
      for (int step = 0; step < range.steps(); step++) {
        double now = backward(step);
        average = SMOOTHING * average + (1 - SMOOTHING) * now;
        double smoothed = average / (1 - Math.pow(SMOOTHING, step + 1));
        if (!Double.isFinite(smoothed)) {
          break;
        }
        double rate = range.at(step);
        points.add(new Point(rate, now, smoothed));
        lowest = Math.min(lowest, smoothed);
        if (smoothed > RUNAWAY * lowest) {
          break;
        }
        if (!(clipping instanceof GradientClipping.None)) {
          clipping.apply(gradients);
        }
        updater.step(Schedule.Rate.of(rate));
        task.advance(1, Text.of("lr %.1e  loss %.4f", rate, smoothed));
        if (Thread.currentThread().isInterrupted()) {
          throw new CancellationException("interrupted");
        }
      }
    }
    if (points.isEmpty()) {
      throw new TrainingException("the loss is no number before the first step");
    }
    return points;
  }

  /** Gradients of a step's batches; their mean loss. */
  private double backward(int step) {
    double sum = 0;
    for (int i = 0; i < together; i++) {
      long number = (long) step * together + i;
      sum += batch(number);
      if (accumulator != null) {
        accumulator.add(1.0 / together);
      }
    }
    if (accumulator != null) {
      accumulator.finish();
    }
    return sum / together;
  }

  private double batch(long number) {
    int epoch = (int) (number / batchesPerEpoch);
    int first = (int) (number % batchesPerEpoch) * session.batchSize();
    int[] order =
        recipe
            .get(RecipeSettings.SAMPLING)
            .of(examples.labels(), session.outputSize(), recipe.seed(), epoch);
    int[] labels = new int[session.batchSize()];
    IntStream.range(0, labels.length)
        .parallel()
        .forEach(
            i -> {
              int index = order[first + i];
              labels[i] = examples.labels()[index];
              examples.load(index, epoch, input, i * session.inputSize());
            });
    session.forward(input, labels.length, number, logits);
    double mean = loss.ofLabels(logits, labels, labels.length, session.outputSize(), gradient);
    if (Double.isFinite(mean)) {
      session.backward(gradient);
    }
    return mean;
  }
}
