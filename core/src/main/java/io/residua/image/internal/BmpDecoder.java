package io.residua.image.internal;

import io.residua.image.RgbImage;
import io.residua.internal.Text;
import java.io.EOFException;
import java.io.IOException;

/**
 * Windows and OS/2 bitmaps: 1, 4, 8, 16, 24 and 32 bits a pixel, bit fields, run-length coding,
 * either row order. Samples of fewer than 8 bits are scaled to 0..255 and truncated, as in Pillow;
 * opacity is what a fourth bit field says.
 */
public final class BmpDecoder {
  private static final int FILE_HEADER = 14;
  private static final int RGB = 0;
  private static final int RLE8 = 1;
  private static final int RLE4 = 2;
  private static final int BIT_FIELDS = 3;

  private final Bytes file;
  private final int width;
  private final int height;
  private final boolean topDown;
  private final int bits;
  private final int compression;
  private final long headerSize;
  private final long pixelsAt;

  private BmpDecoder(Bytes file, PixelLimit limit) throws IOException {
    this.file = file;
    pixelsAt = file.u32Little(10);
    headerSize = file.u32Little(FILE_HEADER);
    if (headerSize == 12) {
      width = file.u16Little(18);
      height = file.u16Little(20);
      limit.check(width, height);
      topDown = false;
      bits = file.u16Little(24);
      compression = RGB;
    } else if (headerSize >= 40 && headerSize <= 124) {
      int signedHeight = (int) file.u32Little(22);
      limit.check(file.u32Little(18), Math.abs((long) signedHeight));
      width = (int) file.u32Little(18);
      height = Math.abs(signedHeight);
      topDown = signedHeight < 0;
      bits = file.u16Little(28);
      compression = (int) file.u32Little(30);
    } else {
      throw new IOException(Text.of("the file is damaged: a BMP header of %d bytes", headerSize));
    }
    boolean known =
        switch (compression) {
          case RGB -> bits == 1 || bits == 4 || bits == 8 || bits == 16 || bits == 24 || bits == 32;
          case RLE8 -> bits == 8;
          case RLE4 -> bits == 4;
          case BIT_FIELDS -> bits == 16 || bits == 32;
          default -> false;
        };
    if (!known) {
      throw new IOException(
          Text.of(
              "BMP with %d bits a pixel and compression %d is not supported", bits, compression));
    }
  }

  public static RgbImage decode(Bytes file, PixelLimit limit, boolean withAlpha)
      throws IOException {
    BmpDecoder bmp = new BmpDecoder(file, limit);
    return bmp.bits <= 8 ? bmp.indexed() : bmp.direct(withAlpha ? bmp.alphaMask() : 0);
  }

  private int target(int storedRow) {
    return (topDown ? storedRow : height - 1 - storedRow) * width * 3;
  }

  private long rowBytes() {
    return ((long) width * bits + 31) / 32 * 4;
  }

  private RgbImage direct(long alphaMask) throws IOException {
    // The padding of the last row may be missing.
    Bytes pixels = file.slice(pixelsAt, rowBytes() * (height - 1) + ((long) width * bits + 7) / 8);
    long[] masks = masks();
    byte[][] scaled = new byte[3][];
    int[] shifts = new int[3];
    for (int c = 0; c < 3; c++) {
      shifts[c] = masks[c] == 0 ? 0 : Long.numberOfTrailingZeros(masks[c]);
      scaled[c] = scaling(masks[c] >>> shifts[c]);
    }
    int bytesPerPixel = bits / 8;
    byte[] rgb = new byte[width * height * 3];
    byte[] alpha = alphaMask == 0 ? null : new byte[width * height];
    int alphaShift = Long.numberOfTrailingZeros(alphaMask);
    for (int y = 0; y < height; y++) {
      int o = target(y);
      long i = rowBytes() * y;
      for (int x = 0; x < width; x++, i += bytesPerPixel) {
        long pixel =
            switch (bits) {
              case 16 -> pixels.u16Little(i);
              case 24 -> pixels.u24Little(i);
              default -> pixels.u32Little(i);
            };
        if (alpha != null) {
          alpha[o / 3] = (byte) ((pixel & alphaMask) >>> alphaShift);
        }
        for (int c = 0; c < 3; c++) {
          long value = (pixel & masks[c]) >>> shifts[c];
          byte[] table = scaled[c];
          rgb[o++] = table.length == 0 ? (byte) value : table[(int) value];
        }
      }
    }
    return new RgbImage(width, height, rgb, alpha);
  }

  /** The bits of opacity in a pixel, eight of them; 0 where a pixel has none. */
  private long alphaMask() throws IOException {
    if (bits != 32 || compression != BIT_FIELDS || headerSize < 56) {
      return 0;
    }
    long mask = file.u32Little(FILE_HEADER + 52L);
    long aligned = mask == 0 ? 0 : mask >>> Long.numberOfTrailingZeros(mask);
    if (aligned != 0 && aligned != 255) {
      throw new IOException(Text.of("BMP with the bit mask 0x%08x is not supported", mask));
    }
    return mask;
  }

  /** The bits of red, green and blue in a pixel. */
  private long[] masks() throws IOException {
    if (compression != BIT_FIELDS) {
      return bits == 16
          ? new long[] {0x7c00, 0x03e0, 0x001f}
          : new long[] {0xff0000, 0x00ff00, 0x0000ff};
    }
    long at = FILE_HEADER + 40;
    long[] masks = {file.u32Little(at), file.u32Little(at + 4), file.u32Little(at + 8)};
    for (long mask : masks) {
      long aligned = mask == 0 ? 0 : mask >>> Long.numberOfTrailingZeros(mask);
      if (aligned > 255 || (aligned & (aligned + 1)) != 0) {
        throw new IOException(Text.of("BMP with the bit mask 0x%08x is not supported", mask));
      }
    }
    return masks;
  }

  /** The 8-bit sample of each value of a field; empty where they are the same. */
  private static byte[] scaling(long maxValue) {
    if (maxValue == 255) {
      return new byte[0];
    }
    byte[] table = new byte[(int) maxValue + 1];
    for (int i = 0; i < table.length; i++) {
      table[i] = (byte) (maxValue == 0 ? 0 : i * 255 / maxValue);
    }
    return table;
  }

  private RgbImage indexed() throws IOException {
    byte[] colours = palette();
    byte[] indices = compression == RGB ? unpacked() : new RunLengths(file.from(pixelsAt)).expand();
    byte[] rgb = new byte[width * height * 3];
    for (int y = 0, i = 0; y < height; y++) {
      int o = target(y);
      for (int x = 0; x < width; x++, o += 3) {
        System.arraycopy(colours, (indices[i++] & 0xff) * 3, rgb, o, 3);
      }
    }
    return new RgbImage(width, height, rgb);
  }

  private byte[] unpacked() throws IOException {
    Bytes pixels = file.slice(pixelsAt, rowBytes() * (height - 1) + ((long) width * bits + 7) / 8);
    byte[] indices = new byte[width * height];
    int mask = (1 << bits) - 1;
    for (int y = 0, o = 0; y < height; y++) {
      long row = rowBytes() * y;
      for (int x = 0; x < width; x++) {
        long bit = (long) x * bits;
        indices[o++] = (byte) (pixels.u8(row + (bit >> 3)) >> (8 - bits - (int) (bit & 7)) & mask);
      }
    }
    return indices;
  }

  /** 256 colours as RGB; a grey ramp where the file has fewer. */
  private byte[] palette() throws IOException {
    int entryBytes = headerSize == 12 ? 3 : 4;
    long count = headerSize == 12 ? 0 : file.u32Little(46);
    if (count == 0) {
      count = 1L << bits;
    }
    byte[] colours = new byte[256 * 3];
    for (int i = 0; i < 256; i++) {
      long entry = FILE_HEADER + headerSize + (long) i * entryBytes;
      for (int c = 0; c < 3; c++) {
        colours[3 * i + c] = (byte) (i < count ? file.u8(entry + 2 - c) : i);
      }
    }
    return colours;
  }

  /** BMP's run-length coding of 4 and 8 bit pixels; what is skipped has colour 0. */
  private final class RunLengths {
    private final Bytes data;
    private final byte[] indices = new byte[width * height];
    private int x;
    private int y;

    RunLengths(Bytes data) {
      this.data = data;
    }

    byte[] expand() throws IOException {
      int at = 0;
      while (y < height) {
        if (at + 2 > data.length()) {
          throw new EOFException("the file is truncated");
        }
        int count = data.u8(at++);
        int value = data.u8(at++);
        if (count > 0) {
          for (int i = 0; i < count; i++) {
            put(bits == 8 ? value : (i & 1) == 0 ? value >> 4 : value & 15);
          }
        } else if (value == 0) {
          x = 0;
          y++;
        } else if (value == 1) {
          break;
        } else if (value == 2) {
          x += data.u8(at++);
          y += data.u8(at++);
        } else {
          for (int i = 0; i < value; i++) {
            put(
                bits == 8
                    ? data.u8(at + (long) i)
                    : data.u8(at + (long) (i >> 1)) >> ((i & 1) == 0 ? 4 : 0) & 15);
          }
          int bytes = bits == 8 ? value : (value + 1) / 2;
          at += bytes + (bytes & 1);
        }
        if (x == width && y == height - 1) {
          break;
        }
      }
      return indices;
    }

    private void put(int index) {
      if (x < width && y < height) {
        indices[y * width + x++] = (byte) index;
      }
    }
  }
}
