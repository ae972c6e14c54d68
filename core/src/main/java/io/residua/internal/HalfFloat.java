package io.residua.internal;

/** Floating-point numbers of 16 bits, IEEE 754's binary16. */
public final class HalfFloat {
  private HalfFloat() {}

  /** The number that has these bits, exactly. */
  public static float toFloat(short bits) {
    int exponent = (bits >> 10) & 0x1f;
    int fraction = bits & 0x3ff;
    float magnitude;
    if (exponent == 0x1f) {
      magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
    } else if (exponent == 0) {
      magnitude = fraction * 0x1p-24f;
    } else {
      magnitude = Math.scalb(1f + fraction * 0x1p-10f, exponent - 15);
    }
    return bits < 0 ? -magnitude : magnitude;
  }
}
