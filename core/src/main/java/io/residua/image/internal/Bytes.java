package io.residua.image.internal;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A stretch of a file in memory, read by position; reading past its end is an {@link EOFException}
 * and never anything else.
 */
public final class Bytes {
  private final byte[] data;
  private final int start;
  private final int length;

  public Bytes(byte[] data) {
    this(data, 0, data.length);
  }

  private Bytes(byte[] data, int start, int length) {
    this.data = data;
    this.start = start;
    this.length = length;
  }

  int length() {
    return length;
  }

  /** The part from {@code offset} on, of that many bytes. */
  Bytes slice(long offset, long sliceLength) throws IOException {
    check(offset, sliceLength);
    return new Bytes(data, start + (int) offset, (int) sliceLength);
  }

  /** The part from {@code offset} on. */
  Bytes from(long offset) throws IOException {
    return slice(offset, length - offset);
  }

  /** A read-only view. */
  ByteBuffer buffer() {
    return ByteBuffer.wrap(data, start, length).slice().asReadOnlyBuffer();
  }

  byte[] copy() {
    return Arrays.copyOfRange(data, start, start + length);
  }

  void copyTo(int offset, byte[] destination, int destinationOffset, int count) throws IOException {
    check(offset, count);
    System.arraycopy(data, start + offset, destination, destinationOffset, count);
  }

  /** Writes the bytes from {@code from} up to {@code to}. */
  void writeTo(ByteArrayOutputStream out, int from, int to) throws IOException {
    check(from, (long) to - from);
    out.write(data, start + from, to - from);
  }

  boolean startsWith(String ascii) {
    return matches(0, ascii);
  }

  /** Whether these ASCII (Latin-1) characters stand at that offset. */
  boolean matches(long offset, String latin1) {
    byte[] wanted = latin1.getBytes(StandardCharsets.ISO_8859_1);
    if (offset < 0 || offset + wanted.length > length) {
      return false;
    }
    for (int i = 0; i < wanted.length; i++) {
      if (data[start + (int) offset + i] != wanted[i]) {
        return false;
      }
    }
    return true;
  }

  int u8(long offset) throws IOException {
    check(offset, 1);
    return data[start + (int) offset] & 0xff;
  }

  int u16Big(long offset) throws IOException {
    return u8(offset) << 8 | u8(offset + 1);
  }

  int u16Little(long offset) throws IOException {
    return u8(offset) | u8(offset + 1) << 8;
  }

  int u24Little(long offset) throws IOException {
    return u16Little(offset) | u8(offset + 2) << 16;
  }

  long u32Big(long offset) throws IOException {
    return (long) u16Big(offset) << 16 | u16Big(offset + 2);
  }

  long u32Little(long offset) throws IOException {
    return u16Little(offset) | (long) u16Little(offset + 2) << 16;
  }

  private void check(long offset, long count) throws IOException {
    if (offset < 0 || count < 0 || offset + count > length) {
      throw new EOFException("the file is truncated");
    }
  }
}
