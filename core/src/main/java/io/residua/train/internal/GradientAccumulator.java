package io.residua.train.internal;

import java.util.Arrays;

/**
 * Adds up the gradients of several small batches, so that one step of the optimizer sees them as
 * one large batch. (Batch normalisation still sees the small ones.)
 */
public final class GradientAccumulator {
  private final Gradients gradients;
  private final float[][] sums;

  public GradientAccumulator(Gradients gradients) {
    this.gradients = gradients;
    sums = new float[gradients.chunks().all().size()][];
    gradients.chunks().all().forEach(c -> sums[c.index()] = new float[c.length()]);
  }

  /**
   * Adds the session's gradients.
   *
   * @param share what part of the large batch the small one is, for instance 0.25
   */
  public void add(double share) {
    float factor = (float) share;
    gradients
        .chunks()
        .forEach(
            (chunk, scratch) -> {
              chunk.readGradient(scratch.gradient);
              float[] sum = sums[chunk.index()];
              for (int i = 0; i < sum.length; i++) {
                sum[i] += factor * scratch.gradient[i];
              }
            });
  }

  /** Puts the sum in the place of the session's gradients and begins at zero. */
  public void finish() {
    gradients
        .chunks()
        .forEach(
            (chunk, scratch) -> {
              float[] sum = sums[chunk.index()];
              chunk.writeGradient(sum);
              Arrays.fill(sum, 0);
            });
  }
}
