package io.residua.data.inspect.internal;

import io.residua.image.Interpolation;
import io.residua.image.RgbImage;
import io.residua.image.internal.Resampling;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * A whole picture squeezed to a small square of grey levels. Places are given in unit coordinates:
 * (0, 0) is the top left corner, (1, 1) the bottom right one.
 *
 * @param grey {@link #SIZE}×{@link #SIZE} levels, rows from top to bottom
 * @param unseen which levels the picture does not show; null where it shows all
 */
public record Thumbnail(byte[] grey, @Nullable BitSet unseen) {
  static final int SIZE = 48;

  /** Smaller pictures' single pixels are no specks. */
  private static final int MIN_SIDE_FOR_SPECKS_PX = 2 * SIZE;

  /** Places of the picture a level, along each axis, where it is laid straight. */
  private static final int TIMES = 3;

  private static final float MARGIN = 0.005f;

  /** Of the picture as it is. */
  static Thumbnail of(RgbImage image) {
    return new Thumbnail(
        grey(Resampling.resize(image, SIZE, SIZE, Interpolation.BILINEAR).rgb()), null);
  }

  /**
   * Of what a picture shows: without specks, and laid straight where it was turned or moved and
   * filled up.
   *
   * @param asItIs the thumbnail of the picture as it is
   */
  static Thumbnail ofContent(RgbImage image, Thumbnail asItIs) {
    boolean small = Math.min(image.width(), image.height()) < MIN_SIDE_FOR_SPECKS_PX;
    RgbImage clean = small ? image : Specks.removed(image);
    View frame = ContentFrame.of(image);
    if (frame != null) {
      Thumbnail straight = straight(clean, frame);
      if (straight.deviation() >= Findings.BLANK_DEVIATION) {
        return straight;
      }
    }
    return clean == image ? asItIs : of(clean);
  }

  /** Of the grey levels. */
  double deviation() {
    double sum = 0;
    double squares = 0;
    for (byte level : grey) {
      sum += level & 0xff;
      squares += (level & 0xff) * (level & 0xff);
    }
    int n = grey.length;
    return Math.sqrt(Math.max(0, squares / n - sum / n * (sum / n)));
  }

  private static Thumbnail straight(RgbImage image, View frame) {
    int side = TIMES * SIZE;
    byte[] rgb = Resampling.resize(image, side, side, Interpolation.BILINEAR).rgb();
    byte[] straight = new byte[3 * SIZE * SIZE];
    BitSet unseen = new BitSet(SIZE * SIZE);
    int[] sums = new int[3];
    for (int i = 0; i < SIZE * SIZE; i++) {
      Arrays.fill(sums, 0);
      for (int k = 0; k < TIMES * TIMES; k++) {
        float u = (i % SIZE + (k % TIMES + 0.5f) / TIMES) / SIZE;
        float v = (i / SIZE + (k / TIMES + 0.5f) / TIMES) / SIZE;
        float inward = inward(frame, u, v);
        if (inward < 1) {
          unseen.set(i);
        }
        u = 0.5f + (u - 0.5f) * inward;
        v = 0.5f + (v - 0.5f) * inward;
        int x = (int) (frame.x(u, v) * side);
        int y = (int) (frame.y(u, v) * side);
        int at = 3 * (Math.min(side - 1, y) * side + Math.min(side - 1, x));
        for (int c = 0; c < 3; c++) {
          sums[c] += rgb[at + c] & 0xff;
        }
      }
      for (int c = 0; c < 3; c++) {
        straight[3 * i + c] = (byte) (sums[c] / (TIMES * TIMES));
      }
    }
    return new Thumbnail(grey(straight), unseen);
  }

  /**
   * By how much of its way from the middle a place must come nearer to be seen: 1 if it is, and not
   * next to the fill.
   */
  private static float inward(View frame, float u, float v) {
    float edge = 0.5f - 1f / SIZE;
    float inward = Math.min(1, edge / Math.max(Math.abs(u - 0.5f), Math.abs(v - 0.5f)));
    inward = Math.min(inward, inward(frame.x(0.5f, 0.5f), frame.x(u, v)));
    return Math.min(inward, inward(frame.y(0.5f, 0.5f), frame.y(u, v)));
  }

  private static float inward(float middle, float at) {
    float room = at > middle ? 1 - MARGIN - middle : middle - MARGIN;
    return Math.min(1, room / Math.max(1e-6f, Math.abs(at - middle)));
  }

  private static byte[] grey(byte[] rgb) {
    byte[] grey = new byte[SIZE * SIZE];
    for (int i = 0; i < grey.length; i++) {
      int r = rgb[3 * i] & 0xff;
      int g = rgb[3 * i + 1] & 0xff;
      int b = rgb[3 * i + 2] & 0xff;
      grey[i] = (byte) ((19595 * r + 38470 * g + 7471 * b + 32768) >> 16);
    }
    return grey;
  }

  float[] levels() {
    float[] levels = new float[grey.length];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = grey[i] & 0xff;
    }
    return levels;
  }

  /** The level nearest to a place. */
  static int nearest(float x, float y) {
    return (int) (pixels(y) + 0.5f) * SIZE + (int) (pixels(x) + 0.5f);
  }

  /** The level at a place, bilinear; outside, the nearest edge's. */
  static float sample(float[] levels, float x, float y) {
    return between(levels, place(y) * SIZE + place(x), share(x), share(y));
  }

  /**
   * Between four neighbouring levels.
   *
   * @param at the upper left one
   * @param right the share of the right ones
   * @param below the share of the lower ones
   */
  static float between(float[] levels, int at, float right, float below) {
    float top = levels[at] + (levels[at + 1] - levels[at]) * right;
    float bottom = levels[at + SIZE] + (levels[at + SIZE + 1] - levels[at + SIZE]) * right;
    return top + (bottom - top) * below;
  }

  /** On one axis, the first of the two levels around a place. */
  static int place(float at) {
    return Math.min(SIZE - 2, (int) pixels(at));
  }

  /** The second one's share in the level there, 0..1. */
  static float share(float at) {
    return pixels(at) - place(at);
  }

  private static float pixels(float at) {
    float pixels = at * SIZE - 0.5f;
    // Comparing is quicker than Math.min and Math.max, which look after -0 and NaN.
    return pixels > 0 ? pixels < SIZE - 1 ? pixels : SIZE - 1 : 0;
  }
}
