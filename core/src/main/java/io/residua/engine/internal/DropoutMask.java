package io.residua.engine.internal;

import io.residua.internal.Text;

/**
 * Which elements dropout drops: a pure function of seed, step, layer and element, so every executor
 * drops the same ones, in whatever order and on however many threads it asks. The hash is
 * SplitMix64's (Steele, Lea and Flood 2014) on a counter.
 */
public final class DropoutMask {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private final long layerKey;
  private final double rate;
  private final float kept;

  /**
   * @param seed the session's
   * @param layer name of the layer
   * @param rate probability of being dropped, 0 up to 1
   */
  public DropoutMask(long seed, String layer, double rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException(
          Text.of("layer %s drops with probability %s, not 0 up to 1", layer, rate));
    }
    this.layerKey = mix(seed + GOLDEN_GAMMA) ^ mix(layer.hashCode() + GOLDEN_GAMMA);
    this.rate = rate;
    this.kept = (float) (1 / (1 - rate));
  }

  /** The key of a step, for {@link #factor}. */
  public long key(long step) {
    return mix(layerKey + step * GOLDEN_GAMMA);
  }

  /**
   * What an element is multiplied by: 0 if it is dropped, otherwise 1 / (1 - rate).
   *
   * @param key that of the step
   * @param element index in the batch, {@code N×C×H×W}
   */
  public float factor(long key, long element) {
    double uniform = (mix(key + (element + 1) * GOLDEN_GAMMA) >>> 11) * 0x1p-53;
    return uniform < rate ? 0 : kept;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
