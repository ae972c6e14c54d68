package io.residua.image.internal;

/**
 * Samples of a stored TIFF row as numbers.
 *
 * <p>Whole numbers of fewer than 8 bits are scaled to 0..255; of those of 9 to 16 bits the high 8
 * bits count; 32-bit and signed ones are clipped to 0..255, as in Pillow.
 */
final class TiffSamples {
  private final TiffLayout layout;
  private final boolean little;

  TiffSamples(TiffLayout layout, boolean little) {
    this.layout = layout;
    this.little = little;
  }

  /** Levels 0..255 of whole numbers, or an index in a palette as it is. */
  void levels(byte[] bytes, int rowAt, int count, int[] out, int outAt, int outStep) {
    int bits = layout.bits();
    boolean palette = layout.photometric() == TiffLayout.PALETTE;
    int max = (1 << Math.min(bits, 16)) - 1;
    for (int i = 0, o = outAt; i < count; i++, o += outStep) {
      out[o] =
          switch (bits) {
            case 8 -> bytes[rowAt + i] & 0xff;
            case 16 -> {
              int value = u16(bytes, rowAt + 2 * i);
              yield layout.format() == 1 ? value >> 8 : clip((short) value);
            }
            case 32 -> clip(i32(bytes, rowAt + 4 * i));
            default -> {
              int value = bits(bytes, rowAt, (long) i * bits, bits);
              yield palette ? value : bits < 8 ? value * 255 / max : value >> (bits - 8);
            }
          };
    }
  }

  /** Floating-point numbers. */
  void floats(byte[] bytes, int rowAt, int count, float[] out, int outAt, int outStep) {
    for (int i = 0, o = outAt; i < count; i++, o += outStep) {
      out[o] =
          switch (layout.bits()) {
            case 16 -> half(u16(bytes, rowAt + 2 * i));
            case 32 -> Float.intBitsToFloat(i32(bytes, rowAt + 4 * i));
            default -> {
              long first = i32(bytes, rowAt + 8 * i) & 0xffffffffL;
              long second = i32(bytes, rowAt + 8 * i + 4) & 0xffffffffL;
              yield (float)
                  Double.longBitsToDouble(little ? second << 32 | first : first << 32 | second);
            }
          };
    }
  }

  /** Negative 32-bit numbers are taken as those without a sign by Pillow, too. */
  private static int clip(int value) {
    return Math.max(0, Math.min(255, value));
  }

  private int u16(byte[] b, int at) {
    int first = b[at] & 0xff;
    int second = b[at + 1] & 0xff;
    return little ? second << 8 | first : first << 8 | second;
  }

  private int i32(byte[] b, int at) {
    int first = u16(b, at);
    int second = u16(b, at + 2);
    return little ? second << 16 | first : first << 16 | second;
  }

  /** Bits are packed from the highest of a byte on, in either byte order. */
  private static int bits(byte[] b, int rowAt, long bit, int bits) {
    int value = 0;
    for (int done = 0; done < bits; ) {
      int at = rowAt + (int) ((bit + done) >> 3);
      int used = (int) ((bit + done) & 7);
      int take = Math.min(8 - used, bits - done);
      value = value << take | ((b[at] & 0xff) >> (8 - used - take)) & ((1 << take) - 1);
      done += take;
    }
    return value;
  }

  private static float half(int bits) {
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    float magnitude =
        switch (exponent) {
          case 0 -> fraction * 0x1p-24f;
          case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
          default -> Math.scalb((float) (0x400 | fraction), exponent - 25);
        };
    return (bits & 0x8000) != 0 ? -magnitude : magnitude;
  }
}
