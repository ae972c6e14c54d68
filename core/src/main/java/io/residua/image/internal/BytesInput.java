package io.residua.image.internal;

import javax.imageio.stream.ImageInputStreamImpl;

/** A file in memory, as readers of the Java runtime take one. */
final class BytesInput extends ImageInputStreamImpl {
  private final byte[] data;

  BytesInput(byte[] data) {
    this.data = data;
  }

  @Override
  public int read() {
    bitOffset = 0;
    return streamPos < data.length ? data[(int) streamPos++] & 0xff : -1;
  }

  @Override
  public int read(byte[] destination, int offset, int count) {
    bitOffset = 0;
    if (count > 0 && streamPos >= data.length) {
      return -1;
    }
    int n = (int) Math.min(count, data.length - streamPos);
    System.arraycopy(data, (int) streamPos, destination, offset, n);
    streamPos += n;
    return n;
  }

  @Override
  public long length() {
    return data.length;
  }
}
