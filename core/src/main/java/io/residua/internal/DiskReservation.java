package io.residua.internal;

import io.residua.ResiduaException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Space on a disk for a file that is written hours later: a hidden file beside it, filled, whose
 * place the content takes. A disk that others fill in the meantime has room for it all the same,
 * save on file systems that never write in place (Btrfs, ZFS).
 */
public final class DiskReservation implements AutoCloseable {
  private static final int CHUNK_BYTES = 1 << 20;

  private final Path file;
  private final Path reserved;

  private DiskReservation(Path file, Path reserved) {
    this.file = file;
    this.reserved = reserved;
  }

  /**
   * Reserves space.
   *
   * @param file that is to be written; its folder exists
   * @param bytes how long it may get
   * @throws ResiduaException with one line, if there is not so much
   */
  public static DiskReservation of(Path file, long bytes) {
    DiskReservation reservation =
        new DiskReservation(
            file, file.resolveSibling(Text.of(".residua-reserved-%s.tmp", UUID.randomUUID())));
    try {
      reservation.fill(bytes);
      return reservation;
    } catch (IOException e) {
      reservation.close();
      throw new ResiduaException(
          Text.of(
              "%s: there is no room for %s, which needs %s%s: %s",
              file.toAbsolutePath().getParent(),
              file.getFileName(),
              megabytes(bytes),
              reservation.left(),
              IoReasons.of(e)),
          e);
    }
  }

  private void fill(long bytes) throws IOException {
    ByteBuffer zeros = ByteBuffer.allocateDirect(CHUNK_BYTES);
    try (FileChannel out =
        FileChannel.open(reserved, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long left = bytes; left > 0; left -= zeros.limit()) {
        zeros.clear().limit((int) Math.min(left, CHUNK_BYTES));
        while (zeros.hasRemaining()) {
          out.write(zeros);
        }
      }
    }
  }

  private String left() {
    try {
      FileStore store = Files.getFileStore(file.toAbsolutePath().getParent());
      return " and there are " + megabytes(store.getUsableSpace());
    } catch (IOException e) {
      return "";
    }
  }

  private static String megabytes(long bytes) {
    return (bytes + CHUNK_BYTES - 1) / CHUNK_BYTES + " MB";
  }

  /** The file that space is reserved for. */
  public Path file() {
    return file;
  }

  /**
   * Writes the file into the reserved space, syncs it and gives it its name, in place of what was
   * there.
   *
   * @throws ResiduaException naming the file and the reason
   */
  public void write(AtomicFiles.ChannelContent content) {
    try {
      try (FileChannel out = FileChannel.open(reserved, StandardOpenOption.WRITE)) {
        content.writeTo(out);
        out.truncate(out.position());
        out.force(true);
      }
      AtomicFiles.rename(reserved, file.toAbsolutePath());
    } catch (IOException e) {
      throw new ResiduaException(Text.of("cannot write %s: %s", file, IoReasons.of(e)), e);
    }
  }

  /** Gives the space back, if it was not written to. */
  @Override
  public void close() {
    try {
      Files.deleteIfExists(reserved);
    } catch (IOException e) {
      throw new ResiduaException(
          Text.of("%s: cannot be deleted: %s", reserved, IoReasons.of(e)), e);
    }
  }
}
