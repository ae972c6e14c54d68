package io.residua.image.internal;

import java.util.Arrays;

/** Prediction of a block from the samples above it and to its left: RFC 6386, section 12. */
final class Vp8Prediction {
  /** The mean of what is above and to the left. */
  static final int DC = 0;

  /** What is above plus the slope to the left. */
  static final int TRUE_MOTION = 1;

  static final int VERTICAL = 2;
  static final int HORIZONTAL = 3;

  private static final int LEFT_DOWN = 4;
  private static final int RIGHT_DOWN = 5;
  private static final int VERTICAL_RIGHT = 6;
  private static final int VERTICAL_LEFT = 7;
  private static final int HORIZONTAL_DOWN = 8;

  private static final int UNKNOWN = 128;

  /** Where the samples above a block of 4x4 begin among its 13 neighbours; before is the corner. */
  private static final int ABOVE = 5;

  private final byte[] samples;
  private final int stride;
  private final int[] edge = new int[ABOVE + 8];

  Vp8Prediction(Vp8Plane plane) {
    samples = plane.samples();
    stride = plane.stride();
  }

  /**
   * A square block of 8 or 16.
   *
   * @param above whether there are samples above, which only the mean asks for
   */
  void square(int mode, int at, int size, boolean above, boolean left) {
    switch (mode) {
      case DC -> fill(at, size, mean(at, size, above, left));
      case TRUE_MOTION -> trueMotion(at, size);
      case VERTICAL -> {
        for (int y = 0; y < size; y++) {
          System.arraycopy(samples, at - stride, samples, at + y * stride, size);
        }
      }
      default -> {
        for (int y = 0; y < size; y++) {
          int row = at + y * stride;
          Arrays.fill(samples, row, row + size, samples[row - 1]);
        }
      }
    }
  }

  private int mean(int at, int size, boolean above, boolean left) {
    int sum = 0;
    for (int i = 0; i < size; i++) {
      sum += above ? sample(at - stride + i) : 0;
      sum += left ? sample(at + i * stride - 1) : 0;
    }
    int count = (above ? size : 0) + (left ? size : 0);
    return count == 0 ? UNKNOWN : (sum + count / 2) / count;
  }

  private void fill(int at, int size, int value) {
    for (int y = 0; y < size; y++) {
      Arrays.fill(samples, at + y * stride, at + y * stride + size, (byte) value);
    }
  }

  private void trueMotion(int at, int size) {
    int corner = sample(at - stride - 1);
    for (int y = 0; y < size; y++) {
      int row = at + y * stride;
      int slope = sample(row - 1) - corner;
      for (int x = 0; x < size; x++) {
        samples[row + x] = (byte) Math.max(0, Math.min(255, sample(at - stride + x) + slope));
      }
    }
  }

  /**
   * A block of 4x4.
   *
   * @param aboveRight where the four samples above and to the right of it are
   */
  void small(int mode, int at, int aboveRight) {
    for (int i = 0; i < 4; i++) {
      edge[3 - i] = sample(at + i * stride - 1);
      edge[ABOVE + i] = sample(at - stride + i);
      edge[ABOVE + 4 + i] = sample(aboveRight + i);
    }
    edge[ABOVE - 1] = sample(at - stride - 1);
    switch (mode) {
      case DC -> fill(at, 4, mean(at, 4, true, true));
      case TRUE_MOTION -> trueMotion(at, 4);
      case VERTICAL -> {
        for (int x = 0; x < 4; x++) {
          int value = smooth(ABOVE + x);
          for (int y = 0; y < 4; y++) {
            put(at, x, y, value);
          }
        }
      }
      case HORIZONTAL -> {
        for (int y = 0; y < 4; y++) {
          int value = y == 3 ? (edge[1] + 3 * edge[0] + 2) >> 2 : smooth(3 - y);
          for (int x = 0; x < 4; x++) {
            put(at, x, y, value);
          }
        }
      }
      case LEFT_DOWN -> {
        for (int d = 0; d < 7; d++) {
          int value =
              d == 6 ? (edge[ABOVE + 6] + 3 * edge[ABOVE + 7] + 2) >> 2 : smooth(ABOVE + 1 + d);
          for (int x = Math.max(0, d - 3); x <= Math.min(3, d); x++) {
            put(at, x, d - x, value);
          }
        }
      }
      case RIGHT_DOWN -> {
        for (int y = 0; y < 4; y++) {
          for (int x = 0; x < 4; x++) {
            put(at, x, y, smooth(ABOVE - 1 + x - y));
          }
        }
      }
      case VERTICAL_RIGHT -> {
        for (int y = 0; y < 4; y++) {
          for (int x = 0; x < 4; x++) {
            int along = 2 * x - y;
            int i = ABOVE + (along >> 1);
            put(
                at,
                x,
                y,
                along < -1 ? smooth(ABOVE - y) : (y & 1) == 0 ? between(i - 1) : smooth(i));
          }
        }
      }
      case VERTICAL_LEFT -> verticalLeft(at);
      case HORIZONTAL_DOWN -> {
        for (int y = 0; y < 4; y++) {
          for (int x = 0; x < 4; x++) {
            int along = 2 * y - x;
            int i = 3 - (along >> 1);
            put(
                at,
                x,
                y,
                along < -1 ? smooth(ABOVE - 2 + x) : (x & 1) == 0 ? between(i) : smooth(i));
          }
        }
      }
      default -> horizontalUp(at);
    }
  }

  private void verticalLeft(int at) {
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 4; x++) {
        int i = ABOVE + x + (y >> 1);
        put(at, x, y, (y & 1) == 0 ? between(i) : smooth(i + 1));
      }
    }
    // The last samples of two rows leave the pattern (section 12.3).
    put(at, 3, 2, smooth(ABOVE + 5));
    put(at, 3, 3, smooth(ABOVE + 6));
  }

  private void horizontalUp(int at) {
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 4; x++) {
        int along = x + 2 * y;
        int i = 3 - (along >> 1);
        int value =
            along > 5
                ? edge[0]
                : along == 5
                    ? (edge[1] + 3 * edge[0] + 2) >> 2
                    : (along & 1) == 0 ? between(i - 1) : smooth(i - 1);
        put(at, x, y, value);
      }
    }
  }

  /** The mean of a neighbour and the next. */
  private int between(int i) {
    return (edge[i] + edge[i + 1] + 1) >> 1;
  }

  /** A neighbour smoothed with those on both sides. */
  private int smooth(int i) {
    return (edge[i - 1] + 2 * edge[i] + edge[i + 1] + 2) >> 2;
  }

  private void put(int at, int x, int y, int value) {
    samples[at + y * stride + x] = (byte) value;
  }

  private int sample(int at) {
    return samples[at] & 0xff;
  }
}
