package io.residua.image.internal;

/** VP8's inverse transforms, to the last bit: RFC 6386, section 14. */
final class Vp8Transform {
  /** The square root of 2 times the cosine of an eighth of pi, less 1, in 65536ths. */
  private static final int COSINE_LESS_ONE = 20091;

  /** The square root of 2 times the sine of an eighth of pi, in 65536ths. */
  private static final int SINE = 35468;

  private Vp8Transform() {}

  /**
   * The inverse Walsh-Hadamard transform of the 16 values from {@code from} on; each becomes the
   * first coefficient of one of the 16 blocks at the beginning of {@code coefficients}.
   */
  static void spreadFirstCoefficients(short[] coefficients, int from) {
    int[] rows = new int[16];
    for (int i = 0; i < 4; i++) {
      int a = coefficients[from + i] + coefficients[from + 12 + i];
      int b = coefficients[from + 4 + i] + coefficients[from + 8 + i];
      int c = coefficients[from + 4 + i] - coefficients[from + 8 + i];
      int d = coefficients[from + i] - coefficients[from + 12 + i];
      rows[i] = a + b;
      rows[8 + i] = a - b;
      rows[4 + i] = d + c;
      rows[12 + i] = d - c;
    }
    for (int i = 0; i < 16; i += 4) {
      int rounded = rows[i] + 3;
      int a = rounded + rows[i + 3];
      int b = rows[i + 1] + rows[i + 2];
      int c = rows[i + 1] - rows[i + 2];
      int d = rounded - rows[i + 3];
      coefficients[16 * i] = (short) ((a + b) >> 3);
      coefficients[16 * (i + 1)] = (short) ((d + c) >> 3);
      coefficients[16 * (i + 2)] = (short) ((a - b) >> 3);
      coefficients[16 * (i + 3)] = (short) ((d - c) >> 3);
    }
  }

  /**
   * Adds the inverse cosine transform of 16 coefficients to the block of 4x4 samples at {@code at}.
   */
  static void add(short[] coefficients, int from, byte[] samples, int at, int stride) {
    int[] columns = new int[16];
    for (int i = 0; i < 4; i++) {
      int c0 = coefficients[from + i];
      int c1 = coefficients[from + 4 + i];
      int c2 = coefficients[from + 8 + i];
      int c3 = coefficients[from + 12 + i];
      int a = c0 + c2;
      int b = c0 - c2;
      int c = timesSine(c1) - timesCosine(c3);
      int d = timesCosine(c1) + timesSine(c3);
      columns[i] = a + d;
      columns[4 + i] = b + c;
      columns[8 + i] = b - c;
      columns[12 + i] = a - d;
    }
    for (int y = 0, o = at; y < 4; y++, o += stride) {
      int c1 = columns[4 * y + 1];
      int c3 = columns[4 * y + 3];
      int rounded = columns[4 * y] + 4;
      int a = rounded + columns[4 * y + 2];
      int b = rounded - columns[4 * y + 2];
      int c = timesSine(c1) - timesCosine(c3);
      int d = timesCosine(c1) + timesSine(c3);
      samples[o] = clip((samples[o] & 0xff) + ((a + d) >> 3));
      samples[o + 1] = clip((samples[o + 1] & 0xff) + ((b + c) >> 3));
      samples[o + 2] = clip((samples[o + 2] & 0xff) + ((b - c) >> 3));
      samples[o + 3] = clip((samples[o + 3] & 0xff) + ((a - d) >> 3));
    }
  }

  private static int timesCosine(int value) {
    return (value * COSINE_LESS_ONE >> 16) + value;
  }

  private static int timesSine(int value) {
    return value * SINE >> 16;
  }

  private static byte clip(int value) {
    return (byte) ((value & ~0xff) == 0 ? value : value < 0 ? 0 : 255);
  }
}
