package io.residua.data.inspect.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Computes the signatures of the same views of many thumbnails. Sampling and cosine frequencies are
 * linear, so for an upright view both are one small matrix an axis, and views that share an axis
 * share its product; for a turned view the places to sample are computed once.
 */
final class ViewSignatures {
  private static final int SIZE = Thumbnail.SIZE;
  private static final int FREQUENCIES = Signature.FREQUENCIES;
  private static final int GRID = 16;

  /**
   * Thumbnails whose lines are laid beside each other: long enough for vector instructions, few
   * enough for the processor's cache.
   */
  private static final int BESIDE = 8;

  /** Cosine u at grid place i in {@code [u][i]}. */
  private static final float[][] COSINES = cosines();

  /** Of the different vertical axes. */
  private final List<float[]> verticals = new ArrayList<>();

  private final List<Look> looks = new ArrayList<>();

  /** One axis of an upright view: where it begins on the picture's, and how much of it it takes. */
  private record Axis(float from, float length) {}

  /** What is computed once for a view. */
  private sealed interface Look permits Upright, Places {}

  /**
   * @param vertical which of the vertical axes
   * @param horizontal the other axis' matrix
   */
  private record Upright(int vertical, float[] horizontal) implements Look {}

  ViewSignatures(List<View> views) {
    Map<Axis, Integer> known = new HashMap<>();
    for (View view : views) {
      if (view.isUpright()) {
        Axis vertical = new Axis(view.y0(), view.yy());
        int place = known.computeIfAbsent(vertical, axis -> known.size());
        if (place == verticals.size()) {
          verticals.add(matrix(vertical));
        }
        looks.add(new Upright(place, matrix(new Axis(view.x0(), view.xx()))));
      } else {
        looks.add(Places.of(view));
      }
    }
  }

  /** The signature of each view, in their order; all zero where a view has no structure. */
  List<float[]> of(float[] levels) {
    return of(new float[][] {levels}).get(0);
  }

  /** The same of several thumbnails. */
  List<List<float[]>> of(float[][] levels) {
    List<List<float[]>> all = new ArrayList<>(levels.length);
    for (int i = 0; i < levels.length; i += BESIDE) {
      addTo(all, Arrays.copyOfRange(levels, i, Math.min(levels.length, i + BESIDE)));
    }
    return all;
  }

  private void addTo(List<List<float[]>> all, float[][] levels) {
    int n = levels.length;
    float[][] lines = beside(levels);
    List<float[][]> products = new ArrayList<>(verticals.size());
    verticals.forEach(matrix -> products.add(timesLevels(matrix, lines)));
    for (int i = 0; i < n; i++) {
      List<float[]> signatures = new ArrayList<>(looks.size());
      for (Look look : looks) {
        float[] cosines =
            look instanceof Upright upright
                ? timesTransposed(
                    products.get(upright.vertical), i * SIZE, upright.horizontal, SIZE)
                : frequencies(((Places) look).gridOf(levels[i]));
        signatures.add(Signature.of(cosines));
      }
      all.add(signatures);
    }
  }

  /** Line y of all thumbnails, one beside the other. */
  private static float[][] beside(float[][] levels) {
    float[][] lines = new float[SIZE][levels.length * SIZE];
    for (int i = 0; i < levels.length; i++) {
      for (int y = 0; y < SIZE; y++) {
        System.arraycopy(levels[i], y * SIZE, lines[y], i * SIZE, SIZE);
      }
    }
    return lines;
  }

  /** What takes a line of levels to the cosine frequencies of its samples. */
  private static float[] matrix(Axis axis) {
    float[] matrix = new float[FREQUENCIES * SIZE];
    for (int tap = 0; tap < 2 * GRID; tap++) {
      float at = axis.from() + axis.length() * (tap + 0.5f) / (2 * GRID);
      int place = Thumbnail.place(at);
      float share = Thumbnail.share(at);
      for (int u = 0; u < FREQUENCIES; u++) {
        float cosine = COSINES[u][tap / 2];
        matrix[u * SIZE + place] += cosine * (1 - share);
        matrix[u * SIZE + place + 1] += cosine * share;
      }
    }
    return matrix;
  }

  private static float[][] timesLevels(float[] matrix, float[][] lines) {
    float[][] product = new float[FREQUENCIES][lines[0].length];
    for (int v = 0; v < FREQUENCIES; v++) {
      for (int y = 0; y < SIZE; y += 4) {
        addFour(product[v], matrix, v * SIZE + y, lines, y);
      }
    }
    return product;
  }

  /**
   * Adds four lines times their factors. Each line is an array of its own, read from its begin:
   * only then does Java 17 compile this to vector instructions.
   */
  private static void addFour(float[] sum, float[] factors, int at, float[][] lines, int y) {
    float f0 = factors[at];
    float f1 = factors[at + 1];
    float f2 = factors[at + 2];
    float f3 = factors[at + 3];
    float[] line0 = lines[y];
    float[] line1 = lines[y + 1];
    float[] line2 = lines[y + 2];
    float[] line3 = lines[y + 3];
    for (int x = 0; x < sum.length; x++) {
      sum[x] = sum[x] + f0 * line0[x] + f1 * line1[x] + f2 * line2[x] + f3 * line3[x];
    }
  }

  /**
   * Both have {@link #FREQUENCIES} rows; b's follow one another.
   *
   * @param atA where in each row of a to begin
   */
  private static float[] timesTransposed(float[][] a, int atA, float[] b, int columns) {
    float[] product = new float[FREQUENCIES * FREQUENCIES];
    for (int v = 0; v < FREQUENCIES; v++) {
      for (int u = 0; u < FREQUENCIES; u++) {
        product[v * FREQUENCIES + u] = Signature.dot(a[v], atA, b, u * columns, columns);
      }
    }
    return product;
  }

  /**
   * @param grid levels, column by column
   */
  private static float[] frequencies(float[] grid) {
    float[] rows = new float[FREQUENCIES * GRID];
    for (int u = 0; u < FREQUENCIES; u++) {
      for (int x = 0; x < GRID; x++) {
        float cosine = COSINES[u][x];
        for (int y = 0; y < GRID; y++) {
          rows[u * GRID + y] += cosine * grid[x * GRID + y];
        }
      }
    }
    return timesTransposed(COSINES, 0, rows, GRID);
  }

  private static float[][] cosines() {
    float[][] table = new float[FREQUENCIES][GRID];
    for (int u = 0; u < FREQUENCIES; u++) {
      for (int i = 0; i < GRID; i++) {
        table[u][i] = (float) Math.cos(Math.PI * u * (i + 0.5) / GRID);
      }
    }
    return table;
  }

  /**
   * Where a view looks, four times in each place of its grid, column by column.
   *
   * @param at the upper left of the four levels around
   * @param right the share of the right ones
   * @param below the share of the lower ones
   */
  private record Places(int[] at, float[] right, float[] below) implements Look {
    static Places of(View view) {
      int n = GRID * GRID * 4;
      Places places = new Places(new int[n], new float[n], new float[n]);
      for (int i = 0; i < n; i++) {
        float x = (i / 4 / GRID + 0.25f + 0.5f * (i & 1)) / GRID;
        float y = (i / 4 % GRID + 0.25f + 0.5f * (i >> 1 & 1)) / GRID;
        float px = view.x(x, y);
        float py = view.y(x, y);
        places.at[i] = Thumbnail.place(py) * SIZE + Thumbnail.place(px);
        places.right[i] = Thumbnail.share(px);
        places.below[i] = Thumbnail.share(py);
      }
      return places;
    }

    float[] gridOf(float[] levels) {
      float[] grid = new float[GRID * GRID];
      for (int i = 0; i < at.length; i += 4) {
        float sum = sample(levels, i) + sample(levels, i + 1);
        grid[i >> 2] = sum + sample(levels, i + 2) + sample(levels, i + 3);
      }
      return grid;
    }

    private float sample(float[] levels, int i) {
      return Thumbnail.between(levels, at[i], right[i], below[i]);
    }
  }
}
