package io.residua.engine;

import java.nio.FloatBuffer;

/**
 * The option-A shortcut (every stride-th position, zero channels on both sides) as the weights of a
 * 1x1 convolution.
 */
final class PadWeights {
  private PadWeights() {}

  /** {@code out×in×1×1}. */
  static FloatBuffer identity(int in, int out) {
    float[] w = new float[out * in];
    int before = (out - in) / 2;
    for (int c = 0; c < in; c++) {
      w[(before + c) * in + c] = 1;
    }
    return FloatBuffer.wrap(w);
  }
}
