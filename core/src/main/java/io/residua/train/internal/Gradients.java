package io.residua.train.internal;

import io.residua.engine.internal.TrainingSession.Trainable;
import java.util.List;

/** All gradients of a session, as one vector. */
public final class Gradients {
  private final Chunks chunks;
  private final double[] squares;

  /**
   * @param trainables a session's {@link io.residua.engine.internal.TrainingSession#trainables}
   * @param threads how many threads work; 0 for all processors
   */
  public Gradients(List<Trainable> trainables, int threads) {
    chunks = new Chunks(trainables, threads);
    squares = new double[chunks.all().size()];
  }

  Chunks chunks() {
    return chunks;
  }

  /** The Euclidean norm; NaN or infinite where an element is. */
  public double norm() {
    chunks.forEach(
        (chunk, scratch) -> {
          chunk.readGradient(scratch.gradient);
          double sum = 0;
          for (int i = 0; i < chunk.length(); i++) {
            sum += (double) scratch.gradient[i] * scratch.gradient[i];
          }
          squares[chunk.index()] = sum;
        });
    double sum = 0;
    for (double square : squares) {
      sum += square;
    }
    return Math.sqrt(sum);
  }

  /** Multiplies every element. */
  public void scale(double factor) {
    float f = (float) factor;
    chunks.forEach(
        (chunk, scratch) -> {
          chunk.readGradient(scratch.gradient);
          for (int i = 0; i < chunk.length(); i++) {
            scratch.gradient[i] *= f;
          }
          chunk.writeGradient(scratch.gradient);
        });
  }

  /** Brings every element into {@code -limit} to {@code limit}. */
  public void clamp(double limit) {
    float most = (float) limit;
    chunks.forEach(
        (chunk, scratch) -> {
          chunk.readGradient(scratch.gradient);
          for (int i = 0; i < chunk.length(); i++) {
            scratch.gradient[i] = Math.min(most, Math.max(-most, scratch.gradient[i]));
          }
          chunk.writeGradient(scratch.gradient);
        });
  }
}
