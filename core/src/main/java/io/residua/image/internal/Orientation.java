package io.residua.image.internal;

import io.residua.image.RgbImage;
import java.io.IOException;

/**
 * The EXIF orientation: how the stored rows and columns must be turned to stand upright (Exif 2.32,
 * tag 0x0112).
 */
final class Orientation {
  private static final int UPRIGHT = 1;
  private static final int TAG = 0x0112;
  private static final int TYPE_SHORT = 3;
  private static final int TYPE_LONG = 4;

  private Orientation() {}

  /**
   * The orientation in an EXIF block, 1..8; 1 (upright) where it is absent, undefined or
   * unreadable.
   *
   * @param exif a TIFF header and its directories, with or without the leading {@code Exif\0\0}
   */
  static int ofExif(Bytes exif) {
    try {
      Bytes tiff = exif.startsWith("Exif\0") ? exif.from(6) : exif;
      boolean little = tiff.startsWith("II*\0");
      if (!little && !tiff.startsWith("MM\0*")) {
        return UPRIGHT;
      }
      long directory = u32(tiff, 4, little);
      int count = u16(tiff, directory, little);
      for (int i = 0; i < count; i++) {
        long entry = directory + 2 + 12L * i;
        if (u16(tiff, entry, little) == TAG) {
          int type = u16(tiff, entry + 2, little);
          long value =
              type == TYPE_SHORT
                  ? u16(tiff, entry + 8, little)
                  : type == TYPE_LONG ? u32(tiff, entry + 8, little) : UPRIGHT;
          return value >= 1 && value <= 8 ? (int) value : UPRIGHT;
        }
      }
      return UPRIGHT;
    } catch (IOException e) {
      return UPRIGHT;
    }
  }

  /** The picture as it is meant to be seen. */
  static RgbImage upright(RgbImage stored, int orientation) {
    return orientation == UPRIGHT ? stored : stored.moved(colours -> turned(colours, orientation));
  }

  private static RgbImage turned(RgbImage stored, int orientation) {
    int w = stored.width();
    int h = stored.height();
    boolean transposed = orientation >= 5;
    int outWidth = transposed ? h : w;
    int outHeight = transposed ? w : h;
    // Where the upright pixel (x, y) is stored: start + x * alongX + y * alongY, in pixels.
    boolean fromRight =
        orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    boolean fromBottom =
        orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    int start = (fromRight ? w - 1 : 0) + (fromBottom ? h - 1 : 0) * w;
    int column = fromRight ? -1 : 1;
    int row = fromBottom ? -w : w;
    int alongX = transposed ? row : column;
    int alongY = transposed ? column : row;

    byte[] in = stored.rgb();
    byte[] out = new byte[in.length];
    for (int y = 0, o = 0; y < outHeight; y++) {
      for (int x = 0, i = start + y * alongY; x < outWidth; x++, i += alongX) {
        out[o++] = in[3 * i];
        out[o++] = in[3 * i + 1];
        out[o++] = in[3 * i + 2];
      }
    }
    return new RgbImage(outWidth, outHeight, out);
  }

  private static int u16(Bytes b, long offset, boolean little) throws IOException {
    return little ? b.u16Little(offset) : b.u16Big(offset);
  }

  private static long u32(Bytes b, long offset, boolean little) throws IOException {
    return little ? b.u32Little(offset) : b.u32Big(offset);
  }
}
