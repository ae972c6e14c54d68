package io.residua.image.internal;

import io.residua.image.RgbImage;
import io.residua.internal.Text;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The picture of a lossless WebP file, VP8L: RFC 9649, section 3. Each transform is undone once at
 * most, so that the time it takes is bounded by the pixels and the bytes.
 */
final class Vp8lDecoder {
  private static final int SIGNATURE = 0x2f;
  private static final int HEADER_BYTES = 5;
  private static final int LITERALS = 256;
  private static final int LENGTHS = 24;
  private static final int DISTANCES = 40;
  private static final int MAX_CACHE_BITS = 11;
  private static final int CACHE_MULTIPLIER = 0x1e35a7bd;

  /**
   * Where near pixels lie that the first distances stand for: the rows above in the high four bits,
   * 8 less the columns to the left in the low ones.
   */
  private static final int[] NEAR = {
    0x18, 0x07, 0x17, 0x19, 0x28, 0x06, 0x27, 0x29, 0x16, 0x1a, 0x26, 0x2a, 0x38, 0x05, 0x37, 0x39,
    0x15, 0x1b, 0x36, 0x3a, 0x25, 0x2b, 0x48, 0x04, 0x47, 0x49, 0x14, 0x1c, 0x35, 0x3b, 0x46, 0x4a,
    0x24, 0x2c, 0x58, 0x45, 0x4b, 0x34, 0x3c, 0x03, 0x57, 0x59, 0x13, 0x1d, 0x56, 0x5a, 0x23, 0x2d,
    0x44, 0x4c, 0x55, 0x5b, 0x33, 0x3d, 0x68, 0x02, 0x67, 0x69, 0x12, 0x1e, 0x66, 0x6a, 0x22, 0x2e,
    0x54, 0x5c, 0x43, 0x4d, 0x65, 0x6b, 0x32, 0x3e, 0x78, 0x01, 0x77, 0x79, 0x53, 0x5d, 0x11, 0x1f,
    0x64, 0x6c, 0x42, 0x4e, 0x76, 0x7a, 0x21, 0x2f, 0x75, 0x7b, 0x31, 0x3f, 0x63, 0x6d, 0x52, 0x5e,
    0x00, 0x74, 0x7c, 0x41, 0x4f, 0x10, 0x20, 0x62, 0x6e, 0x30, 0x73, 0x7d, 0x51, 0x5f, 0x40, 0x72,
    0x7e, 0x61, 0x6f, 0x50, 0x71, 0x7f, 0x60, 0x70
  };

  private enum Kind {
    PREDICTED,
    DECORRELATED,
    SUBTRACTED_GREEN,
    INDEXED
  }

  /**
   * What a picture's first bytes declare.
   *
   * @param transparent whether its opacity means something
   */
  record Size(int width, int height, boolean transparent) {
    static Size of(Bytes picture) throws IOException {
      if (picture.u8(0) != SIGNATURE || picture.u8(4) >> 5 != 0) {
        throw new IOException("the file is damaged: no WebP picture header");
      }
      long bits = picture.u32Little(1);
      return new Size(
          (int) (bits & 0x3fff) + 1, (int) (bits >> 14 & 0x3fff) + 1, (bits >> 28 & 1) != 0);
    }
  }

  /** The codes of pixels: of green, a copy's length or a recent colour; then of the rest. */
  private record Codes(
      PrefixCode green, PrefixCode red, PrefixCode blue, PrefixCode alpha, PrefixCode distance) {
    static Codes read(LowBits in, int cacheSize) throws IOException {
      return new Codes(
          PrefixCode.read(in, LITERALS + LENGTHS + cacheSize),
          PrefixCode.read(in, LITERALS),
          PrefixCode.read(in, LITERALS),
          PrefixCode.read(in, LITERALS),
          PrefixCode.read(in, DISTANCES));
    }
  }

  private final LowBits in;

  private Vp8lDecoder(LowBits in) {
    this.in = in;
  }

  /** Decodes a picture whose size was judged before, by {@link Size}. */
  static RgbImage decode(Bytes picture, boolean withAlpha) throws IOException {
    Size size = Size.of(picture);
    byte[] data = picture.from(HEADER_BYTES).copy();
    int[] argb = new Vp8lDecoder(new LowBits(data)).picture(size.width(), size.height());
    byte[] rgb = new byte[3 * argb.length];
    for (int i = 0, o = 0; i < argb.length; i++) {
      rgb[o++] = (byte) (argb[i] >> 16);
      rgb[o++] = (byte) (argb[i] >> 8);
      rgb[o++] = (byte) argb[i];
    }
    byte[] alpha = withAlpha ? new byte[argb.length] : null;
    for (int i = 0; alpha != null && i < alpha.length; i++) {
      alpha[i] = (byte) (argb[i] >> 24);
    }
    return new RgbImage(size.width(), size.height(), rgb, alpha);
  }

  /** The green samples of a picture that has no header, as opacity is stored. */
  static byte[] greens(byte[] data, int width, int height) throws IOException {
    int[] argb = new Vp8lDecoder(new LowBits(data)).picture(width, height);
    byte[] greens = new byte[argb.length];
    for (int i = 0; i < greens.length; i++) {
      greens[i] = (byte) (argb[i] >> 8);
    }
    return greens;
  }

  private int[] picture(int width, int height) throws IOException {
    Deque<LosslessTransform> transforms = new ArrayDeque<>();
    Set<Kind> seen = EnumSet.noneOf(Kind.class);
    int codedWidth = width;
    while (in.flag()) {
      Kind kind = Kind.values()[in.read(2)];
      if (!seen.add(kind)) {
        throw new IOException("the file is damaged: a transform stands in it twice");
      }
      transforms.push(transform(kind, codedWidth, height));
      if (transforms.element() instanceof LosslessTransform.Indexed indexed) {
        codedWidth = LosslessTransform.blocks(codedWidth, indexed.packBits());
      }
    }
    int[] argb = pixels(codedWidth, height, true);
    for (LosslessTransform transform : transforms) {
      argb = transform.undo(argb, height);
    }
    return argb;
  }

  private LosslessTransform transform(Kind kind, int width, int height) throws IOException {
    return switch (kind) {
      case PREDICTED -> {
        int bits = 2 + in.read(3);
        yield new LosslessTransform.Predicted(width, bits, blocks(width, height, bits));
      }
      case DECORRELATED -> {
        int bits = 2 + in.read(3);
        yield new LosslessTransform.Decorrelated(width, bits, blocks(width, height, bits));
      }
      case SUBTRACTED_GREEN -> new LosslessTransform.SubtractedGreen();
      case INDEXED -> {
        int count = in.read(8) + 1;
        int packBits = count > 16 ? 0 : count > 4 ? 1 : count > 2 ? 2 : 3;
        int[] colours = pixels(count, 1, false);
        for (int i = 1; i < count; i++) {
          colours[i] = LosslessTransform.addChannels(colours[i], colours[i - 1]);
        }
        int numbers = 1 << (8 >> packBits);
        yield new LosslessTransform.Indexed(width, packBits, Arrays.copyOf(colours, numbers));
      }
    };
  }

  /** A picture with a pixel for each block. */
  private int[] blocks(int width, int height, int bits) throws IOException {
    return pixels(
        LosslessTransform.blocks(width, bits), LosslessTransform.blocks(height, bits), false);
  }

  /**
   * Pixels as they are coded.
   *
   * @param whole whether of the picture itself, which may have several sets of codes
   */
  private int[] pixels(int width, int height, boolean whole) throws IOException {
    boolean cached = in.flag();
    int cacheBits = cached ? in.read(4) : 0;
    if (cacheBits > MAX_CACHE_BITS || cached && cacheBits == 0) {
      throw new IOException(Text.of("the file is damaged: a cache of %d bits", cacheBits));
    }
    int[] cache = new int[cached ? 1 << cacheBits : 0];
    int blockBits = 0;
    int[] sets = {};
    if (whole && in.flag()) {
      blockBits = 2 + in.read(3);
      sets = blocks(width, height, blockBits);
    }
    @Nullable Codes[] codes = codes(sets, cache.length);
    int[] argb = new int[width * height];
    int blocksAcross = LosslessTransform.blocks(width, blockBits);
    Codes current = codes[0];
    int blockEnd = sets.length > 0 ? 0 : argb.length;
    for (int i = 0; i < argb.length; ) {
      if (i >= blockEnd) {
        int x = i % width;
        int block = (i / width >> blockBits) * blocksAcross + (x >> blockBits);
        current = codes[sets[block] >> 8 & 0xffff];
        blockEnd = i - x + Math.min(width, (x >> blockBits) + 1 << blockBits);
      }
      if (current == null) {
        throw new IllegalStateException("the codes of a block were not read");
      }
      int green = current.green().symbol(in);
      if (green >= LITERALS && green < LITERALS + LENGTHS) {
        int length = extended(green - LITERALS);
        int distance = distance(extended(current.distance().symbol(in)), width);
        if (distance > i || length > argb.length - i) {
          throw new IOException("the file is damaged: it repeats pixels that there are not");
        }
        for (int end = i + length; i < end; i++) {
          argb[i] = argb[i - distance];
          remember(cache, cacheBits, argb[i]);
        }
        continue;
      }
      if (green < LITERALS) {
        int red = current.red().symbol(in);
        int blue = current.blue().symbol(in);
        argb[i] = current.alpha().symbol(in) << 24 | red << 16 | green << 8 | blue;
        remember(cache, cacheBits, argb[i]);
      } else {
        argb[i] = cache[green - LITERALS - LENGTHS];
      }
      i++;
    }
    return argb;
  }

  /**
   * The sets of codes by number; those that no block uses are read but not kept.
   *
   * @param sets which one each block uses; empty where there is one
   */
  private @Nullable Codes[] codes(int[] sets, int cacheSize) throws IOException {
    int count = 1;
    for (int set : sets) {
      count = Math.max(count, (set >> 8 & 0xffff) + 1);
    }
    boolean[] used = new boolean[count];
    used[0] = sets.length == 0;
    for (int set : sets) {
      used[set >> 8 & 0xffff] = true;
    }
    @Nullable Codes[] codes = new Codes[count];
    for (int n = 0; n < count; n++) {
      Codes read = Codes.read(in, cacheSize);
      codes[n] = used[n] ? read : null;
    }
    return codes;
  }

  private static void remember(int[] cache, int bits, int argb) {
    if (bits > 0) {
      cache[argb * CACHE_MULTIPLIER >>> 32 - bits] = argb;
    }
  }

  /** A length or distance, from 1, of which a symbol and further bits tell. */
  private int extended(int symbol) throws EOFException {
    if (symbol < 4) {
      return symbol + 1;
    }
    int bits = symbol - 2 >> 1;
    return (2 + (symbol & 1) << bits) + in.read(bits) + 1;
  }

  private static int distance(int code, int width) {
    if (code > NEAR.length) {
      return code - NEAR.length;
    }
    int near = NEAR[code - 1];
    return Math.max(1, (near >> 4) * width + 8 - (near & 15));
  }
}
