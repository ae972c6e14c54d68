package io.residua.image.internal;

import io.residua.image.RgbImage;

/**
 * Moves a picture by an affine map as Pillow's {@code Image.transform} does: bilinear between pixel
 * centres in double, neighbours clamped at the border, result truncated; nearest in 16.16 fixed
 * point, or by running sums where nothing is turned or sheared.
 */
final class Warp {
  private static final int FIXED_BITS = 16;

  /** Above this a coordinate does not fit into 16.16 fixed point. */
  private static final int MAX_FIXED_PX = 32_767;

  private Warp() {}

  static RgbImage bilinear(RgbImage in, AffineMap m, Fill fill) {
    int w = in.width();
    int h = in.height();
    RgbImage out = new RgbImage(w, h);
    byte[] source = in.rgb();
    byte[] target = out.rgb();
    for (int y = 0, o = 0; y < h; y++) {
      for (int x = 0; x < w; x++, o += 3) {
        double sx = fill.inside(m.a() * (x + 0.5) + m.b() * (y + 0.5) + m.c(), w);
        double sy = fill.inside(m.d() * (x + 0.5) + m.e() * (y + 0.5) + m.f(), h);
        if (!(sx >= 0 && sx < w && sy >= 0 && sy < h)) {
          continue;
        }
        sx -= 0.5;
        sy -= 0.5;
        int left = (int) Math.floor(sx);
        int top = (int) Math.floor(sy);
        double dx = sx - left;
        double dy = sy - top;
        int column0 = Math.max(left, 0) * 3;
        int column1 = Math.min(left + 1, w - 1) * 3;
        int row0 = Math.max(top, 0) * w * 3;
        int row1 = Math.min(top + 1, h - 1) * w * 3;
        for (int c = 0; c < 3; c++) {
          double upper =
              between(source[row0 + column0 + c] & 0xff, source[row0 + column1 + c] & 0xff, dx);
          double lower =
              between(source[row1 + column0 + c] & 0xff, source[row1 + column1 + c] & 0xff, dx);
          target[o + c] = (byte) (int) (upper + (lower - upper) * dy);
        }
      }
    }
    return out;
  }

  private static double between(int from, int to, double share) {
    return from + (to - from) * share;
  }

  static RgbImage nearest(RgbImage in, AffineMap m, Fill fill) {
    int w = in.width();
    int h = in.height();
    RgbImage out = new RgbImage(w, h);
    boolean fixed = fill == Fill.CONSTANT && w <= MAX_FIXED_PX && h <= MAX_FIXED_PX;
    if (fill == Fill.CONSTANT && m.b() == 0 && m.d() == 0) {
      scaled(in, m, out);
    } else if (fixed) {
      fixedPoint(in, m, out);
    } else {
      for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
          double sx = fill.inside(m.a() * (x + 0.5) + m.b() * (y + 0.5) + m.c(), w);
          double sy = fill.inside(m.d() * (x + 0.5) + m.e() * (y + 0.5) + m.f(), h);
          copy(in, (long) Math.floor(sx), (long) Math.floor(sy), out, x, y);
        }
      }
    }
    return out;
  }

  private static void scaled(RgbImage in, AffineMap m, RgbImage out) {
    double sy = m.f() + m.e() * 0.5;
    for (int y = 0; y < out.height(); y++, sy += m.e()) {
      double sx = m.c() + m.a() * 0.5;
      for (int x = 0; x < out.width(); x++, sx += m.a()) {
        copy(in, (long) Math.floor(sx), (long) Math.floor(sy), out, x, y);
      }
    }
  }

  private static void fixedPoint(RgbImage in, AffineMap m, RgbImage out) {
    long rowX = fixed(m.c() + m.a() * 0.5 + m.b() * 0.5);
    long rowY = fixed(m.f() + m.d() * 0.5 + m.e() * 0.5);
    for (int y = 0; y < out.height(); y++, rowX += fixed(m.b()), rowY += fixed(m.e())) {
      long sx = rowX;
      long sy = rowY;
      for (int x = 0; x < out.width(); x++, sx += fixed(m.a()), sy += fixed(m.d())) {
        copy(in, sx >> FIXED_BITS, sy >> FIXED_BITS, out, x, y);
      }
    }
  }

  private static long fixed(double value) {
    return (long) Math.floor(value * (1 << FIXED_BITS) + 0.5);
  }

  /** Copies a pixel; one from outside stays black. */
  private static void copy(RgbImage in, long sx, long sy, RgbImage out, int x, int y) {
    if (sx >= 0 && sx < in.width() && sy >= 0 && sy < in.height()) {
      int i = ((int) sy * in.width() + (int) sx) * 3;
      System.arraycopy(in.rgb(), i, out.rgb(), (y * out.width() + x) * 3, 3);
    }
  }
}
