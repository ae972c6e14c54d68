package io.residua.data.internal;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A file in an archive. It ends at the size that the archive says; where there is a checksum, that
 * must be right there and the content have its end too.
 */
final class ArchivedBytes extends FilterInputStream {
  private static final int MOST_SKIPPED_BYTES = 1 << 16;

  private final @Nullable Long crc;
  private final CRC32 sum = new CRC32();
  private long left;

  /**
   * @param crc CRC-32 of the content; null for none
   */
  ArchivedBytes(InputStream in, long sizeBytes, @Nullable Long crc) throws IOException {
    super(in);
    this.left = sizeBytes;
    this.crc = crc;
    if (sizeBytes == 0) {
      end();
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (left == 0) {
      return length == 0 ? 0 : -1;
    }
    int read = in.read(bytes, offset, (int) Math.min(length, left));
    if (read < 0) {
      throw new IOException("the archive holds less of it than it says");
    }
    if (crc != null) {
      sum.update(bytes, offset, read);
    }
    left -= read;
    if (left == 0) {
      end();
    }
    return read;
  }

  private void end() throws IOException {
    if (crc == null) {
      return;
    }
    if (in.read() >= 0) {
      throw new IOException("the archive holds more of it than it says");
    }
    if (sum.getValue() != crc) {
      throw new IOException("the archive is damaged there (checksum)");
    }
  }

  @Override
  public long skip(long n) throws IOException {
    return readNBytes((int) Math.min(n, MOST_SKIPPED_BYTES)).length;
  }

  @Override
  public boolean markSupported() {
    return false;
  }
}
