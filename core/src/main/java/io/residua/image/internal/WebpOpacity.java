package io.residua.image.internal;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;

/** The opacity of a lossy WebP picture, its {@code ALPH} chunk: RFC 9649, section 2.7.1.2. */
final class WebpOpacity {
  private static final int HORIZONTAL = 1;
  private static final int VERTICAL = 2;
  private static final int GRADIENT = 3;

  private WebpOpacity() {}

  /** The plane of a picture whose size was judged before. */
  static byte[] decode(Bytes chunk, int width, int height) throws IOException {
    int flags = chunk.u8(0);
    int compression = flags & 3;
    if (compression > 1) {
      throw new IOException("the file is damaged: its opacity is compressed in no known way");
    }
    byte[] stored = chunk.from(1).copy();
    byte[] plane;
    if (compression == 1) {
      plane = Vp8lDecoder.greens(stored, width, height);
    } else if (stored.length >= width * height) {
      plane = stored;
    } else {
      throw new EOFException("the file is truncated");
    }
    unfilter(flags >> 2 & 3, plane, width, height);
    return plane.length == width * height ? plane : Arrays.copyOf(plane, width * height);
  }

  /** Values are differences from what those before them tell. */
  private static void unfilter(int filter, byte[] plane, int width, int height) {
    for (int y = 0, i = 0; filter != 0 && y < height; y++) {
      for (int x = 0; x < width; x++, i++) {
        int left = x > 0 ? plane[i - 1] & 0xff : 0;
        int above = y > 0 ? plane[i - width] & 0xff : 0;
        int predicted;
        if (y == 0) {
          predicted = left;
        } else if (x == 0) {
          predicted = above;
        } else {
          predicted =
              switch (filter) {
                case HORIZONTAL -> left;
                case VERTICAL -> above;
                case GRADIENT ->
                    Math.max(0, Math.min(255, left + above - (plane[i - width - 1] & 0xff)));
                default -> 0;
              };
        }
        plane[i] += (byte) predicted;
      }
    }
  }
}
