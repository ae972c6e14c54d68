package io.residua.image.internal;

/**
 * Smooths the edges between blocks of a whole decoded picture: RFC 6386, section 15. Prediction
 * sees the picture before that.
 *
 * @param used whether the picture is filtered at all
 * @param simple whether by the simple filter, of luma only
 * @param strengths of each segment, for blocks predicted whole and in sub-blocks
 */
record Vp8LoopFilter(boolean used, boolean simple, Strength[] strengths) {
  private static final int MAX_LEVEL = 63;

  /** What edges between blocks of 16x16 add to the limit. */
  private static final int BLOCK_EDGE = 4;

  /** Up to which differences an edge is smoothed; a limit of 0 is no filter. */
  record Strength(int limit, int innerLimit, int highVariance) {
    static Strength of(int level, int sharpness) {
      int clamped = Math.max(0, Math.min(MAX_LEVEL, level));
      if (clamped == 0) {
        return new Strength(0, 0, 0);
      }
      int inner = clamped;
      if (sharpness > 0) {
        inner = Math.min(clamped >> (sharpness > 4 ? 2 : 1), 9 - sharpness);
      }
      inner = Math.max(1, inner);
      return new Strength(2 * clamped + inner, inner, clamped >= 40 ? 2 : clamped >= 15 ? 1 : 0);
    }
  }

  Strength strength(int segment, boolean small) {
    return strengths[2 * segment + (small ? 1 : 0)];
  }

  /**
   * Filters the edges of the block in that column and row, given that those before are done.
   *
   * @param inside whether the edges between its sub-blocks too
   */
  void apply(Vp8Picture picture, int column, int row, Strength strength, boolean inside) {
    if (strength.limit() == 0) {
      return;
    }
    apply(picture.luma(), column, row, 16, strength, inside);
    if (!simple) {
      apply(picture.blue(), column, row, 8, strength, inside);
      apply(picture.red(), column, row, 8, strength, inside);
    }
  }

  private void apply(
      Vp8Plane plane, int column, int row, int size, Strength strength, boolean inside) {
    byte[] s = plane.samples();
    int stride = plane.stride();
    int at = plane.index(column * size, row * size);
    if (column > 0) {
      edge(s, at, 1, stride, size, strength, true);
    }
    for (int i = 4; inside && i < size; i += 4) {
      edge(s, at + i, 1, stride, size, strength, false);
    }
    if (row > 0) {
      edge(s, at, stride, 1, size, strength, true);
    }
    for (int i = 4; inside && i < size; i += 4) {
      edge(s, at + i * stride, stride, 1, size, strength, false);
    }
  }

  /** An edge before {@code at}; {@code across} leads over it, {@code along} to its next sample. */
  private void edge(
      byte[] s, int at, int across, int along, int size, Strength strength, boolean ofBlocks) {
    int limit = 2 * (strength.limit() + (ofBlocks ? BLOCK_EDGE : 0)) + 1;
    int inner = strength.innerLimit();
    for (int i = 0, q = at; i < size; i++, q += along) {
      int p1 = s[q - 2 * across] & 0xff;
      int p0 = s[q - across] & 0xff;
      int q0 = s[q] & 0xff;
      int q1 = s[q + across] & 0xff;
      if (4 * Math.abs(p0 - q0) + Math.abs(p1 - q1) > limit) {
        continue;
      }
      if (simple) {
        nearest(s, q, across, p1, p0, q0, q1);
        continue;
      }
      int p3 = s[q - 4 * across] & 0xff;
      int p2 = s[q - 3 * across] & 0xff;
      int q2 = s[q + 2 * across] & 0xff;
      int q3 = s[q + 3 * across] & 0xff;
      if (Math.abs(p3 - p2) > inner
          || Math.abs(p2 - p1) > inner
          || Math.abs(p1 - p0) > inner
          || Math.abs(q3 - q2) > inner
          || Math.abs(q2 - q1) > inner
          || Math.abs(q1 - q0) > inner) {
        continue;
      }
      int high = strength.highVariance();
      if (Math.abs(p1 - p0) > high || Math.abs(q1 - q0) > high) {
        nearest(s, q, across, p1, p0, q0, q1);
      } else if (ofBlocks) {
        int a = signed(3 * (q0 - p0) + signed(p1 - q1));
        int most = (27 * a + 63) >> 7;
        int more = (18 * a + 63) >> 7;
        int least = (9 * a + 63) >> 7;
        s[q - 3 * across] = clip(p2 + least);
        s[q - 2 * across] = clip(p1 + more);
        s[q - across] = clip(p0 + most);
        s[q] = clip(q0 - most);
        s[q + across] = clip(q1 - more);
        s[q + 2 * across] = clip(q2 - least);
      } else {
        int a = 3 * (q0 - p0);
        int down = eighth(a + 4);
        int outer = (down + 1) >> 1;
        s[q - 2 * across] = clip(p1 + outer);
        s[q - across] = clip(p0 + eighth(a + 3));
        s[q] = clip(q0 - down);
        s[q + across] = clip(q1 - outer);
      }
    }
  }

  /** Changes the two samples at the edge only. */
  private static void nearest(byte[] s, int q, int across, int p1, int p0, int q0, int q1) {
    int a = 3 * (q0 - p0) + signed(p1 - q1);
    s[q - across] = clip(p0 + eighth(a + 3));
    s[q] = clip(q0 - eighth(a + 4));
  }

  private static int signed(int value) {
    return Math.max(-128, Math.min(127, value));
  }

  private static int eighth(int value) {
    return Math.max(-16, Math.min(15, value >> 3));
  }

  private static byte clip(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }
}
