package io.residua.weights.internal;

import io.residua.internal.IoReasons;
import io.residua.internal.Text;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;

/** Reads files out of a gzipped tar archive into memory; nothing is unpacked to the disk. */
final class Tarball {
  private Tarball() {}

  /**
   * The wanted regular files by name.
   *
   * @param mostBytes the most that the wanted files may hold together, whatever their declared
   *     sizes
   * @throws WeightsException naming the archive, if it is damaged or holds more than that
   */
  static Map<String, byte[]> read(Path archive, Predicate<String> wanted, long mostBytes) {
    Map<String, byte[]> files = new HashMap<>();
    long room = mostBytes;
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive), 1 << 16);
        TarArchiveInputStream tar =
            new TarArchiveInputStream(new GzipCompressorInputStream(file))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (!entry.isFile() || !wanted.test(entry.getName())) {
          continue;
        }
        if (entry.getSize() > room) {
          throw new IOException(Text.of("it unpacks to more than %,d bytes", mostBytes));
        }
        byte[] content = tar.readNBytes((int) Math.min(entry.getSize(), Integer.MAX_VALUE - 8));
        if (content.length != entry.getSize()) {
          throw new IOException("it is cut short");
        }
        room -= content.length;
        files.put(entry.getName(), content);
      }
    } catch (IOException | IllegalArgumentException e) {
      String reason = e instanceof IOException io ? IoReasons.of(io) : "it is damaged";
      throw new WeightsException(Text.of("cannot read %s: %s", archive, reason), e);
    }
    return files;
  }
}
