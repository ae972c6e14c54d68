package io.residua.train.internal;

import io.residua.train.Optimizer;

/** The two ways of weight decay. */
final class Decay {
  private Decay() {}

  /** L2: the gradient of {@code decay / 2 · w²}. */
  static void addToGradient(float[] w, float[] g, int count, Optimizer.Update update) {
    if (update.weightDecay() != 0) {
      float decay = (float) update.weightDecay();
      for (int i = 0; i < count; i++) {
        g[i] += decay * w[i];
      }
    }
  }

  /** Decoupled (Loshchilov and Hutter 2017): the weights shrink whatever the gradient. */
  static void shrink(float[] w, int count, Optimizer.Update update) {
    if (update.weightDecay() != 0) {
      float kept = (float) (1 - update.learningRate() * update.weightDecay());
      for (int i = 0; i < count; i++) {
        w[i] *= kept;
      }
    }
  }
}
