package io.residua.image.internal;

import java.util.Arrays;

/**
 * How each block of 16x16 pixels is predicted, read row by row: RFC 6386, sections 10 and 11. After
 * {@link #readBlock} the fields hold that block's.
 */
final class Vp8Modes {
  /** The tree of a sub-block's modes: above 0 the next node, else the mode, negated. */
  private static final int[] SUB_BLOCK_TREE = {
    0, 2, -1, 4, -2, 6, 8, 12, -3, 10, -5, -6, -4, 14, -7, 16, -8, -9
  };

  private final BoolDecoder in;
  private final int[] segmentProbabilities;
  private final int skipProbability;

  /** The modes of the row of sub-blocks above, and of the column to the left. */
  private final byte[] above;

  private final byte[] left = new byte[4];

  private int segment;
  private boolean skipped;
  private boolean small;
  private int luma;
  private int chroma;
  private final int[] subBlocks = new int[16];

  Vp8Modes(Vp8Header header, int blocksAcross) {
    in = header.modes();
    segmentProbabilities = header.segmentProbabilities();
    skipProbability = header.skipProbability();
    above = new byte[4 * blocksAcross];
  }

  void beginRow() {
    Arrays.fill(left, (byte) Vp8Prediction.DC);
  }

  void readBlock(int column) {
    segment = 0;
    if (segmentProbabilities.length > 0) {
      segment =
          in.bit(segmentProbabilities[0])
              ? 2 + in.digit(segmentProbabilities[2])
              : in.digit(segmentProbabilities[1]);
    }
    skipped = skipProbability >= 0 && in.bit(skipProbability);
    small = !in.bit(145);
    if (small) {
      readSubBlocks(4 * column);
    } else {
      luma =
          in.bit(156)
              ? in.bit(128) ? Vp8Prediction.TRUE_MOTION : Vp8Prediction.HORIZONTAL
              : in.bit(163) ? Vp8Prediction.VERTICAL : Vp8Prediction.DC;
      Arrays.fill(above, 4 * column, 4 * column + 4, (byte) luma);
      Arrays.fill(left, (byte) luma);
    }
    chroma =
        !in.bit(142)
            ? Vp8Prediction.DC
            : !in.bit(114)
                ? Vp8Prediction.VERTICAL
                : in.bit(183) ? Vp8Prediction.TRUE_MOTION : Vp8Prediction.HORIZONTAL;
  }

  private void readSubBlocks(int column) {
    for (int y = 0, i = 0; y < 4; y++) {
      int mode = left[y];
      for (int x = column; x < column + 4; x++) {
        int node = 0;
        do {
          int probability = Vp8Tables.subBlockMode(above[x], mode, node >> 1);
          node = SUB_BLOCK_TREE[node + in.digit(probability)];
        } while (node > 0);
        mode = -node;
        above[x] = (byte) mode;
        subBlocks[i++] = mode;
      }
      left[y] = (byte) mode;
    }
  }

  int segment() {
    return segment;
  }

  /** Whether the block has no coefficients. */
  boolean skipped() {
    return skipped;
  }

  /** Whether luma is predicted in sub-blocks of 4x4. */
  boolean small() {
    return small;
  }

  /** The mode of the whole block's luma. */
  int luma() {
    return luma;
  }

  int chroma() {
    return chroma;
  }

  /** The mode of a sub-block's luma, by rows. */
  int subBlock(int i) {
    return subBlocks[i];
  }
}
