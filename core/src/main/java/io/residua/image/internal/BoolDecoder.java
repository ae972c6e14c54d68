package io.residua.image.internal;

/**
 * The arithmetic decoder of VP8: RFC 6386, section 7. Past the end of its bytes it yields zeros and
 * says so by {@link #exhausted()}; a whole picture never gets there.
 */
final class BoolDecoder {
  private static final int EVEN = 128;

  private final byte[] data;
  private final int end;
  private int at;

  /** The window on the data, of which the bits above {@code spareBits} are looked at next. */
  private long window;

  /** How many bits the window holds beyond the eight that a decision needs. */
  private int spareBits = -8;

  /** One less than the interval's width: 127..254 between decisions. */
  private int range = 254;

  private boolean exhausted;

  BoolDecoder(byte[] data, int from, int to) {
    this.data = data;
    this.at = from;
    this.end = to;
  }

  /** One decision; the probability of zero is in 256ths. */
  boolean bit(int probability) {
    if (spareBits < 0) {
      load();
    }
    int split = (range * probability) >> 8;
    int width;
    boolean bit = (int) (window >> spareBits) > split;
    if (bit) {
      width = range - split;
      window -= (long) (split + 1) << spareBits;
    } else {
      width = split + 1;
    }
    int shift = Integer.numberOfLeadingZeros(width) - 24;
    spareBits -= shift;
    range = (width << shift) - 1;
    return bit;
  }

  /** The decision as 0 or 1. */
  int digit(int probability) {
    return bit(probability) ? 1 : 0;
  }

  boolean flag() {
    return bit(EVEN);
  }

  /** An unsigned number of so many bits, the highest first. */
  int literal(int bits) {
    int value = 0;
    for (int i = 0; i < bits; i++) {
      value = value << 1 | digit(EVEN);
    }
    return value;
  }

  /** A number of so many bits, followed by its sign. */
  int signed(int bits) {
    int magnitude = literal(bits);
    return flag() ? -magnitude : magnitude;
  }

  /** The same where a flag says that there is one, else 0. */
  int optionalSigned(int bits) {
    return flag() ? signed(bits) : 0;
  }

  /** Whether more was read than there is. */
  boolean exhausted() {
    return exhausted;
  }

  private void load() {
    int bytes = Math.min(4, end - at);
    for (int i = 0; i < bytes; i++) {
      window = window << 8 | data[at++] & 0xff;
    }
    spareBits += 8 * bytes;
    if (bytes <= 0) {
      window <<= 8;
      spareBits += 8;
      exhausted = true;
    }
  }
}
