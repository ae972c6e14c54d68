package io.residua.image.internal;

import io.residua.image.Interpolation;
import java.util.Arrays;

/**
 * Along one axis: which input pixels make each wanted output pixel, and with what weights, in
 * 22-bit fixed point (a sum of 8-bit samples with them fits into an int).
 */
final class FilterWeights {
  static final int PRECISION_BITS = 22;

  private final int outCount;
  private final boolean identity;
  private final int[] first;
  private final int[] taps;
  private final int[] weights;
  private final int stride;

  /**
   * @param inSize input pixels
   * @param outSize output pixels of the whole axis
   * @param start the first output pixel wanted
   * @param count how many are wanted
   */
  FilterWeights(Interpolation filter, int inSize, long outSize, long start, int count) {
    outCount = count;
    identity = inSize == outSize;
    first = new int[count];
    taps = new int[count];
    if (identity) {
      stride = 1;
      weights = new int[count];
      for (int i = 0; i < count; i++) {
        first[i] = (int) start + i;
        taps[i] = 1;
        weights[i] = 1 << PRECISION_BITS;
      }
      return;
    }
    double scale = (double) inSize / outSize;
    double filterScale = Math.max(scale, 1);
    double support = filter.support() * filterScale;
    stride = (int) Math.ceil(support) * 2 + 1;
    weights = new int[Math.multiplyExact(count, stride)];
    double[] exact = new double[stride];
    double inverse = 1 / filterScale;
    for (int i = 0; i < count; i++) {
      double centre = (start + i + 0.5) * scale;
      int from = Math.max(0, (int) (centre - support + 0.5));
      int to = Math.min(inSize, (int) (centre + support + 0.5));
      first[i] = from;
      taps[i] = to - from;
      double sum = 0;
      for (int k = 0; k < to - from; k++) {
        exact[k] = filter.weight((k + from - centre + 0.5) * inverse);
        sum += exact[k];
      }
      for (int k = 0; k < to - from; k++) {
        double w = (sum == 0 ? exact[k] : exact[k] / sum) * (1 << PRECISION_BITS);
        weights[i * stride + k] = (int) (w < 0 ? w - 0.5 : w + 0.5);
      }
    }
  }

  int outCount() {
    return outCount;
  }

  /** Whether the axis keeps its size, so that output {@code i} is input {@code first(i)}. */
  boolean identity() {
    return identity;
  }

  /** The input pixel that output {@code i} begins at; never less than that of {@code i - 1}. */
  int first(int i) {
    return first[i];
  }

  int taps(int i) {
    return taps[i];
  }

  /** The most taps of any output. */
  int maxTaps() {
    return Arrays.stream(taps).max().orElse(0);
  }

  /** All weights; those of output {@code i} begin at {@code i * stride()}. */
  int[] weights() {
    return weights;
  }

  int stride() {
    return stride;
  }
}
