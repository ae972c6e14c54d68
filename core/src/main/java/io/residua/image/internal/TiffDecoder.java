package io.residua.image.internal;

import io.residua.image.RgbImage;
import io.residua.internal.Text;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The first picture of a TIFF file: grey, RGB, palettes and CMYK of 1 to 16 and 32 bits and of
 * floating-point numbers, in strips, tiles and planes, uncompressed or as PackBits, LZW, Deflate,
 * fax (Group 3 and 4) or JPEG, also as BigTIFF. Pixels are Pillow's, but for grey of more than 8
 * bits, of which the high byte counts as in PNG, and for floating-point numbers: where none is
 * above 1 they are scaled from 0..1, else clipped to 0..255 and truncated, as Pillow does with all.
 */
public final class TiffDecoder {
  static final String SAVE_AGAIN = "save it again as PNG, or as TIFF with LZW or no compression";

  private final Bytes file;
  private final TiffDirectory tags;
  private final TiffLayout layout;
  private final TiffSamples samples;
  private final byte[] rgb;
  private final byte @Nullable [] alpha;

  /**
   * Of floating-point numbers, as many a pixel as there are colours; what they mean is known last.
   */
  private final float @Nullable [] floats;

  private final byte[] palette;
  private final int colours;

  private TiffDecoder(Bytes file, PixelLimit limit, boolean withAlpha) throws IOException {
    this.file = file;
    tags = TiffDirectory.first(file);
    layout = TiffLayout.of(tags, limit);
    samples = new TiffSamples(layout, tags.littleEndian());
    colours =
        switch (layout.photometric()) {
          case TiffLayout.RGB, TiffLayout.YCBCR -> Math.min(3, layout.samples());
          case TiffLayout.CMYK -> 4;
          default -> 1;
        };
    palette = layout.photometric() == TiffLayout.PALETTE ? palette() : new byte[0];
    checkBytes();
    int pixels = layout.width() * layout.height();
    floats =
        layout.format() == TiffLayout.FLOAT ? new float[Math.multiplyExact(pixels, colours)] : null;
    rgb = new byte[pixels * 3];
    boolean transparent =
        withAlpha
            && layout.opacity()
            && layout.samples() > colours
            && layout.photometric() != TiffLayout.CMYK;
    if (transparent && floats != null) {
      throw new IOException(
          "TIFF with opacity in floating-point numbers is not supported; " + SAVE_AGAIN);
    }
    alpha = transparent ? new byte[pixels] : null;
  }

  public static RgbImage decode(Bytes file, PixelLimit limit, boolean withAlpha)
      throws IOException {
    TiffDecoder decoder = new TiffDecoder(file, limit, withAlpha);
    decoder.readPieces(limit);
    decoder.scaleFloats();
    RgbImage stored =
        new RgbImage(decoder.layout.width(), decoder.layout.height(), decoder.rgb, decoder.alpha);
    return Orientation.upright(stored, Orientation.ofExif(file));
  }

  /** Before anything is allocated: without compression the file is as large as the picture. */
  private void checkBytes() throws IOException {
    if (layout.compression() == TiffLayout.UNCOMPRESSED
        && (long) layout.width() * layout.height() * layout.bits() / 8 > file.length()) {
      throw new EOFException("the file is truncated");
    }
  }

  /** Colours of 16 bits, all reds first. */
  private byte[] palette() throws IOException {
    int count = 1 << layout.bits();
    long[] stored = tags.numbers(320, 3 * count);
    if (stored.length < 3 * count) {
      throw new IOException("the file is damaged: no palette of its size");
    }
    byte[] entries = new byte[3 * count];
    for (int i = 0; i < count; i++) {
      for (int c = 0; c < 3; c++) {
        entries[3 * i + c] = (byte) (stored[c * count + i] >> 8);
      }
    }
    return entries;
  }

  private void readPieces(PixelLimit limit) throws IOException {
    int across = layout.across();
    int count = across * layout.down();
    int planes = layout.planes() ? layout.samples() : 1;
    boolean tiled = tags.has(322);
    long[] offsets = tags.numbers(tiled ? 324 : 273, count * planes);
    long[] sizes = tags.numbers(tiled ? 325 : 279, count * planes);
    if (offsets.length < count * planes) {
      throw new IOException(
          Text.of(
              "the file is damaged: it names %d of %d strips or tiles",
              offsets.length, count * planes));
    }
    // An alpha that colours are multiplied by is needed, other samples that are no colours are not.
    boolean more = layout.premultiplied() || alpha != null;
    int used = Math.min(layout.samples(), colours + (more ? 1 : 0));
    int neededPlanes = layout.planes() ? used : 1;
    boolean fax = tags.number(259, 1) == TiffLayout.CCITT_T6;
    boolean reversed = tags.number(266, 1) == 2 && layout.compression() != TiffLayout.JPEG;
    try (TiffCodec codec = new TiffCodec(layout, tags.number(fax ? 293 : 292, 0))) {
      for (int i = 0; i < count; i++) {
        int left = i % across * layout.tileWidth();
        int top = i / across * layout.tileHeight();
        int rows =
            tiled ? layout.tileHeight() : Math.min(layout.tileHeight(), layout.height() - top);
        Piece[] pieces = new Piece[neededPlanes];
        for (int p = 0; p < neededPlanes; p++) {
          int at = p * count + i;
          Bytes stored =
              at < sizes.length && sizes[at] > 0
                  ? file.slice(offsets[at], Math.min(sizes[at], file.length() - offsets[at]))
                  : file.from(offsets[at]);
          pieces[p] =
              layout.compression() == TiffLayout.JPEG
                  ? jpeg(stored, left, top, limit)
                  : expanded(codec, reversed ? reversed(stored) : stored, rows);
        }
        put(pieces, left, top, used);
      }
    }
  }

  /** Rows of samples as they are stored, and the bytes of each row. */
  private record Piece(byte[] bytes, int rowBytes) {}

  private Piece expanded(TiffCodec codec, Bytes stored, int rows) throws IOException {
    int rowBytes = Math.toIntExact(layout.rowBytes());
    Math.multiplyExact(rowBytes, rows);
    byte[] bytes = codec.expand(stored, rowBytes, rows);
    if (layout.predicted()) {
      TiffPredictor.undo(bytes, rowBytes, layout, tags.littleEndian());
    }
    return new Piece(bytes, rowBytes);
  }

  /** A strip or tile of JPEG, whose tables may stand once for all. */
  private Piece jpeg(Bytes stored, int left, int top, PixelLimit limit) throws IOException {
    Bytes tables = tags.bytesOf(347);
    ByteArrayOutputStream whole = new ByteArrayOutputStream(tables.length() + stored.length());
    if (tables.length() > 4 && tables.startsWith("\u00ff\u00d8")) {
      tables.writeTo(whole, 0, tables.length() - 2);
      stored.writeTo(whole, 2, stored.length());
    } else {
      stored.writeTo(whole, 0, stored.length());
    }
    JpegDecoder.Samples jpeg = JpegDecoder.samples(new Bytes(whole.toByteArray()), limit);
    int columns = Math.min(layout.tileWidth(), layout.width() - left);
    int rows = Math.min(layout.tileHeight(), layout.height() - top);
    if (jpeg.width() < columns
        || jpeg.height() < rows
        || jpeg.channels() != layout.samplesTogether()) {
      throw new IOException("the file is damaged: a strip or tile of JPEG has another size");
    }
    if (layout.photometric() == TiffLayout.YCBCR && jpeg.channels() == 3) {
      JpegColour.yccToRgb(jpeg.values(), 3);
    }
    return new Piece(jpeg.values(), jpeg.width() * jpeg.channels());
  }

  private static Bytes reversed(Bytes stored) {
    byte[] bytes = stored.copy();
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) (Integer.reverse(bytes[i]) >>> 24);
    }
    return new Bytes(bytes);
  }

  private void put(Piece[] pieces, int left, int top, int used) {
    int columns = Math.min(layout.tileWidth(), layout.width() - left);
    int rows = Math.min(layout.tileHeight(), layout.height() - top);
    int together = layout.samplesTogether();
    int step = pieces.length > 1 ? used : together;
    int[] levels = new int[floats == null ? columns * step : 0];
    float[] numbers = new float[floats == null ? 0 : columns * step];
    for (int y = 0; y < rows; y++) {
      for (int p = 0; p < pieces.length; p++) {
        int at = y * pieces[p].rowBytes();
        int count = columns * together;
        if (floats == null) {
          samples.levels(pieces[p].bytes(), at, count, levels, p, pieces.length);
        } else {
          samples.floats(pieces[p].bytes(), at, count, numbers, p, pieces.length);
        }
      }
      int target = (top + y) * layout.width() + left;
      if (floats == null) {
        putLevels(levels, step, columns, target);
      } else {
        for (int x = 0; x < columns; x++) {
          System.arraycopy(numbers, x * step, floats, (target + x) * colours, colours);
        }
      }
    }
  }

  private void putLevels(int[] levels, int step, int columns, int target) {
    boolean premultiplied = layout.premultiplied() && step > colours && colours != 4;
    for (int x = 0, i = 0, o = 3 * target; x < columns; x++, i += step, o += 3) {
      if (alpha != null) {
        alpha[target + x] = (byte) levels[i + colours];
      }
      switch (layout.photometric()) {
        case TiffLayout.PALETTE -> System.arraycopy(palette, 3 * levels[i], rgb, o, 3);
        case TiffLayout.CMYK -> {
          int light = 255 - levels[i + 3];
          for (int c = 0; c < 3; c++) {
            int t = levels[i + c] * light + 128;
            rgb[o + c] = (byte) Math.max(0, light - (((t >> 8) + t) >> 8));
          }
        }
        default -> {
          for (int c = 0; c < 3; c++) {
            int level = levels[i + (colours == 3 ? c : 0)];
            if (premultiplied) {
              int opacity = levels[i + colours];
              level = opacity == 0 ? 0 : Math.min(255, level * 255 / opacity);
            }
            rgb[o + c] =
                (byte) (layout.photometric() == TiffLayout.WHITE_IS_ZERO ? 255 - level : level);
          }
        }
      }
    }
  }

  private void scaleFloats() {
    float[] numbers = floats;
    if (numbers == null) {
      return;
    }
    boolean unit = true;
    for (float number : numbers) {
      unit &= !(number > 1);
    }
    for (int i = 0, o = 0; o < rgb.length; i += colours) {
      for (int c = 0; c < 3; c++) {
        float number = numbers[i + (colours == 3 ? c : 0)];
        // A conversion truncates and makes 0 of what is no number.
        int level = (int) (unit ? number * 255 + 0.5f : number);
        rgb[o++] = (byte) Math.max(0, Math.min(255, level));
      }
    }
  }
}
