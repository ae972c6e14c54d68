package io.residua.image.internal;

import io.residua.image.RgbImage;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * PNG (ISO/IEC 15948) of every colour type, depth and interlacing, as plain RGB, with opacity where
 * it is wanted: colours below it kept, gamma and profiles ignored. Of 16-bit samples the high byte
 * counts, for grey too (Pillow 9 clips 16-bit grey at 255 instead, which turns nearly all of such a
 * picture white).
 */
public final class PngDecoder {
  static final String SIGNATURE = "\u0089PNG\r\n\u001a\n";

  /** Deflate never expands by more than this. */
  private static final long MAX_INFLATION = 1032;

  private static final int GREY = 0;
  private static final int TRUE_COLOUR = 2;
  private static final int PALETTE = 3;
  private static final int GREY_ALPHA = 4;
  private static final int TRUE_COLOUR_ALPHA = 6;

  /** A pass of Adam7 interlacing: the first column and row it holds, and the steps. */
  private record Pass(int left, int top, int stepX, int stepY) {
    int columns(int width) {
      return (width - left + stepX - 1) / stepX;
    }

    int rows(int height) {
      return (height - top + stepY - 1) / stepY;
    }
  }

  private static final List<Pass> WHOLE = List.of(new Pass(0, 0, 1, 1));
  private static final List<Pass> ADAM7 =
      List.of(
          new Pass(0, 0, 8, 8),
          new Pass(4, 0, 8, 8),
          new Pass(0, 4, 4, 8),
          new Pass(2, 0, 4, 4),
          new Pass(0, 2, 2, 4),
          new Pass(1, 0, 2, 2),
          new Pass(0, 1, 1, 2));

  private final Bytes file;
  private final List<Bytes> compressed = new ArrayList<>();
  private int width;
  private int height;
  private int depth;
  private int colourType;
  private boolean interlaced;
  private byte @Nullable [] palette;
  private final boolean withAlpha;
  private Bytes transparency = new Bytes(new byte[0]);
  private int orientation = 1;

  private PngDecoder(Bytes file, boolean withAlpha) {
    this.file = file;
    this.withAlpha = withAlpha;
  }

  public static RgbImage decode(Bytes file, PixelLimit limit, boolean withAlpha)
      throws IOException {
    PngDecoder decoder = new PngDecoder(file, withAlpha);
    decoder.readChunks(limit);
    return Orientation.upright(decoder.pixels(), decoder.orientation);
  }

  private void readChunks(PixelLimit limit) throws IOException {
    if (!file.matches(12, "IHDR")) {
      throw new IOException("the file is damaged: no PNG header");
    }
    header(file.slice(16, 13), limit);
    long at = 8;
    while (at + 8 <= file.length()) {
      long length = file.u32Big(at);
      long available = Math.min(length, file.length() - at - 8);
      Bytes body = file.slice(at + 8, available);
      if (file.matches(at + 4, "IDAT")) {
        compressed.add(body);
      } else if (file.matches(at + 4, "PLTE") && compressed.isEmpty()) {
        palette = body.copy();
      } else if (file.matches(at + 4, "tRNS") && compressed.isEmpty()) {
        transparency = body;
      } else if (file.matches(at + 4, "eXIf")) {
        orientation = Orientation.ofExif(body);
      } else if (file.matches(at + 4, "IEND")) {
        return;
      }
      at += 12 + length;
    }
  }

  private void header(Bytes header, PixelLimit limit) throws IOException {
    limit.check(header.u32Big(0), header.u32Big(4));
    width = (int) header.u32Big(0);
    height = (int) header.u32Big(4);
    depth = header.u8(8);
    colourType = header.u8(9);
    boolean known =
        switch (colourType) {
          case GREY -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
          case PALETTE -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
          case TRUE_COLOUR, GREY_ALPHA, TRUE_COLOUR_ALPHA -> depth == 8 || depth == 16;
          default -> false;
        };
    if (!known || header.u8(10) != 0 || header.u8(11) != 0 || header.u8(12) > 1) {
      throw new IOException("the file is damaged: its PNG header has undefined values");
    }
    interlaced = header.u8(12) == 1;
  }

  private int channels() {
    return switch (colourType) {
      case TRUE_COLOUR -> 3;
      case GREY_ALPHA -> 2;
      case TRUE_COLOUR_ALPHA -> 4;
      default -> 1;
    };
  }

  private RgbImage pixels() throws IOException {
    int bitsPerPixel = channels() * depth;
    int filterStep = Math.max(1, bitsPerPixel / 8);
    long compressedSize = compressed.stream().mapToLong(Bytes::length).sum();
    long uncompressedSize = (long) width * height * bitsPerPixel / 8;
    if (uncompressedSize > (compressedSize + 1) * MAX_INFLATION) {
      throw new EOFException("the file is truncated");
    }
    byte[] colours = colours();
    byte[] rgb = new byte[width * height * 3];
    PngOpacity opacity = withAlpha ? opacity() : null;
    byte[] alpha = opacity == null ? null : new byte[width * height];
    try (Inflation in = new Inflation(compressed)) {
      for (Pass pass : interlaced ? ADAM7 : WHOLE) {
        int columns = pass.columns(width);
        int rows = pass.rows(height);
        if (columns == 0 || rows == 0) {
          continue;
        }
        // Both rows begin with room for the pixel to the left of the first one.
        int rowBytes = Math.toIntExact(((long) columns * bitsPerPixel + 7) / 8);
        byte[] above = new byte[filterStep + rowBytes];
        byte[] row = new byte[filterStep + rowBytes];
        for (int y = 0; y < rows; y++) {
          int filter = in.read();
          in.read(row, filterStep, rowBytes);
          unfilter(filter, row, above, filterStep);
          int target = (pass.top() + y * pass.stepY()) * width + pass.left();
          put(row, filterStep, columns, rgb, target * 3, pass.stepX() * 3, colours);
          if (opacity != null && alpha != null) {
            opacity.put(row, filterStep, columns, alpha, target, pass.stepX());
          }
          byte[] swap = above;
          above = row;
          row = swap;
        }
      }
    }
    return new RgbImage(width, height, rgb, alpha);
  }

  private @Nullable PngOpacity opacity() throws IOException {
    int sampleBytes = depth / 8;
    return switch (colourType) {
      case TRUE_COLOUR_ALPHA -> new PngOpacity.Channel(4 * sampleBytes, 3 * sampleBytes);
      case GREY_ALPHA -> new PngOpacity.Channel(2 * sampleBytes, sampleBytes);
      case PALETTE -> PngOpacity.ofPalette(transparency, depth);
      case GREY -> PngOpacity.ofGrey(transparency, depth);
      default -> PngOpacity.ofColours(transparency, sampleBytes);
    };
  }

  /** The RGB of every value that a sample of one byte or less can have. */
  private byte[] colours() throws IOException {
    byte[] colours = new byte[256 * 3];
    int max = depth < 8 ? (1 << depth) - 1 : 255;
    for (int i = 0; i < 256; i++) {
      int level = colourType == PALETTE ? i : Math.min(i, max) * 255 / max;
      colours[3 * i] = colours[3 * i + 1] = colours[3 * i + 2] = (byte) level;
    }
    if (colourType == PALETTE) {
      byte[] entries = palette;
      if (entries == null || entries.length < 3) {
        throw new IOException("the file is damaged: no palette");
      }
      System.arraycopy(entries, 0, colours, 0, Math.min(entries.length / 3 * 3, colours.length));
    }
    return colours;
  }

  private void put(
      byte[] row, int from, int columns, byte[] rgb, int target, int targetStep, byte[] colours) {
    int o = target;
    int sampleBytes = depth / 8;
    if (colourType == TRUE_COLOUR || colourType == TRUE_COLOUR_ALPHA) {
      int step = channels() * sampleBytes;
      for (int x = 0, i = from; x < columns; x++, i += step, o += targetStep) {
        rgb[o] = row[i];
        rgb[o + 1] = row[i + sampleBytes];
        rgb[o + 2] = row[i + 2 * sampleBytes];
      }
    } else if (depth >= 8) {
      int step = channels() * sampleBytes;
      for (int x = 0, i = from; x < columns; x++, i += step, o += targetStep) {
        putColour(rgb, o, colours, row[i] & 0xff);
      }
    } else {
      int mask = (1 << depth) - 1;
      for (int x = 0; x < columns; x++, o += targetStep) {
        int bit = x * depth;
        putColour(rgb, o, colours, row[from + (bit >> 3)] >> (8 - depth - (bit & 7)) & mask);
      }
    }
  }

  private static void putColour(byte[] rgb, int o, byte[] colours, int index) {
    rgb[o] = colours[3 * index];
    rgb[o + 1] = colours[3 * index + 1];
    rgb[o + 2] = colours[3 * index + 2];
  }

  private static void unfilter(int filter, byte[] row, byte[] above, int step) throws IOException {
    switch (filter) {
      case 0 -> {}
      case 1 -> {
        for (int i = step; i < row.length; i++) {
          row[i] += row[i - step];
        }
      }
      case 2 -> {
        for (int i = step; i < row.length; i++) {
          row[i] += above[i];
        }
      }
      case 3 -> {
        for (int i = step; i < row.length; i++) {
          row[i] += (byte) (((row[i - step] & 0xff) + (above[i] & 0xff)) >> 1);
        }
      }
      case 4 -> {
        for (int i = step; i < row.length; i++) {
          row[i] += (byte) paeth(row[i - step] & 0xff, above[i] & 0xff, above[i - step] & 0xff);
        }
      }
      default -> throw new IOException("the file is damaged: undefined filter " + filter);
    }
  }

  private static int paeth(int left, int up, int upLeft) {
    int toLeft = Math.abs(up - upLeft);
    int toUp = Math.abs(left - upLeft);
    int toUpLeft = Math.abs(left + up - 2 * upLeft);
    return toLeft <= toUp && toLeft <= toUpLeft ? left : toUp <= toUpLeft ? up : upLeft;
  }

  /** The uncompressed bytes of all data chunks. */
  private static final class Inflation implements AutoCloseable {
    private final Inflater inflater = new Inflater();
    private final List<Bytes> chunks;
    private final byte[] one = new byte[1];
    private int next;

    Inflation(List<Bytes> chunks) {
      this.chunks = chunks;
    }

    int read() throws IOException {
      read(one, 0, 1);
      return one[0] & 0xff;
    }

    void read(byte[] out, int offset, int count) throws IOException {
      int done = 0;
      while (done < count) {
        int n;
        try {
          n = inflater.inflate(out, offset + done, count - done);
        } catch (DataFormatException e) {
          throw new IOException("the file is damaged: its compressed pixels can't be expanded", e);
        }
        done += n;
        if (n == 0) {
          if (inflater.finished() || inflater.needsDictionary() || next == chunks.size()) {
            throw new EOFException("the file is truncated");
          }
          inflater.setInput(chunks.get(next++).buffer());
        }
      }
    }

    @Override
    public void close() {
      inflater.end();
    }
  }
}
