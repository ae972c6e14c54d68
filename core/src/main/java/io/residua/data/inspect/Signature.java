package io.residua.data.inspect;

/**
 * The coarse structure of a view: its lowest {@value #FREQUENCIES}×{@value #FREQUENCIES} cosine
 * frequencies without the mean, raised towards the finer ones (natural pictures have less of them)
 * and scaled to length 1. Brightness and contrast make no difference, compression little; flips
 * change signs and transposing exchanges places, so that all eight symmetries cost nothing. After
 * the perceptual hash of Zauner (2010).
 */
final class Signature {
  static final int FREQUENCIES = 7;
  static final int LENGTH = FREQUENCIES * FREQUENCIES - 1;
  private static final int GRID = 16;
  private static final float[] COSINES = cosines();

  private Signature() {}

  private static float[] cosines() {
    float[] table = new float[FREQUENCIES * GRID];
    for (int u = 0; u < FREQUENCIES; u++) {
      for (int i = 0; i < GRID; i++) {
        table[u * GRID + i] = (float) Math.cos(Math.PI * u * (i + 0.5) / GRID);
      }
    }
    return table;
  }

  /** The signature of a view of a thumbnail's levels; all zero where there is no structure. */
  static float[] of(float[] levels, View view) {
    float[] grid = new float[GRID * GRID];
    float step = 1f / GRID;
    for (int y = 0; y < GRID; y++) {
      for (int x = 0; x < GRID; x++) {
        float sum = 0;
        for (int tap = 0; tap < 4; tap++) {
          float vx = (x + 0.25f + 0.5f * (tap & 1)) * step;
          float vy = (y + 0.25f + 0.5f * (tap >> 1)) * step;
          sum += Thumbnail.sample(levels, view.x(vx, vy), view.y(vx, vy));
        }
        grid[y * GRID + x] = sum;
      }
    }
    float[] rows = new float[FREQUENCIES * GRID];
    for (int y = 0; y < GRID; y++) {
      for (int u = 0; u < FREQUENCIES; u++) {
        float sum = 0;
        for (int x = 0; x < GRID; x++) {
          sum += COSINES[u * GRID + x] * grid[y * GRID + x];
        }
        rows[u * GRID + y] = sum;
      }
    }
    float[] signature = new float[LENGTH];
    double square = 0;
    for (int v = 0; v < FREQUENCIES; v++) {
      for (int u = 0; u < FREQUENCIES; u++) {
        if (u + v == 0) {
          continue;
        }
        float sum = 0;
        for (int y = 0; y < GRID; y++) {
          sum += COSINES[v * GRID + y] * rows[u * GRID + y];
        }
        // A cosine of frequency 0 has twice the energy.
        float value = sum * (float) Math.sqrt(u * u + v * v) * (u == 0 || v == 0 ? 0.707f : 1);
        signature[v * FREQUENCIES + u - 1] = value;
        square += value * value;
      }
    }
    float scale = square < 1e-3 ? 0 : (float) (1 / Math.sqrt(square));
    for (int i = 0; i < LENGTH; i++) {
      signature[i] *= scale;
    }
    return signature;
  }

  /** The signature of the flipped and transposed view, see {@link View#flipped}. */
  static void flip(float[] signature, int symmetry, float[] out) {
    for (int v = 0; v < FREQUENCIES; v++) {
      for (int u = 0; u < FREQUENCIES; u++) {
        if (u + v == 0) {
          continue;
        }
        // Transposing comes last, so the flips apply to the frequencies of the source.
        int fromU = (symmetry & 4) == 0 ? u : v;
        int fromV = (symmetry & 4) == 0 ? v : u;
        boolean negative = ((symmetry & 1 & fromU) ^ (symmetry >> 1 & 1 & fromV)) != 0;
        float value = signature[fromV * FREQUENCIES + fromU - 1];
        out[v * FREQUENCIES + u - 1] = negative ? -value : value;
      }
    }
  }

  /** The signs, one bit a frequency. */
  static long signs(float[] signature) {
    long bits = 0;
    for (int i = 0; i < LENGTH; i++) {
      bits |= signature[i] > 0 ? 1L << i : 0;
    }
    return bits;
  }
}
