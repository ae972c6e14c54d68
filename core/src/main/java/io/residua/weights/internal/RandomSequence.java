package io.residua.weights.internal;

import java.nio.charset.StandardCharsets;

/**
 * Random numbers decided by a seed and a name, the same on every machine and Java version:
 * SplitMix64 (Steele, Lea and Flood 2014), normal values by Marsaglia's polar method.
 */
final class RandomSequence {
  private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

  private long state;

  RandomSequence(long seed, String name) {
    long hash = mix(seed + GOLDEN_GAMMA);
    for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
      hash = mix((hash ^ b) + GOLDEN_GAMMA);
    }
    state = hash;
  }

  /** Fills with values uniform in [-bound, bound). */
  void uniform(float[] values, double bound) {
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (nextSigned() * bound);
    }
  }

  /** Fills with normal values of mean 0. */
  void normal(float[] values, double standardDeviation) {
    for (int i = 0; i < values.length; i += 2) {
      double x;
      double y;
      double square;
      do {
        x = nextSigned();
        y = nextSigned();
        square = x * x + y * y;
      } while (square >= 1 || square == 0);
      double scale = standardDeviation * Math.sqrt(-2 * StrictMath.log(square) / square);
      values[i] = (float) (x * scale);
      if (i + 1 < values.length) {
        values[i + 1] = (float) (y * scale);
      }
    }
  }

  /** Uniform in [-1, 1). */
  private double nextSigned() {
    state += GOLDEN_GAMMA;
    return (mix(state) >> 10) * 0x1p-53;
  }

  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
