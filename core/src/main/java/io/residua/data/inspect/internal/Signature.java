package io.residua.data.inspect.internal;

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

  /** Where each place's value comes from: upright, and transposed. */
  private static final int[][] FLIPPED_FROM = new int[2][LENGTH];

  /** What each place's value is multiplied by, 1 or -1, for each symmetry. */
  private static final float[][] FLIP_FACTORS = new float[8][LENGTH];

  static {
    for (int symmetry = 0; symmetry < 8; symmetry++) {
      for (int i = 0; i < LENGTH; i++) {
        int u = (i + 1) % FREQUENCIES;
        int v = (i + 1) / FREQUENCIES;
        // Transposing comes last, so the flips apply to the frequencies of the source.
        int fromU = (symmetry & 4) == 0 ? u : v;
        int fromV = (symmetry & 4) == 0 ? v : u;
        boolean negative = ((symmetry & 1 & fromU) ^ (symmetry >> 1 & 1 & fromV)) != 0;
        FLIPPED_FROM[symmetry >> 2][i] = fromV * FREQUENCIES + fromU - 1;
        FLIP_FACTORS[symmetry][i] = negative ? -1 : 1;
      }
    }
  }

  private Signature() {}

  /**
   * The signature of a view.
   *
   * @param cosines its frequency (v, u) at {@code v * FREQUENCIES + u}
   */
  static float[] of(float[] cosines) {
    float[] signature = new float[LENGTH];
    double square = 0;
    for (int v = 0; v < FREQUENCIES; v++) {
      for (int u = 0; u < FREQUENCIES; u++) {
        if (u + v == 0) {
          continue;
        }
        // A cosine of frequency 0 has twice the energy.
        float value =
            cosines[v * FREQUENCIES + u]
                * (float) Math.sqrt(u * u + v * v)
                * (u == 0 || v == 0 ? 0.707f : 1);
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
    int[] from = FLIPPED_FROM[symmetry >> 2];
    float[] factor = FLIP_FACTORS[symmetry];
    for (int i = 0; i < LENGTH; i++) {
      out[i] = factor[i] * signature[from[i]];
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

  /** The sum of products; the length is a multiple of 4. */
  static float dot(float[] a, int atA, float[] b, int atB, int length) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    for (int i = 0; i < length; i += 4) {
      s0 += a[atA + i] * b[atB + i];
      s1 += a[atA + i + 1] * b[atB + i + 1];
      s2 += a[atA + i + 2] * b[atB + i + 2];
      s3 += a[atA + i + 3] * b[atB + i + 3];
    }
    return s0 + s1 + (s2 + s3);
  }
}
