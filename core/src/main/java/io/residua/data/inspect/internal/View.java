package io.residua.data.inspect.internal;

import java.util.ArrayList;
import java.util.List;

/**
 * A look at a part of a picture: an affine map from the view's unit square to the picture's.
 *
 * <p>x' = x0 + xx·x + xy·y, y' = y0 + yx·x + yy·y.
 */
record View(float x0, float y0, float xx, float xy, float yx, float yy) {
  static final View WHOLE = new View(0, 0, 1, 0, 0, 1);

  /** The middle, as large as may be turned by any angle without leaving the picture. */
  static final View CENTRE = cut(0.15f, 0.15f, 0.85f, 0.85f);

  static View cut(float left, float top, float right, float bottom) {
    return new View(left, top, right - left, 0, 0, bottom - top);
  }

  /** This view after turning its square about the picture's middle. */
  View turned(double degrees) {
    float c = (float) Math.cos(Math.toRadians(degrees));
    float s = (float) Math.sin(Math.toRadians(degrees));
    float dx = x0 - 0.5f;
    float dy = y0 - 0.5f;
    return new View(
        0.5f + c * dx - s * dy,
        0.5f + s * dx + c * dy,
        c * xx - s * yx,
        c * xy - s * yy,
        s * xx + c * yx,
        s * xy + c * yy);
  }

  /** This view seen flipped and transposed: bit 0 left-right, bit 1 up-down, bit 2 transposed. */
  View flipped(int symmetry) {
    View v = this;
    if ((symmetry & 1) != 0) {
      v = new View(v.x0 + v.xx, v.y0 + v.yx, -v.xx, v.xy, -v.yx, v.yy);
    }
    if ((symmetry & 2) != 0) {
      v = new View(v.x0 + v.xy, v.y0 + v.yy, v.xx, -v.xy, v.yx, -v.yy);
    }
    if ((symmetry & 4) != 0) {
      v = new View(v.x0, v.y0, v.xy, v.xx, v.yy, v.yx);
    }
    return v;
  }

  /** The view that first looks through {@code inner}: inner's picture is this view's square. */
  View compose(View inner) {
    return new View(
        x(inner.x0, inner.y0),
        y(inner.x0, inner.y0),
        xx * inner.xx + xy * inner.yx,
        xx * inner.xy + xy * inner.yy,
        yx * inner.xx + yy * inner.yx,
        yx * inner.xy + yy * inner.yy);
  }

  /** The inverse map, from the picture's square to the view's. */
  View inverse() {
    float d = xx * yy - xy * yx;
    float ixx = yy / d;
    float ixy = -xy / d;
    float iyx = -yx / d;
    float iyy = xx / d;
    return new View(-(ixx * x0 + ixy * y0), -(iyx * x0 + iyy * y0), ixx, ixy, iyx, iyy);
  }

  /** Whether the view's middle is the picture's. */
  boolean isCentred() {
    return Math.abs(x(0.5f, 0.5f) - 0.5f) < 1e-4f && Math.abs(y(0.5f, 0.5f) - 0.5f) < 1e-4f;
  }

  /** Whether it is neither turned nor transposed. */
  boolean isUpright() {
    return xy == 0 && yx == 0;
  }

  float x(float x, float y) {
    return x0 + xx * x + xy * y;
  }

  float y(float x, float y) {
    return y0 + yx * x + yy * y;
  }

  /** The cuts that a near-duplicate may have been cropped to. */
  static List<View> crops() {
    List<View> views = new ArrayList<>();
    views.add(WHOLE);
    for (float c : new float[] {0.1f, 0.2f}) {
      views.add(cut(c, 0, 1, 1));
      views.add(cut(0, c, 1, 1));
      views.add(cut(0, 0, 1 - c, 1));
      views.add(cut(0, 0, 1, 1 - c));
      views.add(cut(c / 2, 0, 1 - c / 2, 1));
      views.add(cut(0, c / 2, 1, 1 - c / 2));
      views.add(cut(c / 2, c / 2, 1 - c / 2, 1 - c / 2));
    }
    for (float c : new float[] {0.12f, 0.2f}) {
      views.add(cut(c, c, 1, 1));
      views.add(cut(0, c, 1 - c, 1));
      views.add(cut(c, 0, 1, 1 - c));
      views.add(cut(0, 0, 1 - c, 1 - c));
    }
    views.add(cut(0.15f, 0.15f, 0.85f, 0.85f));
    return views;
  }

  /** The middle turned by up to an eighth of a circle; flips do the rest. */
  static List<View> turns() {
    List<View> views = new ArrayList<>();
    for (int angle = -40; angle <= 40; angle += 8) {
      views.add(CENTRE.turned(angle));
    }
    return views;
  }
}
