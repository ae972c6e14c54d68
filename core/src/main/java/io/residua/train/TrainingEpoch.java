package io.residua.train;

import io.residua.engine.TrainingSession;
import io.residua.eval.Predictions;
import io.residua.image.BatchMix;
import io.residua.train.TrainingState.EpochSums;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One epoch: batch by batch forward, loss and backward, and what it came to. */
final class TrainingEpoch {
  /** The loss of a batch is not finite. */
  static final class NotFinite extends Exception {
    private static final long serialVersionUID = 1L;

    NotFinite(double loss) {
      super("the loss is " + loss);
    }
  }

  private final TrainingSession session;
  private final CrossEntropy loss;
  private final Optional<BatchMix> mix;
  private final long seed;
  private final int number;
  private final int batches;
  private final int classes;
  private final int batch;
  private final int pictures;
  private final float[] logits;
  private final float[] gradient;
  private double lossSum;
  private int seen;
  private int right;
  private long loadingNanos;

  /**
   * @param number of the epoch, from 0
   * @param batches how many it has
   * @param pictures how many they have together
   * @param done what those of its batches came to that were done before
   */
  TrainingEpoch(
      TrainingSession session,
      CrossEntropy loss,
      Recipe recipe,
      int number,
      int batches,
      int pictures,
      EpochSums done) {
    this.session = session;
    this.loss = loss;
    this.mix = recipe.get(RecipeSettings.MIX);
    this.seed = recipe.seed();
    this.number = number;
    this.batches = batches;
    this.pictures = pictures;
    classes = session.outputSize();
    batch = session.batchSize();
    logits = new float[batch * classes];
    gradient = new float[batch * classes];
    lossSum = done.loss();
    seen = done.seen();
    right = done.right();
    loadingNanos = done.loadingNanos();
  }

  int seen() {
    return seen;
  }

  /**
   * Gradients of batches {@code from} to {@code to - 1}, which make one step.
   *
   * @throws NotFinite if the loss is no number
   */
  void backward(BatchLoader loader, int from, int to, @Nullable GradientAccumulator accumulator)
      throws NotFinite {
    int together = Math.min(pictures, to * batch) - from * batch;
    for (int b = from; b < to; b++) {
      long start = System.nanoTime();
      BatchLoader.Batch next = loader.next();
      loadingNanos += System.nanoTime() - start;
      int count = batch(next, (long) number * batches + b);
      if (accumulator != null) {
        accumulator.add((double) count / together);
      }
    }
    if (accumulator != null) {
      accumulator.finish();
    }
  }

  private int batch(BatchLoader.Batch next, long index) throws NotFinite {
    int[] labels = next.labels();
    int count = labels.length;
    float[] targets = mixed(next, index);
    session.forward(next.input(), count, index, logits);
    double mean =
        targets == null
            ? loss.ofLabels(logits, labels, count, classes, gradient)
            : loss.ofTargets(logits, targets, count, classes, gradient);
    if (!Double.isFinite(mean)) {
      throw new NotFinite(mean);
    }
    session.backward(gradient);
    lossSum += mean * count;
    seen += count;
    for (int i = 0; i < count; i++) {
      int wanted = targets == null ? labels[i] : Predictions.argMax(targets, i * classes, classes);
      right += Predictions.argMax(logits, i * classes, classes) == wanted ? 1 : 0;
    }
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
    int whole = (int) Math.sqrt(session.inputSize());
    int channels = whole * whole == session.inputSize() ? 1 : 3; // three squares are no square
    int side = (int) Math.round(Math.sqrt((double) session.inputSize() / channels));
    SplittableRandom random = new SplittableRandom(seed * 7_368_787L + index);
    mix.get().apply(next.input(), targets, labels.length, side, side, channels, random);
    return targets;
  }

  double meanLoss() {
    return lossSum / seen;
  }

  double accuracy() {
    return (double) right / seen;
  }

  /**
   * What it has come to so far.
   *
   * @param nanos how long its steps took
   */
  EpochSums sums(long nanos) {
    return new EpochSums(lossSum, seen, right, nanos, loadingNanos);
  }
}
