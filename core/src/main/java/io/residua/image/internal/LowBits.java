package io.residua.image.internal;

import java.io.EOFException;

/** Bits of a lossless WebP picture, the lowest of each byte first. */
final class LowBits {
  private final byte[] data;
  private int at;
  private long window;
  private int count;

  LowBits(byte[] data) {
    this.data = data;
  }

  /** The next bits, up to 24, without taking them; zeros behind the end. */
  int peek(int bits) {
    while (count < bits && at < data.length) {
      window |= (data[at++] & 0xffL) << count;
      count += 8;
    }
    return (int) window & ((1 << bits) - 1);
  }

  void skip(int bits) throws EOFException {
    if (count < bits) {
      throw new EOFException("the file is truncated");
    }
    window >>>= bits;
    count -= bits;
  }

  /** An unsigned number of so many bits, up to 24. */
  int read(int bits) throws EOFException {
    int value = peek(bits);
    skip(bits);
    return value;
  }

  boolean flag() throws EOFException {
    return read(1) == 1;
  }
}
