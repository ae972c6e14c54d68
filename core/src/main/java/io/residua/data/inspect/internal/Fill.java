package io.residua.data.inspect.internal;

import io.residua.image.Interpolation;
import io.residua.image.RgbImage;
import io.residua.image.internal.Resampling;
import org.jspecify.annotations.Nullable;

/**
 * Where a picture has the colour of its corners or of a side all the way from the border, on a
 * small square grid: fill that was put around a photograph, or the ground it was taken on.
 */
final class Fill {
  static final int SIZE = 96;

  private static final int MIN_SIDE_PX = 16;

  /** How far compression changes a colour. */
  private static final int EXACT = 12;

  /** The same beside an edge. */
  private static final int TOLERANCE = 24;

  /** Between fill and content a place is neither's colour, in unit coordinates. */
  private static final float BLUR = 0.008f;

  /** Row by row. */
  private final boolean[] fill;

  private final int count;

  /** How much of a line, each of one more than {@link #SIZE}, is filled before a place. */
  private final int[] before = new int[SIZE * (SIZE + 1)];

  private Fill(boolean[] fill) {
    this.fill = fill;
    int sum = 0;
    for (int i = 0; i < fill.length; i++) {
      int at = i / SIZE * (SIZE + 1) + i % SIZE;
      before[at + 1] = before[at] + (fill[i] ? 1 : 0);
      sum += fill[i] ? 1 : 0;
    }
    count = sum;
  }

  /** A picture's fill; null where neither a side nor two opposite corners have one colour. */
  static @Nullable Fill of(RgbImage image) {
    boolean tiny = Math.min(image.width(), image.height()) < MIN_SIDE_PX;
    int colour = tiny ? -1 : colour(image);
    if (colour < 0) {
      return null;
    }
    RgbImage small = Resampling.resize(image, SIZE, SIZE, Interpolation.BILINEAR);
    return new Fill(flooded(small.rgb(), colour));
  }

  /** The share of the picture that is filled, 0..1. */
  float share() {
    return (float) count / fill.length;
  }

  /**
   * The share of a line that is filled, 0..1.
   *
   * @param row whether it is a row, or else a column
   * @param before how many places at its beginning are left out
   * @param after how many at its end
   */
  float share(boolean row, int line, int before, int after) {
    int sum = 0;
    for (int i = before; i < SIZE - after; i++) {
      sum += fill[row ? line * SIZE + i : i * SIZE + line] ? 1 : 0;
    }
    return (float) sum / (SIZE - before - after);
  }

  /**
   * Only the fill that half a turn changes into fill, as it is of a picture turned about its
   * middle; what is left out is mostly a dark subject.
   */
  Fill symmetric() {
    boolean[] both = new boolean[fill.length];
    for (int i = 0; i < both.length; i++) {
      both[i] = fill[i] && fill[fill.length - 1 - i];
    }
    return new Fill(both);
  }

  /**
   * How much of the fill lies outside of a frame, less three times what is no fill, up to 1.
   *
   * @param step every how many rows are looked at
   */
  float fit(View frame, int step) {
    View inverse = frame.inverse();
    float sum = 0;
    for (int y = step / 2; y < SIZE; y += step) {
      float v = (y + 0.5f) / SIZE;
      Span span =
          Span.ALL.inside(inverse.x(0, v), inverse.xx()).inside(inverse.y(0, v), inverse.yx());
      int line = y * (SIZE + 1);
      int outside = SIZE - (span.to - span.from);
      int filledOutside = before[line + SIZE] - (before[line + span.to] - before[line + span.from]);
      sum += filledOutside - 3 * (outside - filledOutside);
    }
    return sum * step / count;
  }

  /** Places of a line, from the first to before the last. */
  private record Span(int from, int to) {
    static final Span ALL = new Span(0, SIZE);

    /**
     * Those within the frame by one of its coordinates.
     *
     * @param start the coordinate at the picture's left side
     * @param rise how much it grows towards the right side
     */
    Span inside(float start, float rise) {
      if (Math.abs(rise) < 1e-6f) {
        return Math.abs(start - 0.5f) <= 0.5f + BLUR ? this : new Span(0, 0);
      }
      float a = (-BLUR - start) / rise;
      float b = (1 + BLUR - start) / rise;
      int first = Math.max(from, (int) Math.ceil(Math.min(a, b) * SIZE - 0.5f));
      int end = Math.min(to, (int) Math.floor(Math.max(a, b) * SIZE - 0.5f) + 1);
      return first < end ? new Span(first, end) : new Span(0, 0);
    }
  }

  /** How far a place lies outside; negative inside. */
  private static float outside(View inverse, float u, float v) {
    float x = Math.abs(inverse.x(u, v) - 0.5f);
    float y = Math.abs(inverse.y(u, v) - 0.5f);
    return Math.max(x, y) - 0.5f;
  }

  /** The share that is filled of a narrow band just inside of a frame, 0..1. */
  float shareWithin(View frame) {
    View inverse = frame.inverse();
    int band = 0;
    int filledBand = 0;
    for (int i = 0; i < SIZE * SIZE; i++) {
      float out = outside(inverse, (i % SIZE + 0.5f) / SIZE, (i / SIZE + 0.5f) / SIZE);
      if (out < -0.02f && out > -0.05f) {
        band++;
        filledBand += fill[i] ? 1 : 0;
      }
    }
    return band < SIZE / 4 ? 1 : (float) filledBand / band;
  }

  /** As 0xrrggbb, or -1. */
  private static int colour(RgbImage image) {
    int reach = Math.max(2, Math.min(image.width(), image.height()) / 40);
    int right = image.width() - reach;
    int bottom = image.height() - reach;
    int[] corners = {
      uniform(image, 0, 0, reach),
      uniform(image, right, 0, reach),
      uniform(image, right, bottom, reach),
      uniform(image, 0, bottom, reach)
    };
    int[][] places = {{0, 0}, {right, 0}, {right, bottom}, {0, bottom}};
    for (int k = 0; k < 4; k++) {
      int next = (k + 1) % 4;
      if (same(corners[k], corners[next]) && isSide(image, places[k], places[next], corners[k])) {
        return corners[k];
      }
    }
    for (int k = 0; k < 2; k++) {
      if (same(corners[k], corners[k + 2])) {
        return corners[k];
      }
    }
    return -1;
  }

  private static boolean same(int colour, int other) {
    return colour >= 0 && other >= 0 && near(colour, other, EXACT);
  }

  /** Whether places from one corner to the next have a colour. */
  private static boolean isSide(RgbImage image, int[] from, int[] to, int colour) {
    for (int k = 1; k < 32; k++) {
      int x = from[0] + (to[0] - from[0]) * k / 32;
      int y = from[1] + (to[1] - from[1]) * k / 32;
      if (!near(colour, colour(image.rgb(), 3 * (y * image.width() + x)), TOLERANCE)) {
        return false;
      }
    }
    return true;
  }

  private static int uniform(RgbImage image, int left, int top, int reach) {
    byte[] rgb = image.rgb();
    int first = colour(rgb, 3 * (top * image.width() + left));
    for (int y = top; y < top + reach; y++) {
      for (int x = left; x < left + reach; x++) {
        if (!near(first, colour(rgb, 3 * (y * image.width() + x)), EXACT)) {
          return -1;
        }
      }
    }
    return first;
  }

  private static int colour(byte[] rgb, int at) {
    return (rgb[at] & 0xff) << 16 | (rgb[at + 1] & 0xff) << 8 | (rgb[at + 2] & 0xff);
  }

  private static boolean near(int a, int b, int tolerance) {
    return Math.abs((a >> 16) - (b >> 16)) <= tolerance
        && Math.abs((a >> 8 & 0xff) - (b >> 8 & 0xff)) <= tolerance
        && Math.abs((a & 0xff) - (b & 0xff)) <= tolerance;
  }

  /** All that has the colour and is connected with the border by it. */
  private static boolean[] flooded(byte[] rgb, int colour) {
    boolean[] fill = new boolean[SIZE * SIZE];
    int[] open = new int[SIZE * SIZE];
    int count = 0;
    for (int i = 0; i < SIZE * SIZE; i++) {
      boolean border = i < SIZE || i >= SIZE * (SIZE - 1) || i % SIZE == 0 || i % SIZE == SIZE - 1;
      if (border && near(colour, colour(rgb, 3 * i), TOLERANCE)) {
        fill[i] = true;
        open[count++] = i;
      }
    }
    while (count > 0) {
      int at = open[--count];
      for (int k = 0; k < 4; k++) {
        int x = at % SIZE + (k == 0 ? 1 : k == 1 ? -1 : 0);
        int y = at / SIZE + (k == 2 ? 1 : k == 3 ? -1 : 0);
        if (x >= 0 && x < SIZE && y >= 0 && y < SIZE) {
          int next = y * SIZE + x;
          if (!fill[next] && near(colour, colour(rgb, 3 * next), TOLERANCE)) {
            fill[next] = true;
            open[count++] = next;
          }
        }
      }
    }
    return fill;
  }
}
