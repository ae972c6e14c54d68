package io.residua.image.internal;

import io.residua.image.RgbImage;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The opacity of a PNG picture's pixels, as Pillow's {@code convert("RGBA")} finds it: of a single
 * transparent level of grey it compares the level as it is stored with levels stretched to 0..255,
 * so that with 2 or 4 bits most are not found, and of a transparent colour the low bytes.
 */
sealed interface PngOpacity {
  /**
   * Writes a row's opacity.
   *
   * @param row its stored bytes, from {@code from} on
   * @param target where the first pixel's goes, the others each {@code targetStep} further
   */
  void put(byte[] row, int from, int columns, byte[] alpha, int target, int targetStep);

  /** A channel of its own, of which the high byte counts. */
  record Channel(int pixelBytes, int offset) implements PngOpacity {
    @Override
    public void put(byte[] row, int from, int columns, byte[] alpha, int target, int targetStep) {
      for (int x = 0, i = from + offset, o = target; x < columns; x++) {
        alpha[o] = row[i];
        i += pixelBytes;
        o += targetStep;
      }
    }
  }

  /** One of each value that a sample of up to 8 bits can have. */
  record Table(byte[] ofValue, int depth) implements PngOpacity {
    @Override
    public void put(byte[] row, int from, int columns, byte[] alpha, int target, int targetStep) {
      int mask = (1 << depth) - 1;
      for (int x = 0, o = target; x < columns; x++, o += targetStep) {
        int bit = x * depth;
        alpha[o] = ofValue[row[from + (bit >> 3)] >> (8 - depth - (bit & 7)) & mask];
      }
    }
  }

  /**
   * Pixels of one colour cannot be seen.
   *
   * @param bytes what they have at the places of {@code offsets}
   */
  record Colour(int pixelBytes, int[] offsets, byte[] bytes) implements PngOpacity {
    @Override
    public void put(byte[] row, int from, int columns, byte[] alpha, int target, int targetStep) {
      for (int x = 0, i = from, o = target; x < columns; x++) {
        boolean same = true;
        for (int c = 0; c < offsets.length; c++) {
          same &= row[i + offsets[c]] == bytes[c];
        }
        alpha[o] = same ? 0 : RgbImage.OPAQUE;
        i += pixelBytes;
        o += targetStep;
      }
    }
  }

  /** That of a palette's entries, as far as there are values; null where there are none. */
  static @Nullable PngOpacity ofPalette(Bytes transparency, int depth) throws IOException {
    if (transparency.length() == 0) {
      return null;
    }
    byte[] values = opaque();
    transparency.copyTo(0, values, 0, Math.min(values.length, transparency.length()));
    return new Table(values, depth);
  }

  /** Of grey pictures with a transparent level; null where they have none. */
  static @Nullable PngOpacity ofGrey(Bytes transparency, int depth) throws IOException {
    if (transparency.length() < 2) {
      return null;
    } else if (depth == 16) {
      return new Colour(2, new int[] {0, 1}, transparency.slice(0, 2).copy());
    }
    int level = transparency.u16Big(0);
    level = depth == 1 && level > 0 ? 255 : level;
    int max = (1 << depth) - 1;
    byte[] values = opaque();
    for (int i = 0; i <= max; i++) {
      values[i] = i * 255 / max == level ? 0 : RgbImage.OPAQUE;
    }
    return new Table(values, depth);
  }

  /** Of pictures in colours with a transparent one; null where they have none. */
  static @Nullable PngOpacity ofColours(Bytes transparency, int sampleBytes) throws IOException {
    if (transparency.length() < 6) {
      return null;
    }
    byte[] low = new byte[3];
    for (int c = 0; c < 3; c++) {
      low[c] = (byte) transparency.u8(2 * c + 1L);
    }
    int[] offsets = {0, sampleBytes, 2 * sampleBytes};
    return new Colour(3 * sampleBytes, offsets, low);
  }

  private static byte[] opaque() {
    byte[] values = new byte[256];
    Arrays.fill(values, RgbImage.OPAQUE);
    return values;
  }
}
