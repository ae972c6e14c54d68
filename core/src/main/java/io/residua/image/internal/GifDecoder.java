package io.residua.image.internal;

import io.residua.image.RgbImage;
import io.residua.internal.Text;
import java.io.EOFException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The first frame of a GIF (GIF87a, GIF89a) on its canvas. What the frame leaves free has the
 * transparent colour if there is one, else colour 0, as in Pillow.
 */
public final class GifDecoder {
  private static final int EXTENSION = 0x21;
  private static final int GRAPHIC_CONTROL = 0xf9;
  private static final int IMAGE = 0x2c;
  private static final int TRAILER = 0x3b;
  private static final int MAX_CODES = 4096;

  private final Bytes file;
  private int at;
  private int transparentIndex;
  private boolean transparent;
  private final boolean withAlpha;

  private GifDecoder(Bytes file, boolean withAlpha) {
    this.file = file;
    this.withAlpha = withAlpha;
  }

  public static RgbImage decode(Bytes file, PixelLimit limit, boolean withAlpha)
      throws IOException {
    return new GifDecoder(file, withAlpha).decode(limit);
  }

  private RgbImage decode(PixelLimit limit) throws IOException {
    int canvasWidth = file.u16Little(6);
    int canvasHeight = file.u16Little(8);
    int flags = file.u8(10);
    at = 13;
    Bytes globalColours = colourTable(flags);
    while (true) {
      switch (file.u8(at++)) {
        case EXTENSION -> extension();
        case IMAGE -> {
          return frame(canvasWidth, canvasHeight, globalColours, limit);
        }
        case TRAILER -> throw new IOException("the GIF file holds no picture");
        default -> {}
      }
    }
  }

  private @Nullable Bytes colourTable(int flags) throws IOException {
    if ((flags & 0x80) == 0) {
      return null;
    }
    int size = 3 << ((flags & 7) + 1);
    Bytes table = file.slice(at, size);
    at += size;
    return table;
  }

  private void extension() throws IOException {
    int label = file.u8(at++);
    if (label == GRAPHIC_CONTROL && file.u8(at) >= 4 && (file.u8(at + 1L) & 1) != 0) {
      transparentIndex = file.u8(at + 4L);
      transparent = true;
    }
    int size;
    while ((size = file.u8(at++)) != 0) {
      at += size;
    }
  }

  private RgbImage frame(
      int canvasWidth, int canvasHeight, @Nullable Bytes globalColours, PixelLimit limit)
      throws IOException {
    int left = file.u16Little(at);
    int top = file.u16Little(at + 2L);
    int width = file.u16Little(at + 4L);
    int height = file.u16Little(at + 6L);
    int flags = file.u8(at + 8L);
    at += 9;
    limit.check(width, height);
    int outWidth = Math.max(canvasWidth, left + width);
    int outHeight = Math.max(canvasHeight, top + height);
    limit.check(outWidth, outHeight);
    Bytes localColours = colourTable(flags);
    byte[] colours = colours(localColours != null ? localColours : globalColours);

    byte[] indices = new byte[width * height];
    decompress(indices);
    byte[] rgb = new byte[outWidth * outHeight * 3];
    byte[] alpha = withAlpha && transparent ? new byte[outWidth * outHeight] : null;
    if (width < outWidth || height < outHeight) {
      for (int o = 0; o < rgb.length; o += 3) {
        System.arraycopy(colours, transparentIndex * 3, rgb, o, 3);
      }
    }
    boolean interlaced = (flags & 0x40) != 0;
    for (int row = 0; row < height; row++) {
      int y = interlaced ? interlacedRow(row, height) : row;
      int start = (top + y) * outWidth + left;
      if (alpha != null) {
        for (int x = 0; x < width; x++) {
          int index = indices[row * width + x] & 0xff;
          alpha[start + x] = index == transparentIndex ? 0 : RgbImage.OPAQUE;
        }
      }
      int o = start * 3;
      for (int i = row * width; i < (row + 1) * width; i++, o += 3) {
        int c = (indices[i] & 0xff) * 3;
        rgb[o] = colours[c];
        rgb[o + 1] = colours[c + 1];
        rgb[o + 2] = colours[c + 2];
      }
    }
    return new RgbImage(outWidth, outHeight, rgb, alpha);
  }

  /** 256 colours; a grey ramp where the table has fewer or there is none. */
  private static byte[] colours(@Nullable Bytes table) throws IOException {
    byte[] colours = new byte[256 * 3];
    for (int i = 0; i < colours.length; i++) {
      colours[i] = (byte) (i / 3);
    }
    if (table != null) {
      table.copyTo(0, colours, 0, table.length());
    }
    return colours;
  }

  /** Where the n-th stored row of an interlaced frame belongs. */
  private static int interlacedRow(int n, int height) {
    int eighths = (height + 7) / 8;
    int fourths = (height + 3) / 8;
    int halves = (height + 1) / 4;
    if (n < eighths) {
      return n * 8;
    }
    if (n < eighths + fourths) {
      return (n - eighths) * 8 + 4;
    }
    if (n < eighths + fourths + halves) {
      return (n - eighths - fourths) * 4 + 2;
    }
    return (n - eighths - fourths - halves) * 2 + 1;
  }

  /** LZW with codes of growing length, in blocks of up to 255 bytes. */
  private void decompress(byte[] out) throws IOException {
    int rootBits = file.u8(at++);
    if (rootBits < 1 || rootBits > 11) {
      throw new IOException(Text.of("the file is damaged: %d bits a GIF pixel", rootBits));
    }
    int clear = 1 << rootBits;
    int end = clear + 1;
    short[] prefix = new short[MAX_CODES];
    byte[] suffix = new byte[MAX_CODES];
    byte[] reversed = new byte[MAX_CODES + 1];
    for (int i = 0; i < clear; i++) {
      suffix[i] = (byte) i;
    }
    int codeBits = rootBits + 1;
    int codes = end + 1;
    int previous = -1;
    int first = 0;
    int bits = 0;
    int bitCount = 0;
    int block = 0;
    int filled = 0;
    while (filled < out.length) {
      while (bitCount < codeBits) {
        if (block == 0) {
          block = file.u8(at++);
          if (block == 0) {
            throw new EOFException("the file is truncated");
          }
        }
        bits |= file.u8(at++) << bitCount;
        bitCount += 8;
        block--;
      }
      int code = bits & ((1 << codeBits) - 1);
      bits >>>= codeBits;
      bitCount -= codeBits;
      if (code == clear) {
        codeBits = rootBits + 1;
        codes = end + 1;
        previous = -1;
        continue;
      }
      if (code == end) {
        throw new EOFException("the file is truncated");
      }
      if (code > codes || (code == codes && previous < 0) || (previous < 0 && code > end)) {
        throw new IOException("the file is damaged: undefined GIF code");
      }
      int depth = 0;
      int c = code;
      if (code == codes) {
        reversed[depth++] = (byte) first;
        c = previous;
      }
      while (c >= clear) {
        reversed[depth++] = suffix[c];
        c = prefix[c];
      }
      first = suffix[c] & 0xff;
      reversed[depth++] = (byte) first;
      if (previous >= 0 && codes < MAX_CODES) {
        prefix[codes] = (short) previous;
        suffix[codes] = (byte) first;
        codes++;
        if (codes == 1 << codeBits && codeBits < 12) {
          codeBits++;
        }
      }
      previous = code;
      while (depth > 0 && filled < out.length) {
        out[filled++] = reversed[--depth];
      }
    }
  }
}
