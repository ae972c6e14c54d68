package io.residua.engine.onednn;

import io.residua.engine.internal.FusedGraph;
import io.residua.nn.internal.Layer.Conv;
import io.residua.nn.internal.Layer.PadShortcut;
import java.nio.FloatBuffer;

/**
 * The option-A shortcut (every stride-th position, zero channels on both sides) as the weights of a
 * 1x1 convolution.
 *
 * @param layer name of the shortcut
 * @param in its input channels
 * @param out its output channels
 */
record PadWeights(String layer, int in, int out) implements FusedGraph.Weights {

  /** The convolution. */
  static Conv conv(int in, PadShortcut shortcut) {
    return new Conv(in, shortcut.outChannels(), 1, shortcut.stride(), 0, 1, false);
  }

  @Override
  public FloatBuffer weight() {
    float[] w = new float[out * in];
    int before = (out - in) / 2;
    for (int c = 0; c < in; c++) {
      w[(before + c) * in + c] = 1;
    }
    return FloatBuffer.wrap(w);
  }

  @Override
  public float[] bias() {
    return new float[out];
  }
}
