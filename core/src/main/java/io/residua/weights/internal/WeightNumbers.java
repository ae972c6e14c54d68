package io.residua.weights.internal;

import io.residua.internal.Text;
import java.nio.FloatBuffer;

/**
 * Whether a tensor's values are numbers that a network can compute with. With a NaN or an infinite
 * value among its weights it answers NaN, or something wrong with great confidence; values of 2^64
 * and more overflow within, where a ReLU turns NaN into 0 so that the answer does not show it; a
 * negative variance has no square root.
 */
final class WeightNumbers {
  private static final int MAGNITUDE_BITS = 0x7fffffff;

  /** The bits of 2^64. */
  private static final int TOO_LARGE_BITS = (127 + 64) << 23;

  /** Added to a magnitude's bits, it reaches the sign bit from 2^64 on. */
  private static final int TO_SIGN = 0x80000000 - TOO_LARGE_BITS;

  private static final int AT_A_TIME = 8192;
  private static final String VARIANCE = "running_var";

  private WeightNumbers() {}

  /**
   * What is wrong with the values, for instance {@code has an infinite value at 3 of 10}; empty if
   * nothing.
   *
   * @param name of the tensor; that of a batch normalisation's variance tells what it may not be
   */
  static String problem(String name, FloatTensor tensor) {
    FloatBuffer values = tensor.data();
    boolean variance = name.endsWith(VARIANCE);
    if (allUsable(values) && !(variance && anyNegative(values))) {
      return "";
    }
    int at = 0;
    while (isUsable(values.get(at)) && !(variance && values.get(at) < 0)) {
      at++;
    }
    float value = values.get(at);
    String what =
        Float.isNaN(value)
            ? "a value that is not a number (NaN)"
            : Float.isInfinite(value)
                ? "an infinite value"
                : isUsable(value)
                    ? Text.of("a negative variance (%s)", value)
                    : Text.of("a value that is too large for a network (%s)", value);
    return Text.of("has %s at %,d of %,d", what, at, values.limit());
  }

  private static boolean isUsable(float value) {
    return (Float.floatToRawIntBits(value) & MAGNITUDE_BITS) < TOO_LARGE_BITS;
  }

  /**
   * One pass over all bits without a branch, for this is done to every weight that is loaded; of
   * copies, for before a loop is compiled well, arrays are many times faster than buffers.
   */
  private static boolean allUsable(FloatBuffer values) {
    float[] some = new float[Math.min(values.limit(), AT_A_TIME)];
    int all = 0;
    for (int from = 0; from < values.limit(); from += some.length) {
      int count = Math.min(some.length, values.limit() - from);
      values.get(from, some, 0, count);
      all |= joined(some, count);
    }
    return all >= 0;
  }

  /** Negative if a value is not usable. */
  private static int joined(float[] values, int count) {
    int all = 0;
    for (int i = 0; i < count; i++) {
      all |= (Float.floatToRawIntBits(values[i]) & MAGNITUDE_BITS) + TO_SIGN;
    }
    return all;
  }

  private static boolean anyNegative(FloatBuffer values) {
    for (int i = 0; i < values.limit(); i++) {
      if (values.get(i) < 0) {
        return true;
      }
    }
    return false;
  }
}
