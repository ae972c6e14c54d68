package io.residua.data.inspect;

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
    Alignment best = measure(first, second, guess, region, 12);
    if (best.levels() < 0.65f) {
      return best;
    }
    for (float step = 0.04f; step > 0.003f; step *= 0.5f) {
      int grid = step > 0.015f ? 14 : 20;
      best = measure(first, second, best.view, region, grid);
      boolean hopeless = step < 0.015f ? best.score() < 0.55f : step < 0.03f && best.score() < 0.4f;
      if (hopeless) {
        return best;
      }
      boolean improved = true;
      for (int round = 0; round < 3 && improved; round++) {
        improved = false;
        for (int move = 0; move < 10; move++) {
          View view = moved(best.view, move / 2, (move & 1) == 0 ? step : -step);
          Alignment tried = measure(first, second, view, region, grid);
          if (tried.score() > best.score()) {
            best = tried;
            improved = true;
          }
        }
      }
    }
    return measure(first, second, best.view, region, 44);
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

  private static Alignment measure(Planes first, Planes second, View view, View region, int grid) {
    Correlation levels = new Correlation();
    Correlation detail = new Correlation();
    for (int j = 0; j < grid; j++) {
      for (int i = 0; i < grid; i++) {
        float x = region.x((i + 0.5f) / grid, (j + 0.5f) / grid);
        float y = region.y((i + 0.5f) / grid, (j + 0.5f) / grid);
        float ax = view.x(x, y);
        float ay = view.y(x, y);
        if (ax >= 0 && ax <= 1 && ay >= 0 && ay <= 1) {
          levels.add(Thumbnail.sample(first.levels, ax, ay), Thumbnail.sample(second.levels, x, y));
          detail.add(Thumbnail.sample(first.detail, ax, ay), Thumbnail.sample(second.detail, x, y));
        }
      }
    }
    float overlap = (float) levels.n / (grid * grid);
    return overlap < MIN_OVERLAP
        ? new Alignment(view, 0, 0, overlap)
        : new Alignment(view, levels.value(), detail.value(), overlap);
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
