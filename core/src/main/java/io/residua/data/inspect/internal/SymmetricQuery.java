package io.residua.data.inspect.internal;

import java.util.Arrays;

/**
 * A signature to look up in its symmetries, with the signs of its flipped and transposed ones (see
 * {@link Signature#flip}). A flip only exchanges what is positive and negative in some places, so
 * that its signs come of a few bit operations.
 */
final class SymmetricQuery {
  static final int SYMMETRIES = 8;

  /** Symmetries of one orientation: the first {@value} are upright, the others transposed. */
  static final int FLIPS = 4;

  private static final long[] EXCHANGED = new long[SYMMETRIES];

  static {
    float[] ones = new float[Signature.LENGTH];
    Arrays.fill(ones, 1);
    float[] flipped = new float[Signature.LENGTH];
    for (int symmetry = 0; symmetry < SYMMETRIES; symmetry++) {
      Signature.flip(ones, symmetry, flipped);
      EXCHANGED[symmetry] = Signature.signs(negated(flipped));
    }
  }

  private final int picture;
  private final float[] signature;
  private final int symmetries;
  private final long[] positive;
  private final long[] negative;

  /**
   * @param picture whose signature it is: not looked for
   * @param symmetries how many are looked up: 4, the flips, or 8, also transposed
   */
  SymmetricQuery(int picture, float[] signature, int symmetries) {
    this.picture = picture;
    this.signature = signature;
    this.symmetries = symmetries;
    positive = new long[symmetries / FLIPS];
    negative = new long[symmetries / FLIPS];
    float[] oriented = new float[Signature.LENGTH];
    for (int i = 0; i < positive.length; i++) {
      Signature.flip(signature, FLIPS * i, oriented);
      positive[i] = Signature.signs(oriented);
      negative[i] = Signature.signs(negated(oriented));
    }
  }

  int picture() {
    return picture;
  }

  float[] signature() {
    return signature;
  }

  int symmetries() {
    return symmetries;
  }

  /** Which places are positive, one bit a frequency. */
  long positive(int symmetry) {
    return exchanged(positive, negative, symmetry);
  }

  /** Which places are negative; those of 0 are neither. */
  long negative(int symmetry) {
    return exchanged(negative, positive, symmetry);
  }

  /** The places in which a symmetry exchanges positive and negative. */
  static long exchanged(int symmetry) {
    return EXCHANGED[symmetry];
  }

  private static long exchanged(long[] these, long[] those, int symmetry) {
    long places = EXCHANGED[symmetry];
    int orientation = symmetry / FLIPS;
    return these[orientation] & ~places | those[orientation] & places;
  }

  private static float[] negated(float[] values) {
    float[] negated = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      negated[i] = -values[i];
    }
    return negated;
  }
}
