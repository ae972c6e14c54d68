package io.residua.train.internal;

import io.residua.ResiduaException;
import io.residua.internal.IoReasons;
import io.residua.internal.Text;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The outputs of a frozen backbone, computed once: rows of floats, in memory where they fit, else
 * in a memory-mapped temporary file beside the run. Rows may be written and read from several
 * threads.
 */
final class FeatureCache implements AutoCloseable {
  private static final long MAPPED_BYTES = 1L << 30;
  private static final double SHARE_OF_HEAP = 0.25;

  private final int rowSize;
  private final int rowsPerPart;
  private final FloatBuffer[] parts;
  private final @Nullable Path file;

  /**
   * @param rows how many
   * @param rowSize floats in a row
   * @param folder where a file goes if one is needed
   */
  FeatureCache(int rows, int rowSize, Path folder) {
    this.rowSize = rowSize;
    long rowBytes = (long) rowSize * Float.BYTES;
    long total = rows * rowBytes;
    rowsPerPart = (int) Math.max(1, MAPPED_BYTES / rowBytes);
    parts = new FloatBuffer[(rows + rowsPerPart - 1) / rowsPerPart];
    if (total <= Runtime.getRuntime().maxMemory() * SHARE_OF_HEAP) {
      file = null;
      for (int p = 0; p < parts.length; p++) {
        parts[p] = FloatBuffer.allocate(rowsIn(p, rows) * rowSize);
      }
      return;
    }
    try {
      file = Files.createTempFile(folder, ".features", ".tmp");
      map(file, rows, total);
    } catch (IOException e) {
      throw new ResiduaException(
          Text.of("cannot keep %,d MB of features in %s: %s", total >> 20, folder, IoReasons.of(e)),
          e);
    }
  }

  private void map(Path path, int rows, long total) throws IOException {
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      if (Files.getFileStore(path).getUsableSpace() < total) {
        throw new IOException("no space left on device");
      }
      long rowBytes = (long) rowSize * Float.BYTES;
      for (int p = 0; p < parts.length; p++) {
        parts[p] =
            channel
                .map(
                    FileChannel.MapMode.READ_WRITE,
                    p * (long) rowsPerPart * rowBytes,
                    rowsIn(p, rows) * rowBytes)
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
      }
    } catch (IOException e) {
      Files.deleteIfExists(path);
      throw e;
    }
  }

  private int rowsIn(int part, int rows) {
    return Math.min(rowsPerPart, rows - part * rowsPerPart);
  }

  void put(int row, float[] source, int offset) {
    parts[row / rowsPerPart].put(row % rowsPerPart * rowSize, source, offset, rowSize);
  }

  void get(int row, float[] target, int offset) {
    parts[row / rowsPerPart].get(row % rowsPerPart * rowSize, target, offset, rowSize);
  }

  @Override
  public void close() {
    if (file != null) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
