package io.residua.train;

import io.residua.Progress;
import io.residua.engine.TrainingSession;
import io.residua.train.LearningRateTest.Point;
import io.residua.train.LearningRateTest.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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

  LearningRateFinder(
      TrainingSession session,
      Examples examples,
      Recipe recipe,
      ParameterGroups groups,
      int threads) {
    this.session = session;
    this.examples = examples;
    this.recipe = recipe;
    loss = recipe.loss(examples.labels(), session.outputSize());
    updater = new Updater(recipe.optimizer(), session.trainables(), groups, threads);
    gradients = new Gradients(session.trainables(), threads);
    batchesPerEpoch = Math.max(1, examples.size() / session.batchSize());
    together = Math.min(recipe.accumulate(), batchesPerEpoch);
    accumulator = together > 1 ? new GradientAccumulator(gradients) : null;
    input = new float[session.batchSize() * session.inputSize()];
    logits = new float[session.batchSize() * session.outputSize()];
    gradient = new float[logits.length];
  }

  /** How many examples the test looks at. */
  static int examples(Recipe recipe, Range range) {
    return (int)
        Math.min(
            Integer.MAX_VALUE, (long) range.steps() * recipe.batchSize() * recipe.accumulate());
  }

  /**
   * The loss at each rate.
   *
   * @throws TrainingException if it is no number from the first step on
   */
  List<Point> run(Range range, Progress progress) {
    List<Point> points = new ArrayList<>();
    GradientClipping clipping = recipe.clipping();
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
        task.advance(1, String.format(Locale.ROOT, "lr %.1e  loss %.4f", rate, smoothed));
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
        recipe.sampling().of(examples.labels(), session.outputSize(), recipe.seed(), epoch);
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
