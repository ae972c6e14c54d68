package io.residua.data.inspect.internal;

import io.residua.image.RgbImage;

/** Takes away single pixels that stand out from all their neighbours: salt and pepper noise. */
final class Specks {
  private static final int MIN_CONTRAST = 40;

  private Specks() {}

  /** The picture without specks; the picture itself where there are none. */
  static RgbImage removed(RgbImage image) {
    int width = image.width();
    int line = 3 * width;
    byte[] in = image.rgb();
    byte[] out = in;
    for (int y = 1; y < image.height() - 1; y++) {
      for (int i = y * line + 3; i < (y + 1) * line - 3; i += 3) {
        if (isSpeck(in, i + 1, line)) {
          if (out == in) {
            out = in.clone();
          }
          for (int c = i; c < i + 3; c++) {
            int around =
                (in[c - 3] & 0xff)
                    + (in[c + 3] & 0xff)
                    + (in[c - line] & 0xff)
                    + (in[c + line] & 0xff);
            out[c] = (byte) ((around + 2) / 4);
          }
        }
      }
    }
    return out == in ? image : new RgbImage(width, image.height(), out);
  }

  private static boolean isSpeck(byte[] in, int i, int line) {
    int level = in[i] & 0xff;
    int left = level - (in[i - 3] & 0xff);
    if (left <= MIN_CONTRAST && left >= -MIN_CONTRAST) {
      return false;
    }
    int sign = left > 0 ? 1 : -1;
    return sign * (level - (in[i + 3] & 0xff)) > MIN_CONTRAST
        && sign * (level - (in[i - line] & 0xff)) > MIN_CONTRAST
        && sign * (level - (in[i + line] & 0xff)) > MIN_CONTRAST;
  }
}
