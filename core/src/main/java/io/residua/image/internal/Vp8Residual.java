package io.residua.image.internal;

import java.util.Arrays;

/**
 * The coefficients of each block of 16x16 pixels: RFC 6386, section 13. Blocks of 4x4 come in the
 * order of the file: 16 of luma, four of each chroma.
 */
final class Vp8Residual {
  /** Luma without its mean, the means of luma, chroma, luma with its mean. */
  private static final int LUMA_WITHOUT_MEAN = 0;

  private static final int MEANS = 1;
  private static final int CHROMA = 2;
  private static final int LUMA = 3;

  /** The band of each position; behind the last there is none. */
  private static final int[] BANDS = {0, 1, 2, 3, 6, 4, 5, 6, 6, 6, 6, 6, 6, 6, 6, 7, 0};

  private static final int[] ZIGZAG = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};
  private static final int[][] LARGE_VALUES = {
    {173, 148, 140},
    {176, 155, 140, 135},
    {180, 157, 141, 134, 130},
    {254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129}
  };

  private static final int BLOCKS = 24;
  private static final int MEANS_AT = 16 * BLOCKS;

  private final byte[] probabilities;
  private final short[] coefficients = new short[MEANS_AT + 16];
  private final boolean[] present = new boolean[BLOCKS];

  /**
   * Whether the nearest block above, or to the left, had coefficients: four of luma, two and two of
   * chroma, and of the means; the latter count from the last block that had means.
   */
  private final boolean[] above;

  private final boolean[] left = new boolean[NEIGHBOURS];
  private static final int NEIGHBOURS = 9;
  private static final int MEANS_NEIGHBOUR = 8;

  Vp8Residual(Vp8Header header, int blocksAcross) {
    probabilities = header.probabilities();
    above = new boolean[NEIGHBOURS * blocksAcross];
  }

  void beginRow() {
    Arrays.fill(left, false);
  }

  short[] coefficients() {
    return coefficients;
  }

  /** Whether that block of 4x4 has coefficients other than 0. */
  boolean present(int block) {
    return present[block];
  }

  /** A block without coefficients. */
  void skip(int column, boolean small) {
    Arrays.fill(present, false);
    int count = small ? MEANS_NEIGHBOUR : NEIGHBOURS;
    Arrays.fill(left, 0, count, false);
    Arrays.fill(above, column * NEIGHBOURS, column * NEIGHBOURS + count, false);
  }

  /** Reads a block's; returns whether it has any. */
  boolean read(BoolDecoder in, int column, boolean small, Vp8Header.Steps steps) {
    Arrays.fill(coefficients, (short) 0);
    int up = column * NEIGHBOURS;
    int first = 0;
    if (!small) {
      first = 1;
      int context = context(up + MEANS_NEIGHBOUR, MEANS_NEIGHBOUR);
      int end = read(in, MEANS, context, 0, steps.meansDc(), steps.meansAc(), MEANS_AT);
      above[up + MEANS_NEIGHBOUR] = left[MEANS_NEIGHBOUR] = end > 0;
      if (end > 0) {
        Vp8Transform.spreadFirstCoefficients(coefficients, MEANS_AT);
      }
    }
    boolean any = false;
    int type = small ? LUMA : LUMA_WITHOUT_MEAN;
    for (int block = 0; block < BLOCKS; block++) {
      boolean luma = block < 16;
      int inPlane = luma ? block : block - 16 & 3;
      int size = luma ? 4 : 2;
      int plane = luma ? 0 : block < 20 ? 4 : 6;
      int x = plane + inPlane % size;
      int y = plane + inPlane / size;
      int context = context(up + x, y);
      int at = 16 * block;
      int end =
          luma
              ? read(in, type, context, first, steps.lumaDc(), steps.lumaAc(), at)
              : read(in, CHROMA, context, 0, steps.chromaDc(), steps.chromaAc(), at);
      above[up + x] = left[y] = end > (luma ? first : 0);
      present[block] = end > 1 || coefficients[at] != 0;
      any |= present[block];
    }
    return any;
  }

  private int context(int aboveAt, int leftAt) {
    return (above[aboveAt] ? 1 : 0) + (left[leftAt] ? 1 : 0);
  }

  /** Reads one block of 4x4; returns the position behind its last coefficient. */
  private int read(
      BoolDecoder in, int type, int context, int first, int dcStep, int acStep, int at) {
    int n = first;
    int p = Vp8Tables.coefficientIndex(type, BANDS[n], context);
    while (n < 16) {
      if (!in.bit(probability(p))) {
        return n;
      }
      while (!in.bit(probability(p + 1))) {
        if (++n == 16) {
          return 16;
        }
        p = Vp8Tables.coefficientIndex(type, BANDS[n], 0);
      }
      int value = 1;
      int nextContext = 1;
      if (in.bit(probability(p + 2))) {
        value = largeValue(in, p);
        nextContext = 2;
      }
      int signed = in.flag() ? -value : value;
      coefficients[at + ZIGZAG[n]] = (short) (signed * (n == 0 ? dcStep : acStep));
      n++;
      p = Vp8Tables.coefficientIndex(type, BANDS[n], nextContext);
    }
    return 16;
  }

  private int largeValue(BoolDecoder in, int p) {
    if (!in.bit(probability(p + 3))) {
      return in.bit(probability(p + 4)) ? 3 + in.digit(probability(p + 5)) : 2;
    }
    if (!in.bit(probability(p + 6))) {
      return in.bit(probability(p + 7)) ? 7 + 2 * in.digit(165) + in.digit(145) : 5 + in.digit(159);
    }
    int high = in.digit(probability(p + 8));
    int category = 2 * high + in.digit(probability(p + 9 + high));
    int extra = 0;
    for (int probability : LARGE_VALUES[category]) {
      extra = 2 * extra + in.digit(probability);
    }
    return 3 + (8 << category) + extra;
  }

  private int probability(int index) {
    return probabilities[index] & 0xff;
  }
}
