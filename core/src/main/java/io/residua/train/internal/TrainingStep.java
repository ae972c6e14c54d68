package io.residua.train.internal;

import io.residua.engine.internal.TrainingSession;
import io.residua.train.Optimizer;
import io.residua.train.Schedule;
import org.jspecify.annotations.Nullable;

/**
 * A step of training on a session: forward, loss and backward for each of its batches, whose
 * gradients add up, then clipping and the optimizer's update.
 */
public final class TrainingStep {
  private final TrainingSession session;
  private final CrossEntropy loss;
  private final Updater updater;
  private final GradientClipping clipping;
  private final Gradients gradients;
  private final @Nullable GradientAccumulator accumulator;
  private final float[] logits;
  private final float[] gradient;

  /**
   * @param groups how the parameters are treated
   * @param accumulates whether a step has several batches
   * @param threads how many threads update; 0 for all processors
   */
  public TrainingStep(
      TrainingSession session,
      CrossEntropy loss,
      GradientClipping clipping,
      Optimizer optimizer,
      ParameterGroups groups,
      boolean accumulates,
      int threads) {
    this.session = session;
    this.loss = loss;
    this.clipping = clipping;
    updater = new Updater(optimizer, session.trainables(), groups, threads);
    gradients = new Gradients(session.trainables(), threads);
    accumulator = accumulates ? new GradientAccumulator(gradients) : null;
    logits = new float[session.batchSize() * session.outputSize()];
    gradient = new float[logits.length];
  }

  /** Steps of one batch each, with plain cross-entropy; all parameters are treated alike. */
  public TrainingStep(TrainingSession session, Optimizer optimizer, int threads) {
    this(
        session,
        new CrossEntropy(),
        new GradientClipping.None(),
        optimizer,
        ParameterGroups.alike(),
        false,
        threads);
  }

  /**
   * A whole step of one batch.
   *
   * @param input {@code N×H×W×C}, preprocessed
   * @param labels class of each of the N pictures
   * @param number of the batch in the run, from 0, which decides what dropout drops
   * @return the mean loss before the step; where it is no finite number, nothing is changed
   */
  public double run(float[] input, int[] labels, long number, Schedule.Rate rate) {
    double mean = backward(input, labels, null, number, 1);
    if (Double.isFinite(mean)) {
      update(rate);
    }
    return mean;
  }

  /**
   * Adds the gradient of a batch to those of the step.
   *
   * @param targets {@code N×classes}, in place of the labels; null for none
   * @param share what part of the step's pictures it has
   * @return its mean loss; where it is no finite number, nothing is added
   */
  double backward(
      float[] input, int[] labels, float @Nullable [] targets, long number, double share) {
    int classes = session.outputSize();
    session.forward(input, labels.length, number, logits);
    double mean =
        targets == null
            ? loss.ofLabels(logits, labels, labels.length, classes, gradient)
            : loss.ofTargets(logits, targets, labels.length, classes, gradient);
    if (Double.isFinite(mean)) {
      session.backward(gradient);
      if (accumulator != null) {
        accumulator.add(share);
      }
    }
    return mean;
  }

  /** The logits of the last batch, {@code N×classes}; the same array for all. */
  float[] logits() {
    return logits;
  }

  /** Clips the gradient of the batches so far and changes the weights by it. */
  void update(Schedule.Rate rate) {
    if (accumulator != null) {
      accumulator.finish();
    }
    if (!(clipping instanceof GradientClipping.None)) {
      clipping.apply(gradients);
    }
    updater.step(rate);
  }

  /** A copy of what the optimizer remembers. */
  Updater.State state() {
    return updater.state();
  }

  void restore(Updater.State state) {
    updater.restore(state);
  }
}
