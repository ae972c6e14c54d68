package io.residua.internal;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.jspecify.annotations.Nullable;

/** Reads the files in a gzipped tar archive. */
public final class Tarball {
  private static final int BUFFER_BYTES = 1 << 16;

  private Tarball() {}

  /** Is given one file. */
  @FunctionalInterface
  public interface Reader {
    /**
     * Reads it, or leaves it.
     *
     * @param name as the archive has it, which may be any path at all
     * @param sizeBytes as declared
     * @param content ends early where the archive is cut short
     */
    void read(String name, long sizeBytes, InputStream content) throws IOException;
  }

  /**
   * Gives every regular file in the archive's order.
   *
   * @throws IOException whose message is the reason, if the archive is damaged, and what the reader
   *     throws
   */
  public static void forEach(Path archive, Reader reader) throws IOException {
    Optional<String> missing = OptionalLibrary.TAR.missing();
    if (missing.isPresent()) {
      throw new IOException(missing.get());
    }
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive), BUFFER_BYTES);
        TarArchiveInputStream tar =
            new TarArchiveInputStream(
                new BufferedInputStream(new GzipCompressorInputStream(file), BUFFER_BYTES))) {
      for (TarArchiveEntry entry = next(tar); entry != null; entry = next(tar)) {
        if (entry.isFile()) {
          reader.read(entry.getName(), entry.getSize(), tar);
        }
      }
    }
  }

  private static @Nullable TarArchiveEntry next(TarArchiveInputStream tar) throws IOException {
    try {
      return tar.getNextEntry();
    } catch (IllegalArgumentException e) {
      throw new IOException("it is damaged", e);
    }
  }

  /**
   * The wanted regular files by name, in memory.
   *
   * @param mostBytes the most that the wanted files may hold together, whatever their declared
   *     sizes
   * @throws IOException whose message is the reason, if the archive is damaged or holds more than
   *     that
   */
  public static Map<String, byte[]> read(Path archive, Predicate<String> wanted, long mostBytes)
      throws IOException {
    Map<String, byte[]> files = new HashMap<>();
    forEach(
        archive,
        (name, size, content) -> {
          if (wanted.test(name)) {
            long held = files.values().stream().mapToLong(f -> f.length).sum();
            if (size > mostBytes - held) {
              throw new IOException(Text.of("it unpacks to more than %,d bytes", mostBytes));
            }
            files.put(name, bytes(content, size));
          }
        });
    return files;
  }

  private static byte[] bytes(InputStream content, long size) throws IOException {
    byte[] bytes = content.readNBytes((int) Math.min(size, Integer.MAX_VALUE - 8));
    if (bytes.length != size) {
      throw new IOException("it is cut short");
    }
    return bytes;
  }
}
