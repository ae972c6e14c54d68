package io.residua.export.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * 32-bit floats rounded to IEEE 754 half precision, to the nearest, of two equally near to even.
 */
final class HalfFloats {
  /** The largest finite one. */
  static final float MAX = 65504;

  private static final int SMALLEST_NORMAL = 0x38800000; // 2^-14
  private static final int BIAS = 0x38000000; // difference of the exponents' biases
  private static final int DROPPED_BITS = 13;

  private HalfFloats() {}

  /** Two little-endian bytes for each value; values must be finite and at most {@link #MAX}. */
  static ByteBuffer bytes(FloatBuffer values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.remaining() * Short.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    while (values.hasRemaining()) {
      bytes.putShort(bits(values.get()));
    }
    return bytes.flip();
  }

  static short bits(float value) {
    int bits = Float.floatToRawIntBits(value);
    int sign = (bits >>> 16) & 0x8000;
    int magnitude = bits & 0x7fffffff;
    if (magnitude < SMALLEST_NORMAL) {
      // Next to 0.5, floats are as far apart as the smallest half floats.
      float rounded = Float.intBitsToFloat(magnitude) + 0.5f;
      return (short) (sign | (Float.floatToRawIntBits(rounded) - Float.floatToRawIntBits(0.5f)));
    }
    int even = (magnitude >>> DROPPED_BITS) & 1;
    int rounded = magnitude + (1 << (DROPPED_BITS - 1)) - 1 + even;
    return (short) (sign | ((rounded - BIAS) >>> DROPPED_BITS));
  }
}
