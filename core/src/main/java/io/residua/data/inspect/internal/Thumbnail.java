package io.residua.data.inspect.internal;

import io.residua.image.Interpolation;
import io.residua.image.RgbImage;
import io.residua.image.internal.Resampling;

/**
 * A whole picture squeezed to a small square of grey levels. Places are given in unit coordinates:
 * (0, 0) is the top left corner, (1, 1) the bottom right one.
 *
 * @param grey {@link #SIZE}×{@link #SIZE} levels, rows from top to bottom
 */
public record Thumbnail(byte[] grey) {
  static final int SIZE = 48;

  static Thumbnail of(RgbImage image) {
    byte[] rgb = Resampling.resize(image, SIZE, SIZE, Interpolation.BILINEAR).rgb();
    byte[] grey = new byte[SIZE * SIZE];
    for (int i = 0; i < grey.length; i++) {
      int r = rgb[3 * i] & 0xff;
      int g = rgb[3 * i + 1] & 0xff;
      int b = rgb[3 * i + 2] & 0xff;
      grey[i] = (byte) ((19595 * r + 38470 * g + 7471 * b + 32768) >> 16);
    }
    return new Thumbnail(grey);
  }

  float[] levels() {
    float[] levels = new float[grey.length];
    for (int i = 0; i < levels.length; i++) {
      levels[i] = grey[i] & 0xff;
    }
    return levels;
  }

  /** The level at a place, bilinear; outside, the nearest edge's. */
  static float sample(float[] levels, float x, float y) {
    float fx = share(x);
    float fy = share(y);
    int at = place(y) * SIZE + place(x);
    float top = levels[at] + (levels[at + 1] - levels[at]) * fx;
    float bottom = levels[at + SIZE] + (levels[at + SIZE + 1] - levels[at + SIZE]) * fx;
    return top + (bottom - top) * fy;
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
    return Math.max(0, Math.min(SIZE - 1, at * SIZE - 0.5f));
  }
}
