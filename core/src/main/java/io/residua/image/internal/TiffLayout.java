package io.residua.image.internal;

import io.residua.internal.Text;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;

/**
 * How the pixels of a TIFF picture are stored: in strips (which are tiles as wide as the picture)
 * or tiles, of samples beside each other or in planes.
 *
 * @param bits bits of every sample: 1 to 16, 32, or 64 for floating-point numbers
 * @param format what samples are: 1 whole numbers, 2 signed ones, 3 floating-point numbers
 * @param samples how many a pixel has, with those that are no colour
 * @param opacity whether the first sample that is no colour is one
 * @param premultiplied whether the first sample that is no colour is an alpha by which the colours
 *     are multiplied
 * @param planes whether each sample's plane is stored by itself
 */
record TiffLayout(
    int width,
    int height,
    int bits,
    int format,
    int samples,
    boolean opacity,
    boolean premultiplied,
    boolean planes,
    int photometric,
    int compression,
    int predictor,
    int tileWidth,
    int tileHeight) {
  static final int WHITE_IS_ZERO = 0;
  static final int BLACK_IS_ZERO = 1;
  static final int RGB = 2;
  static final int PALETTE = 3;
  static final int CMYK = 5;
  static final int YCBCR = 6;

  static final int UNCOMPRESSED = 1;
  static final int CCITT_RLE = 2;
  static final int CCITT_T6 = 4;
  static final int LZW = 5;
  static final int JPEG = 7;
  static final int ADOBE_DEFLATE = 8;
  static final int DEFLATE = 32946;
  static final int PACK_BITS = 32773;

  static final int FLOAT = 3;

  /** What says that a sample is opacity: multiplied with colours, or not, in Corel's way too. */
  private static final Set<Long> OPACITY = Set.of(1L, 2L, 999L);

  private static final int MOST_SAMPLES = 16;
  private static final int DNG_VERSION = 50706;

  /** Of pieces that are stored apart: each costs a time, however small it is. */
  private static final long MOST_PIECES = 100_000;

  static TiffLayout of(TiffDirectory tags, PixelLimit limit) throws IOException {
    long width = tags.number(256, 0);
    long height = tags.number(257, 0);
    limit.check(width, height);
    if (tags.has(DNG_VERSION)) {
      throw new IOException("a camera's raw file (DNG) is not read; " + TiffDecoder.SAVE_AGAIN);
    }
    int samples = (int) Math.min(Integer.MAX_VALUE, tags.number(277, 1));
    if (samples < 1 || samples > MOST_SAMPLES) {
      throw new IOException(
          Text.of(
              "TIFF with %d samples a pixel is not supported (up to %d are)",
              samples, MOST_SAMPLES));
    }
    int compression = (int) tags.number(259, UNCOMPRESSED);
    long[] depths = tags.numbers(258, samples);
    int bits = (int) same(depths, 1, "numbers of bits");
    int format = (int) same(tags.numbers(339, samples), 1, "formats");
    long[] extra = tags.numbers(338, 1);
    boolean tiled = tags.has(322);
    long tileWidth = tiled ? tags.number(322, 0) : width;
    long tileHeight = tiled ? tags.number(323, 0) : Math.min(height, tags.number(278, height));
    checkPieces(width, height, tileWidth, tileHeight, limit);
    TiffLayout layout =
        new TiffLayout(
            (int) width,
            (int) height,
            bits,
            format == 4 ? 1 : format,
            samples,
            extra.length == 0 || OPACITY.contains(extra[0]),
            extra.length > 0 && extra[0] == 1,
            tags.number(284, 1) == 2 && samples > 1,
            (int) tags.number(262, samples >= 3 ? RGB : BLACK_IS_ZERO),
            compression,
            (int) tags.number(317, 1),
            (int) tileWidth,
            (int) tileHeight);
    layout.checkKind();
    return layout;
  }

  private static long same(long[] numbers, long absent, String what) throws IOException {
    if (Arrays.stream(numbers).distinct().count() > 1) {
      throw new IOException(
          Text.of(
              "TIFF whose samples have different %s is not supported; %s",
              what, TiffDecoder.SAVE_AGAIN));
    }
    return numbers.length == 0 ? absent : numbers[0];
  }

  private static void checkPieces(
      long width, long height, long tileWidth, long tileHeight, PixelLimit limit)
      throws IOException {
    if (tileWidth < 1 || tileHeight < 1) {
      throw new IOException(
          Text.of("the file is damaged: tiles of %dx%d pixels", tileWidth, tileHeight));
    }
    limit.check(tileWidth, tileHeight);
    long across = (width + tileWidth - 1) / tileWidth;
    long down = (height + tileHeight - 1) / tileHeight;
    if (across * down > MOST_PIECES) {
      throw new IOException(
          Text.of(
              "the file has %d strips or tiles, above the limit of %d; %s",
              across * down, MOST_PIECES, TiffDecoder.SAVE_AGAIN));
    }
    // What is outside the picture in tiles that reach over its edge is decoded, too.
    if (across * tileWidth * down * tileHeight > 2 * limit.maxPixels()) {
      throw new IOException("the file is damaged: its tiles are far larger than the picture");
    }
  }

  private void checkKind() throws IOException {
    boolean integers = format == 1 && ((bits >= 1 && bits <= 16) || bits == 32);
    boolean signed = format == 2 && (bits == 8 || bits == 16 || bits == 32);
    boolean floats = format == FLOAT && (bits == 16 || bits == 32 || bits == 64);
    if (!integers && !signed && !floats) {
      throw new IOException(
          Text.of(
              "TIFF with %s of %d bits is not supported; %s",
              switch (format) {
                case 2 -> "signed samples";
                case FLOAT -> "floating-point samples";
                case 1 -> "samples";
                default -> "complex samples";
              },
              bits,
              TiffDecoder.SAVE_AGAIN));
    }
    String colours =
        switch (photometric) {
          case WHITE_IS_ZERO, BLACK_IS_ZERO -> "";
          case RGB -> samples >= 3 ? "" : "RGB of fewer than three samples";
          case PALETTE -> integers && bits <= 8 ? "" : "a palette of more than 8 bits";
          case CMYK -> samples >= 4 && integers ? "" : "CMYK of fewer than four samples";
          case YCBCR -> compression == JPEG ? "" : "YCbCr samples that are not JPEG";
          case 4 -> "a transparency mask";
          case 8, 9, 10 -> "Lab colours";
          case 32803, 34892 -> "a camera's raw samples";
          default -> Text.of("colours of kind %d", photometric);
        };
    if (!colours.isEmpty()) {
      throw new IOException(
          Text.of("TIFF with %s is not supported; %s", colours, TiffDecoder.SAVE_AGAIN));
    }
    String refused =
        switch (compression) {
          case UNCOMPRESSED, LZW, JPEG, ADOBE_DEFLATE, DEFLATE, PACK_BITS -> "";
          case CCITT_RLE, 3, CCITT_T6 -> bits == 1 && samples == 1 ? "" : "fax coding of colours";
          case 6 -> "old-style JPEG compression (6)";
          case 33003, 33005, 34712 -> "JPEG 2000 compression";
          case 34925 -> "LZMA compression";
          case 50000, 34926 -> "Zstandard compression";
          case 50001, 34927 -> "WebP compression";
          case 50002, 52546 -> "JPEG XL compression";
          case 34887 -> "LERC compression";
          default -> Text.of("compression %d", compression);
        };
    if (!refused.isEmpty()) {
      throw new IOException(
          Text.of("TIFF with %s is not supported; %s", refused, TiffDecoder.SAVE_AGAIN));
    }
    if (compression == JPEG && bits != 8) {
      throw new IOException(
          Text.of(
              "TIFF with JPEG of %d bits a sample is not supported; %s",
              bits, TiffDecoder.SAVE_AGAIN));
    }
    boolean predictable =
        switch (predictor) {
          case 1 -> true;
          case 2 -> bits == 8 || bits == 16 || bits == 32;
          case 3 -> format == FLOAT;
          default -> false;
        };
    if (!predictable) {
      throw new IOException(
          Text.of(
              "TIFF with predictor %d of %d bits is not supported; %s",
              predictor, bits, TiffDecoder.SAVE_AGAIN));
    }
  }

  int across() {
    return (width + tileWidth - 1) / tileWidth;
  }

  int down() {
    return (height + tileHeight - 1) / tileHeight;
  }

  /** Samples that lie beside each other in a stored row. */
  int samplesTogether() {
    return planes ? 1 : samples;
  }

  /** Bytes of a row of a tile. */
  long rowBytes() {
    return ((long) tileWidth * samplesTogether() * bits + 7) / 8;
  }

  boolean predicted() {
    return predictor != 1
        && (compression == LZW || compression == ADOBE_DEFLATE || compression == DEFLATE);
  }
}
