package io.residua.image;

import java.io.IOException;
import javax.imageio.IIOException;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * A file in memory for readers that take its end for a run of zeros: a few reads beyond it are
 * answered as usual, then the file counts as truncated. Without that, a small damaged file can keep
 * such a reader busy for minutes.
 */
final class BoundedInput extends ImageInputStreamImpl {
  /** More than any reader looks ahead in a whole file. */
  private static final int READS_BEYOND_END = 256;

  private final byte[] data;
  private int readsBeyondEnd;

  BoundedInput(byte[] data) {
    this.data = data;
  }

  @Override
  public int read() throws IOException {
    bitOffset = 0;
    if (streamPos >= data.length) {
      return beyondEnd();
    }
    return data[(int) streamPos++] & 0xff;
  }

  @Override
  public int read(byte[] destination, int offset, int count) throws IOException {
    bitOffset = 0;
    if (count > 0 && streamPos >= data.length) {
      return beyondEnd();
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

  private int beyondEnd() throws IOException {
    if (++readsBeyondEnd > READS_BEYOND_END) {
      throw new IIOException("its pixels end too early");
    }
    return -1;
  }
}
