package io.residua.server.internal.v2;

import io.residua.internal.Text;

/** What numbers of a tensor may be. */
final class Pixels {
  private static final int BRIGHTEST = 255;

  private Pixels() {}

  /** One of 256 values. */
  static byte octet(String name, long value) {
    if (value < 0 || value > BRIGHTEST) {
      throw Messages.badRequest(
          Text.of("input '%s': %d is no pixel's value, which are 0 to 255", name, value));
    }
    return (byte) value;
  }

  static void requireFinite(String name, float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw Messages.badRequest(
            Text.of("input '%s': element %d is no finite number in FP32", name, i));
      }
    }
  }
}
