package io.residua.image.internal;

import java.util.Arrays;

/**
 * The samples of one component of a VP8 picture, in whole blocks, with the frame from which blocks
 * at the edge are predicted: 127 above, 129 to the left (RFC 6386, section 12.2).
 */
final class Vp8Plane {
  /** What diagonal prediction reads beyond the last block. */
  private static final int RIGHT_MARGIN = 4;

  private static final byte ABOVE = 127;
  private static final byte LEFT = (byte) 129;

  private final byte[] samples;
  private final int width;
  private final int stride;

  Vp8Plane(int width, int height) {
    this.width = width;
    stride = 1 + width + RIGHT_MARGIN;
    samples = new byte[stride * (height + 1)];
    Arrays.fill(samples, 0, stride, ABOVE);
    for (int y = 0; y < height; y++) {
      samples[index(-1, y)] = LEFT;
    }
  }

  byte[] samples() {
    return samples;
  }

  /** From a sample to the one below it. */
  int stride() {
    return stride;
  }

  int index(int x, int y) {
    return (y + 1) * stride + 1 + x;
  }

  /** Repeats a row's last sample, from which blocks below and to the left of it are predicted. */
  void extendRight(int y) {
    int end = index(width, y);
    Arrays.fill(samples, end, end + RIGHT_MARGIN, samples[end - 1]);
  }
}
