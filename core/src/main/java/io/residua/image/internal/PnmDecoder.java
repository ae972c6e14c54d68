package io.residua.image.internal;

import io.residua.image.RgbImage;
import io.residua.internal.Text;
import java.io.EOFException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/**
 * Netpbm's bitmaps, greymaps and pixmaps, in text and binary (P1 to P6), and PAM (P7), the first
 * picture of a file. Samples are scaled to 0..255 and rounded to the nearest, halves to the even
 * one, as in Pillow; grey of more than 8 bits, too, which Pillow clips at 255. Of two or four
 * samples of PAM the last is opacity.
 */
public final class PnmDecoder {
  private static final int MOST_HEADER_BYTES = 65_536;
  private static final int MOST_CHANNELS = 4;

  private final Bytes file;
  private final char kind;
  private final boolean withAlpha;
  private int at = 2;

  private PnmDecoder(Bytes file, boolean withAlpha) throws IOException {
    this.file = file;
    this.withAlpha = withAlpha;
    kind = (char) file.u8(1);
  }

  /** Whether a file begins as one of these: its kind, white space, then a number or a comment. */
  static boolean isPnm(Bytes file) throws IOException {
    if (file.length() < 4 || file.u8(0) != 'P' || file.u8(1) < '1' || file.u8(1) > '7') {
      return false;
    }
    int at = 2;
    while (at < file.length() && isSpace(file.u8(at))) {
      at++;
    }
    if (at == 2 || at == file.length()) {
      return false;
    }
    int next = file.u8(at);
    boolean word = file.u8(1) == '7' && next >= 'A' && next <= 'Z';
    return next == '#' || isDigit(next) || word;
  }

  public static RgbImage decode(Bytes file, PixelLimit limit, boolean withAlpha)
      throws IOException {
    PnmDecoder decoder = new PnmDecoder(file, withAlpha);
    return decoder.kind == '7' ? decoder.pam(limit) : decoder.pnm(limit);
  }

  private RgbImage pnm(PixelLimit limit) throws IOException {
    long width = number();
    long height = number();
    limit.check(width, height);
    boolean bits = kind == '1' || kind == '4';
    int max = bits ? 1 : max(number());
    int channels = kind == '3' || kind == '6' ? 3 : 1;
    RgbImage image;
    if (kind >= '4') {
      endOfHeader();
      image =
          bits
              ? packedBits((int) width, (int) height)
              : binary((int) width, (int) height, channels, max);
    } else {
      image = text((int) width, (int) height, channels, max);
    }
    return image;
  }

  private static int max(long declared) throws IOException {
    if (declared < 1 || declared > 65_535) {
      throw new IOException(
          Text.of("the file is damaged: its highest value is %d, not 1 to 65535", declared));
    }
    return (int) declared;
  }

  private RgbImage pam(PixelLimit limit) throws IOException {
    Map<String, Long> header = new HashMap<>();
    while (true) {
      String line = line();
      if (line.equals("ENDHDR")) {
        break;
      }
      String[] words = line.split("\\s+", 2);
      boolean number = words.length == 2 && words[1].strip().matches("[0-9]{1,10}");
      if (number && !line.startsWith("#")) {
        header.put(words[0], Long.valueOf(words[1].strip()));
      }
    }
    long width = header.getOrDefault("WIDTH", 0L);
    long height = header.getOrDefault("HEIGHT", 0L);
    limit.check(width, height);
    long channels = header.getOrDefault("DEPTH", 0L);
    if (channels < 1 || channels > MOST_CHANNELS) {
      throw new IOException(
          Text.of(
              "PAM with %d samples a pixel is not supported (up to %d are)",
              channels, MOST_CHANNELS));
    }
    return binary(
        (int) width, (int) height, (int) channels, max(header.getOrDefault("MAXVAL", 0L)));
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = next(); c != '\n'; c = next()) {
      line.append((char) c);
    }
    return line.toString().strip();
  }

  private int next() throws IOException {
    if (at > MOST_HEADER_BYTES) {
      throw new IOException("the file is damaged: its header has no end");
    }
    return file.u8(at++);
  }

  /** The number that stands next, after white space and comments. */
  private long number() throws IOException {
    int c = next();
    while (isSpace(c) || c == '#') {
      if (c == '#') {
        skipComment();
      }
      c = next();
    }
    long value = 0;
    int digits = 0;
    for (; isDigit(c) && digits < 10; digits++) {
      value = 10 * value + c - '0';
      c = next();
    }
    if (digits == 0 || isDigit(c)) {
      throw new IOException("the file is damaged: its header has a word instead of a number");
    }
    at--;
    return value;
  }

  private void skipComment() throws IOException {
    int c = next();
    while (c != '\n' && c != '\r') {
      c = next();
    }
  }

  /** A single white space, before the samples; a comment may stand before it. */
  private void endOfHeader() throws IOException {
    int c = next();
    if (c == '#') {
      skipComment();
    } else if (!isSpace(c)) {
      throw new IOException("the file is damaged: its header has a word instead of a number");
    }
  }

  private RgbImage packedBits(int width, int height) throws IOException {
    int rowBytes = (width + 7) / 8;
    Bytes bits = file.slice(at, (long) rowBytes * height);
    byte[] rgb = new byte[width * height * 3];
    for (int y = 0, o = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        boolean black = (bits.u8((long) y * rowBytes + (x >> 3)) >> (7 - (x & 7)) & 1) == 1;
        byte level = (byte) (black ? 0 : 255);
        rgb[o++] = level;
        rgb[o++] = level;
        rgb[o++] = level;
      }
    }
    return new RgbImage(width, height, rgb);
  }

  private RgbImage binary(int width, int height, int channels, int max) throws IOException {
    int sampleBytes = max > 255 ? 2 : 1;
    Bytes samples = file.slice(at, (long) width * height * channels * sampleBytes);
    byte[] levels = levels(max);
    byte[] rgb = new byte[width * height * 3];
    byte[] alpha = withAlpha && channels % 2 == 0 ? new byte[width * height] : null;
    long i = 0;
    long green = channels >= 3 ? sampleBytes : 0;
    long last = (channels - 1L) * sampleBytes;
    for (int o = 0; o < rgb.length; o += 3, i += (long) channels * sampleBytes) {
      for (int c = 0; c < 3; c++) {
        rgb[o + c] = level(samples, i + c * green, sampleBytes, levels);
      }
      if (alpha != null) {
        alpha[o / 3] = level(samples, i + last, sampleBytes, levels);
      }
    }
    return new RgbImage(width, height, rgb, alpha);
  }

  private static byte level(Bytes samples, long at, int sampleBytes, byte[] levels)
      throws IOException {
    int value = sampleBytes == 1 ? samples.u8(at) : samples.u16Big(at);
    return levels[Math.min(value, levels.length - 1)];
  }

  private RgbImage text(int width, int height, int channels, int max) throws IOException {
    long count = (long) width * height * channels;
    // Each sample takes a byte at least, and a space unless it is a bit.
    if (count * (kind == '1' ? 1 : 2) > file.length() - at + 1L) {
      throw new EOFException("the file is truncated");
    }
    byte[] levels = levels(max);
    byte[] rgb = new byte[width * height * 3];
    int repeats = channels == 1 ? 3 : 1;
    for (int o = 0; o < rgb.length; ) {
      byte level = kind == '1' ? (byte) (bit() == 1 ? 0 : 255) : levels[sample(max)];
      for (int r = 0; r < repeats; r++) {
        rgb[o++] = level;
      }
    }
    return new RgbImage(width, height, rgb);
  }

  private int bit() throws IOException {
    int c = afterSpace();
    if (c != '0' && c != '1') {
      throw new IOException("the file is damaged: a pixel is neither 0 nor 1");
    }
    return c - '0';
  }

  private int sample(int max) throws IOException {
    int value = 0;
    int c = afterSpace();
    boolean number = isDigit(c);
    while (isDigit(c) && value <= max) {
      value = 10 * value + c - '0';
      c = at < file.length() ? file.u8(at++) : ' ';
    }
    if (!number || value > max || !(isSpace(c) || c == '#')) {
      throw new IOException(Text.of("the file is damaged: a sample is no number up to %d", max));
    }
    at -= c == '#' ? 1 : 0;
    return value;
  }

  private int afterSpace() throws IOException {
    int c = file.u8(at++);
    while (isSpace(c) || c == '#') {
      if (c == '#') {
        while (c != '\n' && c != '\r') {
          c = file.u8(at++);
        }
      } else {
        c = file.u8(at++);
      }
    }
    return c;
  }

  /** The level of each value. */
  private static byte[] levels(int max) {
    byte[] levels = new byte[max + 1];
    for (int i = 0; i <= max; i++) {
      levels[i] = (byte) Math.rint((double) i / max * 255);
    }
    return levels;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isSpace(int c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }
}
