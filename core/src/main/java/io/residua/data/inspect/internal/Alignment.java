package io.residua.data.inspect.internal;

/**
 * Lays one thumbnail over another as well as it goes and says how alike they are: the normalised
 * correlation of the grey levels and of the fine structure (levels minus their surroundings), which
 * two different photographs of similar things don't share.
 *
 * @param view maps the second picture's square to the first one's
 * @param levels correlation of grey levels, -1..1
 * @param detail correlation of fine structure, -1..1
 * @param overlap the share of the compared part of the second picture that lies within the first
 */
record Alignment(View view, float levels, float detail, float overlap) {
  private static final float MIN_OVERLAP = 0.45f;

  /** The two planes that are compared. */
  record Planes(float[] levels, float[] detail) {
    static Planes of(Thumbnail thumbnail) {
      float[] levels = thumbnail.levels();
      return new Planes(levels, minusSurroundings(levels));
    }

    /**
     * Over how much of the picture its fine structure is spread (the participation ratio of its
     * energy): 0 for a single spot or a sharp horizon, towards 1 for texture everywhere.
     */
    float spread() {
      double sum = 1e-9;
      double squares = 1e-9;
      for (float value : detail) {
        double energy = value * value;
        sum += energy;
        squares += energy * energy;
      }
      return (float) (sum * sum / (detail.length * squares));
    }
  }

  float score() {
    return 0.5f * (levels + detail);
  }

  /**
   * Improves a first guess step by step: shift, size, turn. Gives up early on what won't come near.
   *
   * @param region the part of the second picture that is compared
   */
  static Alignment refine(Planes first, Planes second, View guess, View region) {
    Alignment best = new Grid(second, region, 12).measure(first, guess);
    if (best.levels() < 0.65f) {
      return best;
    }
    for (float step = 0.04f; step > 0.003f; step *= 0.5f) {
      Grid grid = new Grid(second, region, step > 0.015f ? 14 : 20);
      best = grid.measure(first, best.view);
      boolean hopeless = step < 0.015f ? best.score() < 0.55f : step < 0.03f && best.score() < 0.4f;
      if (hopeless) {
        return best;
      }
      boolean improved = true;
      for (int round = 0; round < 3 && improved; round++) {
        improved = false;
        for (int move = 0; move < 10; move++) {
          View view = moved(best.view, move / 2, (move & 1) == 0 ? step : -step);
          Alignment tried = grid.measure(first, view);
          if (tried.score() > best.score()) {
            best = tried;
            improved = true;
          }
        }
      }
    }
    return new Grid(second, region, 44).measure(first, best.view);
  }

  private static View moved(View v, int kind, float by) {
    return switch (kind) {
      case 0 -> new View(v.x0() + by, v.y0(), v.xx(), v.xy(), v.yx(), v.yy());
      case 1 -> new View(v.x0(), v.y0() + by, v.xx(), v.xy(), v.yx(), v.yy());
      case 2 -> v.compose(new View(-by / 2, 0, 1 + by, 0, 0, 1));
      case 3 -> v.compose(new View(0, -by / 2, 1, 0, 0, 1 + by));
      default -> v.compose(View.WHOLE.turned(Math.toDegrees(by)));
    };
  }

  /** Places of the second picture that are compared, and what is there. */
  private static final class Grid {
    private final float[] x;
    private final float[] y;
    private final float[] levels;
    private final float[] detail;

    Grid(Planes second, View region, int side) {
      x = new float[side * side];
      y = new float[side * side];
      levels = new float[side * side];
      detail = new float[side * side];
      for (int i = 0; i < x.length; i++) {
        float u = (i % side + 0.5f) / side;
        float v = (i / side + 0.5f) / side;
        x[i] = region.x(u, v);
        y[i] = region.y(u, v);
        levels[i] = Thumbnail.sample(second.levels, x[i], y[i]);
        detail[i] = Thumbnail.sample(second.detail, x[i], y[i]);
      }
    }

    Alignment measure(Planes first, View view) {
      Correlation ofLevels = new Correlation();
      Correlation ofDetail = new Correlation();
      for (int i = 0; i < x.length; i++) {
        float ax = view.x(x[i], y[i]);
        float ay = view.y(x[i], y[i]);
        if (ax >= 0 && ax <= 1 && ay >= 0 && ay <= 1) {
          ofLevels.add(Thumbnail.sample(first.levels, ax, ay), levels[i]);
          ofDetail.add(Thumbnail.sample(first.detail, ax, ay), detail[i]);
        }
      }
      float overlap = (float) ofLevels.n / x.length;
      return overlap < MIN_OVERLAP
          ? new Alignment(view, 0, 0, overlap)
          : new Alignment(view, ofLevels.value(), ofDetail.value(), overlap);
    }
  }

  private static float[] minusSurroundings(float[] levels) {
    float[] mean = averaged(averaged(levels, 1, Thumbnail.SIZE), Thumbnail.SIZE, 1);
    float[] detail = new float[levels.length];
    for (int i = 0; i < detail.length; i++) {
      detail[i] = levels[i] - mean[i];
    }
    return detail;
  }

  /** Running means over seven neighbours along one axis, fewer at the ends. */
  private static float[] averaged(float[] in, int along, int across) {
    int size = Thumbnail.SIZE;
    int reach = 3;
    float[] out = new float[in.length];
    for (int line = 0; line < size; line++) {
      int start = line * across;
      float sum = 0;
      for (int i = 0; i < reach; i++) {
        sum += in[start + i * along];
      }
      for (int i = 0; i < size; i++) {
        if (i + reach < size) {
          sum += in[start + (i + reach) * along];
        }
        if (i - reach - 1 >= 0) {
          sum -= in[start + (i - reach - 1) * along];
        }
        int n = Math.min(size - 1, i + reach) - Math.max(0, i - reach) + 1;
        out[start + i * along] = sum / n;
      }
    }
    return out;
  }

  /** Pearson's correlation, gathered sample by sample. */
  private static final class Correlation {
    private int n;
    private double a;
    private double b;
    private double aa;
    private double bb;
    private double ab;

    void add(float x, float y) {
      n++;
      a += x;
      b += y;
      aa += x * x;
      bb += y * y;
      ab += x * y;
    }

    float value() {
      double varA = aa - a * a / n;
      double varB = bb - b * b / n;
      if (varA < n || varB < n * 0.1) {
        return 0;
      }
      return (float) ((ab - a * b / n) / Math.sqrt(varA * varB));
    }
  }
}
