package io.residua.image.internal;

import io.residua.image.RgbImage;
import java.util.Arrays;

/**
 * Both passes of a resampling. With the horizontal pass first, input rows are filtered when the
 * vertical pass first needs them and kept in a ring only as long as it does, so that what is in
 * flight stays in the processor's cache and is bounded for tall pictures; with the vertical pass
 * first, one row is in flight.
 */
final class SeparableFilter {
  private static final int HALF = 1 << (FilterWeights.PRECISION_BITS - 1);

  private final RgbImage image;
  private final FilterWeights columns;
  private final FilterWeights rows;

  SeparableFilter(RgbImage image, FilterWeights columns, FilterWeights rows) {
    this.image = image;
    this.columns = columns;
    this.rows = rows;
  }

  /** The horizontal pass first. */
  void apply(RgbImage out) {
    int rowSamples = columns.outCount() * 3;
    int ringRows = Math.max(1, rows.maxTaps());
    int[][] ring = new int[ringRows][rowSamples];
    int[] sums = new int[rowSamples];
    int next = rows.first(0);
    for (int y = 0; y < rows.outCount(); y++) {
      int from = rows.first(y);
      int to = from + rows.taps(y);
      for (next = Math.max(next, from); next < to; next++) {
        horizontal(image.rgb(), next * image.width() * 3, ring[next % ringRows]);
      }
      Arrays.fill(sums, HALF);
      for (int row = from; row < to; row++) {
        addWeighted(ring[row % ringRows], rows.weights()[y * rows.stride() + row - from], sums);
      }
      store(sums, out.rgb(), y * rowSamples);
    }
  }

  /** The vertical pass first. */
  void applyVerticallyFirst(RgbImage out) {
    int last = columns.outCount() - 1;
    int firstColumn = columns.first(0);
    int[] sums = new int[(columns.first(last) + columns.taps(last) - firstColumn) * 3];
    byte[] row = new byte[sums.length];
    int[] filtered = new int[columns.outCount() * 3];
    byte[] rgb = out.rgb();
    for (int y = 0; y < rows.outCount(); y++) {
      Arrays.fill(sums, HALF);
      for (int k = 0; k < rows.taps(y); k++) {
        addWeighted(
            image.rgb(),
            ((rows.first(y) + k) * image.width() + firstColumn) * 3,
            rows.weights()[y * rows.stride() + k],
            sums);
      }
      store(sums, row, 0);
      horizontal(row, -firstColumn * 3, filtered);
      for (int i = 0, o = y * filtered.length; i < filtered.length; i++, o++) {
        rgb[o] = (byte) filtered[i];
      }
    }
  }

  private static void addWeighted(byte[] row, int at, int weight, int[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += weight * (row[at + i] & 0xff);
    }
  }

  private static void addWeighted(int[] row, int weight, int[] sums) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += weight * row[i];
    }
  }

  private static void store(int[] sums, byte[] out, int offset) {
    for (int i = 0; i < sums.length; i++) {
      out[offset + i] = (byte) clip(sums[i] >> FilterWeights.PRECISION_BITS);
    }
  }

  /** Filters a row whose first pixel, seen from column 0 of the picture, is at {@code row}. */
  private void horizontal(byte[] in, int row, int[] out) {
    if (columns.identity()) {
      int i = row + columns.first(0) * 3;
      for (int o = 0; o < out.length; o++) {
        out[o] = in[i + o] & 0xff;
      }
      return;
    }
    int[] weights = columns.weights();
    for (int x = 0, o = 0; x < columns.outCount(); x++, o += 3) {
      int red = HALF;
      int green = HALF;
      int blue = HALF;
      int i = row + columns.first(x) * 3;
      int k = x * columns.stride();
      for (int end = k + columns.taps(x); k < end; k++, i += 3) {
        int w = weights[k];
        red += w * (in[i] & 0xff);
        green += w * (in[i + 1] & 0xff);
        blue += w * (in[i + 2] & 0xff);
      }
      out[o] = clip(red >> FilterWeights.PRECISION_BITS);
      out[o + 1] = clip(green >> FilterWeights.PRECISION_BITS);
      out[o + 2] = clip(blue >> FilterWeights.PRECISION_BITS);
    }
  }

  private static int clip(int value) {
    return Math.max(0, Math.min(255, value));
  }
}
