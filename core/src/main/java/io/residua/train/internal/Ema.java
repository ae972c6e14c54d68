package io.residua.train.internal;

import io.residua.UsageException;
import io.residua.engine.internal.TrainingSession;
import io.residua.engine.internal.TrainingSession.Trainable;
import io.residua.weights.internal.WeightMap;
import java.util.ArrayList;
import java.util.List;

/**
 * An exponential moving average of a session's weights, running statistics included: after each
 * step {@code average = decay · average + (1 - decay) · weights} (Polyak averaging). The average
 * often classifies better than the last weights. It is kept in the session's own order.
 */
public final class Ema {
  private final double decay;
  private final TrainingSession session;
  private final Chunks chunks;

  /** By chunk. */
  private final float[][] averages;

  /**
   * An average that starts as the session's weights.
   *
   * @param decay what is kept of the average in each step, 0 up to 1
   * @param threads how many threads work; 0 for all processors
   */
  public Ema(double decay, TrainingSession session, int threads) {
    UsageException.check(decay >= 0 && decay < 1, "EMA decay", decay, "0 up to 1");
    this.decay = decay;
    this.session = session;
    List<Trainable> arrays = new ArrayList<>(session.trainables());
    arrays.addAll(session.statistics());
    chunks = new Chunks(arrays, threads);
    averages = chunks.all().stream().map(c -> new float[c.length()]).toArray(float[][]::new);
    start();
  }

  private void start() {
    chunks.forEach((chunk, scratch) -> chunk.readValues(averages[chunk.index()]));
  }

  /** Starts as other weights, those of a checkpoint. */
  void restore(WeightMap average) {
    WeightMap weights = session.weights();
    session.set(average);
    start();
    session.set(weights);
  }

  /** Takes in the session's weights after a step. */
  public void update() {
    chunks.forEach(
        (chunk, scratch) -> {
          chunk.readValues(scratch.values);
          float[] average = averages[chunk.index()];
          for (int i = 0; i < average.length; i++) {
            average[i] = (float) (decay * average[i] + (1 - decay) * scratch.values[i]);
          }
        });
  }

  /** A copy of the average, with the weights that are not trained. */
  public WeightMap weights() {
    swap();
    try {
      return session.weights();
    } finally {
      swap();
    }
  }

  /** Exchanges the average and the session's weights. */
  private void swap() {
    chunks.forEach(
        (chunk, scratch) -> {
          float[] average = averages[chunk.index()];
          chunk.readValues(scratch.values);
          chunk.writeValues(average);
          System.arraycopy(scratch.values, 0, average, 0, average.length);
        });
  }
}
