package io.residua.weights;

import io.residua.Text;
import java.nio.FloatBuffer;

/**
 * Whether a tensor's values are numbers that a network can compute with. With a NaN or an infinite
 * value among its weights it answers NaN, or something wrong with great confidence; a negative
 * variance has no square root.
 */
final class WeightNumbers {
  private static final int MAGNITUDE_BITS = 0x7fffffff;

  /**
   * Added to a magnitude's bits, it reaches the sign bit where those of the exponent are all set.
   */
  private static final int ONE_EXPONENT = 0x00800000;

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
    if (allFinite(values) && !(variance && anyNegative(values))) {
      return "";
    }
    int at = 0;
    while (Float.isFinite(values.get(at)) && !(variance && values.get(at) < 0)) {
      at++;
    }
    float value = values.get(at);
    String what =
        Float.isNaN(value)
            ? "a value that is not a number (NaN)"
            : Float.isInfinite(value)
                ? "an infinite value"
                : Text.of("a negative variance (%s)", value);
    return Text.of("has %s at %,d of %,d", what, at, values.limit());
  }

  /** One pass over all bits without a branch, for this is done to every weight that is loaded. */
  private static boolean allFinite(FloatBuffer values) {
    int all = 0;
    int count = values.limit();
    for (int i = 0; i < count; i++) {
      all |= (Float.floatToRawIntBits(values.get(i)) & MAGNITUDE_BITS) + ONE_EXPONENT;
    }
    return all >= 0;
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
