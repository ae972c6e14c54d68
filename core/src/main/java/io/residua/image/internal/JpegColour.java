package io.residua.image.internal;

/**
 * libjpeg's conversion of full-range YCbCr (ITU-R BT.601 as JFIF uses it) in 16-bit fixed point,
 * and Pillow's of CMYK; both to the last bit.
 */
final class JpegColour {
  private static final int SCALE_BITS = 16;
  private static final int HALF = 1 << (SCALE_BITS - 1);
  private static final int[] CR_TO_RED = table(1.40200, HALF, SCALE_BITS);
  private static final int[] CB_TO_BLUE = table(1.77200, HALF, SCALE_BITS);
  private static final int[] CR_TO_GREEN = table(-0.71414, 0, 0);
  private static final int[] CB_TO_GREEN = table(-0.34414, HALF, 0);

  private JpegColour() {}

  private static int[] table(double factor, int bias, int shift) {
    int fixed = (int) (Math.abs(factor) * (1 << SCALE_BITS) + 0.5) * (factor < 0 ? -1 : 1);
    int[] table = new int[256];
    for (int i = 0; i < 256; i++) {
      table[i] = (fixed * (i - 128) + bias) >> shift;
    }
    return table;
  }

  /** Turns Y, Cb, Cr into R, G, B in place; {@code step} bytes a pixel, the rest left as it is. */
  static void yccToRgb(byte[] samples, int step) {
    for (int i = 0; i < samples.length; i += step) {
      int y = samples[i] & 0xff;
      int cb = samples[i + 1] & 0xff;
      int cr = samples[i + 2] & 0xff;
      samples[i] = clip(y + CR_TO_RED[cr]);
      samples[i + 1] = clip(y + ((CB_TO_GREEN[cb] + CR_TO_GREEN[cr]) >> SCALE_BITS));
      samples[i + 2] = clip(y + CB_TO_BLUE[cb]);
    }
  }

  /**
   * RGB of stored four-component samples. Pillow takes all of them as stored inverted (255 is no
   * ink), and YCCK as what its first three give in {@link #yccToRgb}, inverted.
   *
   * @param ycck whether the first three are Y, Cb, Cr; {@code samples} is then changed
   */
  static byte[] cmykToRgb(byte[] samples, boolean ycck) {
    if (ycck) {
      yccToRgb(samples, 4);
    }
    byte[] rgb = new byte[samples.length / 4 * 3];
    for (int i = 0, o = 0; i < samples.length; i += 4, o += 3) {
      int light = samples[i + 3] & 0xff;
      for (int c = 0; c < 3; c++) {
        // libjpeg turns YCC of YCCK into 255 - RGB, which Pillow inverts again.
        int ink = ycck ? samples[i + c] & 0xff : 255 - (samples[i + c] & 0xff);
        int t = ink * light + 128;
        rgb[o + c] = clip(light - (((t >> 8) + t) >> 8));
      }
    }
    return rgb;
  }

  static byte[] greyToRgb(byte[] grey) {
    byte[] rgb = new byte[grey.length * 3];
    for (int i = 0, o = 0; i < grey.length; i++) {
      rgb[o++] = grey[i];
      rgb[o++] = grey[i];
      rgb[o++] = grey[i];
    }
    return rgb;
  }

  private static byte clip(int value) {
    return (byte) Math.max(0, Math.min(255, value));
  }
}
