package io.residua.data.inspect.internal;

/**
 * Lays one thumbnail over another as well as it goes and says how alike they are: the normalised
 * correlation of the grey levels and of the fine structure (levels minus their surroundings), which
 * two different photographs of similar things don't share.
 *
 * @param view maps the second picture's square to the first one's
 * @param levels correlation of grey levels, -1..1
 * @param detail correlation of fine structure, -1..1
 * @param overlap the share of the compared part of the second picture that both show
 */
record Alignment(View view, float levels, float detail, float overlap) {
  private static final float MIN_OVERLAP = 0.45f;
  private static final int FINE = 44;

  /** One way and the other: shifts, sizes, slant and turn. */
  private static final int MOVES = 12;

  float score() {
    return 0.5f * (levels + detail);
  }

  /**
   * Improves a first guess step by step: shift, size, slant, turn. Gives up early on what won't
   * come near.
   *
   * @param region the part of the second picture that is compared
   */
  static Alignment refine(Planes first, Planes second, View guess, View region) {
    Alignment best = new Grid(second, region, 12).measure(first, guess);
    if (best.levels() < 0.65f) {
      return best;
    }
    Grid coarse = new Grid(second, region, 14);
    Grid fine = null;
    best = coarse.measure(first, best.view);
    for (float step = 0.04f; step > 0.003f; step *= 0.5f) {
      Grid grid = coarse;
      if (step <= 0.015f) {
        if (fine == null) {
          fine = new Grid(second, region, 20);
          best = fine.measure(first, best.view);
        }
        grid = fine;
      }
      boolean hopeless = step < 0.015f ? best.score() < 0.7f : step < 0.03f && best.score() < 0.5f;
      if (hopeless) {
        return best;
      }
      // After as many moves in vain as there are, each has been tried from here.
      int inVain = 0;
      for (int move = 0; move < 3 * MOVES && inVain < MOVES; move++) {
        int kind = move % MOVES / 2;
        Alignment tried =
            grid.measure(first, moved(best.view, kind, (move & 1) == 0 ? step : -step));
        if (tried.score() > best.score()) {
          best = tried;
          inVain = 0;
        } else {
          inVain++;
        }
      }
    }
    return new Grid(second, region, FINE).measure(first, best.view);
  }

  /**
   * How alike the texture is: the correlation of fine structure that is as strong everywhere, so
   * that two outlines of one form, or two horizons, are not enough.
   */
  float texture(Planes first, Planes second, View region) {
    return new Grid(second.evened(), region, FINE).measure(first.evened(), view).detail();
  }

  private static View moved(View v, int kind, float by) {
    return switch (kind) {
      case 0 -> new View(v.x0() + by, v.y0(), v.xx(), v.xy(), v.yx(), v.yy());
      case 1 -> new View(v.x0(), v.y0() + by, v.xx(), v.xy(), v.yx(), v.yy());
      case 2 -> v.compose(new View(-by / 2, 0, 1 + by, 0, 0, 1));
      case 3 -> v.compose(new View(0, -by / 2, 1, 0, 0, 1 + by));
      case 4 -> v.compose(new View(-by / 2, 0, 1, by, 0, 1));
      default -> v.compose(View.WHOLE.turned(Math.toDegrees(by)));
    };
  }

  /** Places of the second picture that are compared, and what is there. */
  private static final class Grid {
    private final int places;
    private final float[] x;
    private final float[] y;
    private final float[] levels;
    private final float[] detail;

    /** Of a measurement: the first picture's, and the second's where both show something. */
    private final float[] firstLevels;

    private final float[] firstDetail;
    private final float[] bothLevels;
    private final float[] bothDetail;

    /** How many of the places the picture shows; they come first. */
    private int shown;

    Grid(Planes second, View region, int side) {
      places = side * side;
      x = new float[places];
      y = new float[places];
      levels = new float[places];
      detail = new float[places];
      firstLevels = new float[places];
      firstDetail = new float[places];
      bothLevels = new float[places];
      bothDetail = new float[places];
      for (int i = 0; i < places; i++) {
        float u = (i % side + 0.5f) / side;
        float v = (i / side + 0.5f) / side;
        float px = region.x(u, v);
        float py = region.y(u, v);
        if (second.shows(px, py)) {
          x[shown] = px;
          y[shown] = py;
          levels[shown] = Thumbnail.sample(second.levels(), px, py);
          detail[shown++] = Thumbnail.sample(second.detail(), px, py);
        }
      }
    }

    Alignment measure(Planes first, View view) {
      int n = 0;
      for (int i = 0; i < shown; i++) {
        float ax = view.x(x[i], y[i]);
        float ay = view.y(x[i], y[i]);
        if (first.shows(ax, ay)) {
          int at = Thumbnail.place(ay) * Thumbnail.SIZE + Thumbnail.place(ax);
          float right = Thumbnail.share(ax);
          float below = Thumbnail.share(ay);
          firstLevels[n] = Thumbnail.between(first.levels(), at, right, below);
          firstDetail[n] = Thumbnail.between(first.detail(), at, right, below);
          bothLevels[n] = levels[i];
          bothDetail[n++] = detail[i];
        }
      }
      float overlap = (float) n / places;
      return overlap < MIN_OVERLAP
          ? new Alignment(view, 0, 0, overlap)
          : new Alignment(
              view,
              correlation(firstLevels, bothLevels, n),
              correlation(firstDetail, bothDetail, n),
              overlap);
    }
  }

  /** Pearson's, of the first n of both. */
  private static float correlation(float[] first, float[] second, int n) {
    double a = 0;
    double b = 0;
    double aa = 0;
    double bb = 0;
    double ab = 0;
    for (int i = 0; i < n; i++) {
      float x = first[i];
      float y = second[i];
      a += x;
      b += y;
      aa += x * x;
      bb += y * y;
      ab += x * y;
    }
    double varA = aa - a * a / n;
    double varB = bb - b * b / n;
    if (varA < n || varB < n * 0.1) {
      return 0;
    }
    return (float) ((ab - a * b / n) / Math.sqrt(varA * varB));
  }
}
