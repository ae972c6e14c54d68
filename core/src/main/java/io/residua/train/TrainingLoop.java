package io.residua.train;

import io.residua.Progress;
import io.residua.engine.TrainingSession;
import io.residua.eval.EvaluationException;
import io.residua.eval.Predictions;
import io.residua.image.BatchMix;
import io.residua.weights.WeightMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Epochs of steps over shuffled examples, each followed by a look at the validation part; keeps the
 * weights that did best there.
 */
final class TrainingLoop {
  /**
   * How good weights are on the validation part.
   *
   * @param loss cross-entropy
   * @param accuracy share of right answers
   */
  record Score(double loss, double accuracy) {
    /** More right answers, or as many and a lower loss. */
    boolean betterThan(@Nullable Score other) {
      return other == null
          || accuracy > other.accuracy
          || (accuracy == other.accuracy && loss < other.loss);
    }
  }

  /**
   * What came of it.
   *
   * @param best the trained weights with the best score on the validation part
   * @param bestEpoch when that was, from 1
   * @param last the weights at the end
   * @param history an entry an epoch
   */
  record Outcome(WeightMap best, int bestEpoch, WeightMap last, List<EpochRecord> history) {}

  private final TrainingSession session;
  private final Examples examples;
  private final Recipe recipe;
  private final ParameterGroups groups;
  private final CrossEntropy loss;
  private final Optional<BatchMix> mix;
  private final boolean wholeBatches;
  private final int threads;
  private final Progress progress;

  /**
   * @param wholeBatches whether a last batch that is not full is left out
   * @param groups how the parameters are treated
   * @param threads how many load examples and update weights
   */
  TrainingLoop(
      TrainingSession session,
      Examples examples,
      Recipe recipe,
      ParameterGroups groups,
      boolean wholeBatches,
      int threads,
      Progress progress) {
    this.session = session;
    this.examples = examples;
    this.recipe = recipe;
    this.groups = groups;
    this.loss = recipe.loss(examples.labels(), session.outputSize());
    this.mix = recipe.mix();
    this.threads = threads;
    this.wholeBatches = wholeBatches;
    this.progress = progress;
  }

  Outcome run(Function<WeightMap, Score> validate) {
    int epochs = recipe.epochs();
    int batch = session.batchSize();
    int batches = wholeBatches ? examples.size() / batch : (examples.size() + batch - 1) / batch;
    int together = Math.min(recipe.accumulate(), batches);
    int steps = (batches + together - 1) / together;
    Updater updater = new Updater(recipe.optimizer(), session.trainables(), groups, threads);
    Gradients gradients = new Gradients(session.trainables(), threads);
    GradientAccumulator accumulator = together > 1 ? new GradientAccumulator(gradients) : null;
    GradientClipping clipping = recipe.clipping();
    Ema ema = recipe.emaDecay() > 0 ? new Ema(recipe.emaDecay(), session.weights()) : null;
    Schedule.Run schedule = recipe.schedule().over(recipe.learningRate(), epochs, steps);
    List<EpochRecord> history = new ArrayList<>();
    Score best = null;
    int bestEpoch = 0;
    WeightMap bestWeights = session.weights();
    WeightMap last = bestWeights;
    long step = 0;
    for (int epoch = 0; epoch < epochs; epoch++) {
      long start = System.nanoTime();
      Epoch e = new Epoch(epoch, batches);
      try (BatchLoader loader = e.loader();
          Progress.Task task =
              progress.start("epoch %d/%d".formatted(epoch + 1, epochs), e.pictures(), "images")) {
        for (int s = 0; s < steps; s++) {
          e.backward(
              loader, s * together, Math.min(batches, (s + 1) * together), step, accumulator, task);
          if (!(clipping instanceof GradientClipping.None)) {
            clipping.apply(gradients);
          }
          updater.step(schedule.at(step));
          step++;
          if (ema != null) {
            ema.update(session.weights());
          }
        }
      }
      double trainSeconds = (System.nanoTime() - start) / 1e9;
      last = ema == null ? session.weights() : ema.weights();
      Score score;
      try {
        score = validate.apply(last);
      } catch (EvaluationException notNumbers) {
        throw diverged("the network's answers are no numbers", step, epoch);
      }
      schedule.epochEnded(score.loss());
      EpochRecord record =
          new EpochRecord(
              epoch + 1,
              schedule.at(step - 1).learningRate(),
              e.meanLoss(),
              e.accuracy(),
              score.loss(),
              score.accuracy(),
              (System.nanoTime() - start) / 1e9,
              e.pictures() / trainSeconds,
              e.loadingSeconds());
      history.add(record);
      progress.line(record.text(epochs));
      if (score.betterThan(best)) {
        best = score;
        bestEpoch = epoch + 1;
        bestWeights = last;
      } else if (recipe.earlyStopping() > 0 && epoch + 1 - bestEpoch >= recipe.earlyStopping()) {
        progress.line(
            "stopped after epoch %d: no better score since epoch %d"
                .formatted(epoch + 1, bestEpoch));
        break;
      }
    }
    return new Outcome(bestWeights, bestEpoch, last, history);
  }

  private TrainingException diverged(String how, long step, int epoch) {
    return new TrainingException(
        "training diverged: %s at step %d (epoch %d); lower the learning rate (lr is %s)"
            .formatted(how, step, epoch + 1, recipe.get("lr")));
  }

  /** One pass over the examples. */
  private final class Epoch {
    private final int number;
    private final int batches;
    private final int classes = session.outputSize();
    private final int batch = session.batchSize();
    private final float[] logits = new float[batch * classes];
    private final float[] gradient = new float[batch * classes];
    private long loadingNanos;
    private double lossSum;
    private int seen;
    private int right;

    Epoch(int number, int batches) {
      this.number = number;
      this.batches = batches;
    }

    int pictures() {
      return Math.min(examples.size(), batches * batch);
    }

    BatchLoader loader() {
      int[] order = recipe.sampling().of(examples.labels(), classes, recipe.seed(), number);
      return new BatchLoader(examples, order, number, batch, batches, session.inputSize(), threads);
    }

    /** Gradients of batches {@code from} to {@code to - 1}, which make one step. */
    void backward(
        BatchLoader loader,
        int from,
        int to,
        long step,
        @Nullable GradientAccumulator accumulator,
        Progress.Task task) {
      int together = Math.min(pictures(), to * batch) - from * batch;
      for (int b = from; b < to; b++) {
        long start = System.nanoTime();
        BatchLoader.Batch next = loader.next();
        loadingNanos += System.nanoTime() - start;
        int count = batch(next, (long) number * batches + b, step, task);
        if (accumulator != null) {
          accumulator.add((double) count / together);
        }
      }
      if (accumulator != null) {
        accumulator.finish();
      }
    }

    private int batch(BatchLoader.Batch next, long index, long step, Progress.Task task) {
      int[] labels = next.labels();
      int count = labels.length;
      float[] targets = mixed(next, index);
      session.forward(next.input(), count, index, logits);
      double mean =
          targets == null
              ? loss.ofLabels(logits, labels, count, classes, gradient)
              : loss.ofTargets(logits, targets, count, classes, gradient);
      if (!Double.isFinite(mean)) {
        throw diverged("the loss is " + mean, step + 1, number);
      }
      session.backward(gradient);
      lossSum += mean * count;
      seen += count;
      for (int i = 0; i < count; i++) {
        int wanted =
            targets == null ? labels[i] : Predictions.argMax(targets, i * classes, classes);
        right += Predictions.argMax(logits, i * classes, classes) == wanted ? 1 : 0;
      }
      task.advance(
          count, String.format(Locale.ROOT, "loss %.4f  accuracy %.4f", meanLoss(), accuracy()));
      return count;
    }

    /** Mixes the batch's pictures and gives their targets; null where nothing is mixed. */
    private float @Nullable [] mixed(BatchLoader.Batch next, long index) {
      if (mix.isEmpty()) {
        return null;
      }
      int[] labels = next.labels();
      float[] targets = new float[labels.length * classes];
      for (int i = 0; i < labels.length; i++) {
        targets[i * classes + labels[i]] = 1;
      }
      int side = (int) Math.round(Math.sqrt(session.inputSize() / 3.0));
      SplittableRandom random = new SplittableRandom(recipe.seed() * 7_368_787L + index);
      mix.get().apply(next.input(), targets, labels.length, side, side, random);
      return targets;
    }

    double loadingSeconds() {
      return loadingNanos / 1e9;
    }

    double meanLoss() {
      return lossSum / seen;
    }

    double accuracy() {
      return (double) right / seen;
    }
  }
}
