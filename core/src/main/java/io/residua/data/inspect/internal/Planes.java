package io.residua.data.inspect.internal;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * What is compared of a thumbnail.
 *
 * @param unseen see {@link Thumbnail#unseen}
 * @param levels grey levels
 * @param detail fine structure: levels minus their surroundings
 */
record Planes(@Nullable BitSet unseen, float[] levels, float[] detail) {
  private static final int SIZE = Thumbnail.SIZE;

  /** Structure of fewer levels is mostly noise. */
  private static final float NOISE = 3;

  /** The strength, in levels, of what is as strong everywhere. */
  private static final float EVEN = 10;

  /** Neighbours of a plain place differ by less. */
  private static final float PLAIN_RANGE = 6;

  static Planes of(Thumbnail thumbnail) {
    float[] levels = thumbnail.levels();
    float[] mean = averaged(levels);
    float[] detail = new float[levels.length];
    for (int i = 0; i < detail.length; i++) {
      detail[i] = levels[i] - mean[i];
    }
    return new Planes(thumbnail.unseen(), levels, detail);
  }

  /**
   * With the fine structure as strong in one place as in another, so that an outline counts no more
   * than what is within.
   */
  Planes evened() {
    float[] energy = new float[detail.length];
    for (int i = 0; i < energy.length; i++) {
      energy[i] = detail[i] * detail[i];
    }
    float[] mean = averaged(energy);
    float[] even = new float[detail.length];
    for (int i = 0; i < even.length; i++) {
      even[i] = EVEN * detail[i] / (float) Math.sqrt(mean[i] + NOISE * NOISE);
    }
    return new Planes(unseen, levels, even);
  }

  /**
   * Over how much of the picture its fine structure is spread (the participation ratio of its
   * energy): 0 for a single spot or a sharp horizon, towards 1 for texture everywhere.
   */
  float spread() {
    double sum = 1e-9;
    double squares = 1e-9;
    for (float value : detail) {
      double energy = value * value;
      sum += energy;
      squares += energy * energy;
    }
    return (float) (sum * sum / (detail.length * squares));
  }

  /** The share of what is seen that is as plain as a white ground, 0..1. */
  float plainness() {
    int seen = 1;
    int plain = 0;
    for (int y = 1; y < SIZE - 1; y++) {
      for (int x = 1; x < SIZE - 1; x++) {
        int at = y * SIZE + x;
        if (unseen == null || !unseen.get(at)) {
          seen++;
          plain += isPlain(at) ? 1 : 0;
        }
      }
    }
    return (float) plain / seen;
  }

  private boolean isPlain(int at) {
    float lowest = levels[at];
    float highest = levels[at];
    for (int line = at - SIZE; line <= at + SIZE; line += SIZE) {
      for (int i = line - 1; i <= line + 1; i++) {
        lowest = Math.min(lowest, levels[i]);
        highest = Math.max(highest, levels[i]);
      }
    }
    return highest - lowest <= PLAIN_RANGE;
  }

  /** Whether the picture shows a place, in unit coordinates. */
  boolean shows(float x, float y) {
    return x >= 0
        && x <= 1
        && y >= 0
        && y <= 1
        && (unseen == null || !unseen.get(Thumbnail.nearest(x, y)));
  }

  private static float[] averaged(float[] levels) {
    return averaged(averaged(levels, 1, SIZE), SIZE, 1);
  }

  /** Running means over seven neighbours along one axis, fewer at the ends. */
  private static float[] averaged(float[] in, int along, int across) {
    int reach = 3;
    float[] out = new float[in.length];
    for (int line = 0; line < SIZE; line++) {
      int start = line * across;
      float sum = 0;
      for (int i = 0; i < reach; i++) {
        sum += in[start + i * along];
      }
      for (int i = 0; i < SIZE; i++) {
        if (i + reach < SIZE) {
          sum += in[start + (i + reach) * along];
        }
        if (i - reach - 1 >= 0) {
          sum -= in[start + (i - reach - 1) * along];
        }
        int n = Math.min(SIZE - 1, i + reach) - Math.max(0, i - reach) + 1;
        out[start + i * along] = sum / n;
      }
    }
    return out;
  }
}
