package io.residua.train.internal;

import io.residua.engine.internal.TrainingSession;
import io.residua.eval.Predictions;
import io.residua.image.BatchMix;
import io.residua.train.Recipe;
import io.residua.train.RecipeSettings;
import io.residua.train.internal.TrainingState.EpochSums;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** One epoch: its batches, mixed and handed to its steps, and what they came to. */
final class TrainingEpoch {
  /** The loss of a batch is not finite. */
  static final class NotFinite extends Exception {
    private static final long serialVersionUID = 1L;

    NotFinite(double loss) {
      super("the loss is " + loss);
    }
  }

  private final TrainingStep step;
  private final Optional<BatchMix> mix;
  private final long seed;
  private final int number;
  private final int batches;
  private final int inputSize;
  private final int classes;
  private final int batch;
  private final int pictures;
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
      TrainingStep step,
      TrainingSession session,
      Recipe recipe,
      int number,
      int batches,
      int pictures,
      EpochSums done) {
    this.step = step;
    this.mix = recipe.get(RecipeSettings.MIX);
    this.seed = recipe.seed();
    this.number = number;
    this.batches = batches;
    this.pictures = pictures;
    inputSize = session.inputSize();
    classes = session.outputSize();
    batch = session.batchSize();
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
  void backward(BatchLoader loader, int from, int to) throws NotFinite {
    int together = Math.min(pictures, to * batch) - from * batch;
    for (int b = from; b < to; b++) {
      long start = System.nanoTime();
      BatchLoader.Batch next = loader.next();
      loadingNanos += System.nanoTime() - start;
      batch(next, (long) number * batches + b, (double) next.labels().length / together);
    }
  }

  private void batch(BatchLoader.Batch next, long index, double share) throws NotFinite {
    int[] labels = next.labels();
    float[] targets = mixed(next, index);
    double mean = step.backward(next.input(), labels, targets, index, share);
    if (!Double.isFinite(mean)) {
      throw new NotFinite(mean);
    }
    lossSum += mean * labels.length;
    seen += labels.length;
    float[] logits = step.logits();
    for (int i = 0; i < labels.length; i++) {
      int wanted = targets == null ? labels[i] : Predictions.argMax(targets, i * classes, classes);
      right += Predictions.argMax(logits, i * classes, classes) == wanted ? 1 : 0;
    }
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
    int whole = (int) Math.sqrt(inputSize);
    int channels = whole * whole == inputSize ? 1 : 3; // three squares are no square
    int side = (int) Math.round(Math.sqrt((double) inputSize / channels));
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
