package io.residua.image.internal;

import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;

/** A canonical prefix code of lossless WebP: RFC 9649, section 3.7.2. */
final class PrefixCode {
  private static final int MAX_LENGTH = 15;

  /** Codes up to this length are looked up at once. */
  private static final int DIRECT_BITS = 8;

  /** In which order the lengths of the code for lengths are stored. */
  private static final int[] LENGTH_ORDER = {
    17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
  };

  private static final int REPEAT_PREVIOUS = 16;

  /** What a repetition counts, by its symbol less 16: extra bits, and the least. */
  private static final int[] REPEAT_BITS = {2, 3, 7};

  private static final int[] REPEAT_LEAST = {3, 3, 11};
  private static final int USUAL_LENGTH = 8;

  /** Symbols in the order of their codes, with the number of codes of each length. */
  private final short[] symbols;

  private final short[] counts = new short[MAX_LENGTH + 1];
  private final int directBits;

  /** By the next bits: the symbol above the four bits of its length, or 0 for a longer code. */
  private final short[] direct;

  private PrefixCode(byte[] lengths) throws IOException {
    int coded = 0;
    int longest = 0;
    for (byte length : lengths) {
      counts[length]++;
      coded += length > 0 ? 1 : 0;
      longest = Math.max(longest, length);
    }
    counts[0] = 0;
    int[] next = new int[MAX_LENGTH + 2];
    long space = 0;
    for (int length = 1; length <= MAX_LENGTH; length++) {
      next[length + 1] = next[length] + counts[length];
      space += (long) counts[length] << MAX_LENGTH - length;
    }
    symbols = new short[coded];
    for (int s = 0; s < lengths.length; s++) {
      if (lengths[s] > 0) {
        symbols[next[lengths[s]]++] = (short) s;
      }
    }
    if (coded != 1 && space != 1L << MAX_LENGTH) {
      throw new IOException("the file is damaged: undefined codes");
    }
    directBits = coded == 1 ? 0 : Math.min(longest, DIRECT_BITS);
    direct = new short[1 << directBits];
    if (coded > 1) {
      fillDirect();
    }
  }

  private void fillDirect() {
    int code = 0;
    int index = 0;
    for (int length = 1; length <= directBits; length++) {
      for (int i = 0; i < counts[length]; i++, code++, index++) {
        int first = Integer.reverse(code) >>> 32 - length;
        for (int at = first; at < direct.length; at += 1 << length) {
          direct[at] = (short) (symbols[index] << 4 | length);
        }
      }
      code <<= 1;
    }
  }

  /**
   * Reads a code.
   *
   * @param alphabet how many symbols there are
   */
  static PrefixCode read(LowBits in, int alphabet) throws IOException {
    byte[] lengths = new byte[alphabet];
    if (in.flag()) {
      boolean two = in.flag();
      mark(lengths, in.read(in.flag() ? 8 : 1));
      if (two) {
        mark(lengths, in.read(8));
      }
    } else {
      readLengths(in, lengths);
    }
    return new PrefixCode(lengths);
  }

  private static void mark(byte[] lengths, int symbol) throws IOException {
    if (symbol >= lengths.length) {
      throw new IOException("the file is damaged: undefined codes");
    }
    lengths[symbol] = 1;
  }

  private static void readLengths(LowBits in, byte[] lengths) throws IOException {
    byte[] ofLengths = new byte[LENGTH_ORDER.length];
    int stored = in.read(4) + 4;
    for (int i = 0; i < stored; i++) {
      ofLengths[LENGTH_ORDER[i]] = (byte) in.read(3);
    }
    PrefixCode code = new PrefixCode(ofLengths);
    int left = in.flag() ? 2 + in.read(2 + 2 * in.read(3)) : lengths.length;
    if (left > lengths.length) {
      throw new IOException("the file is damaged: undefined codes");
    }
    byte previous = USUAL_LENGTH;
    for (int s = 0; s < lengths.length && left > 0; left--) {
      int symbol = code.symbol(in);
      if (symbol < REPEAT_PREVIOUS) {
        lengths[s++] = (byte) symbol;
        previous = symbol == 0 ? previous : (byte) symbol;
        continue;
      }
      int kind = symbol - REPEAT_PREVIOUS;
      int end = s + REPEAT_LEAST[kind] + in.read(REPEAT_BITS[kind]);
      if (end > lengths.length) {
        throw new IOException("the file is damaged: undefined codes");
      }
      Arrays.fill(lengths, s, end, kind == 0 ? previous : 0);
      s = end;
    }
  }

  /** The next symbol. */
  int symbol(LowBits in) throws EOFException {
    if (directBits == 0) {
      return symbols[0];
    }
    int bits = in.peek(MAX_LENGTH);
    int found = direct[bits & direct.length - 1] & 0xffff;
    if (found != 0) {
      in.skip(found & 15);
      return found >> 4;
    }
    int code = 0;
    int first = 0;
    int index = 0;
    for (int length = 1; ; length++) {
      code |= bits >> length - 1 & 1;
      if (code - first < counts[length]) {
        in.skip(length);
        return symbols[index + code - first];
      }
      index += counts[length];
      first = first + counts[length] << 1;
      code <<= 1;
    }
  }
}
