package io.residua.weights.internal;

import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.internal.AtomicFiles;
import io.residua.internal.FileHash;
import io.residua.internal.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a cached file was when it was put there, in a file beside it: its SHA-256 in the form of
 * {@code sha256sum}, and in a comment its size and time. The content is read again only when one of
 * these two has changed, since reading takes a good part of a second for each 100 MB.
 *
 * @param sha256 64 hexadecimal digits
 * @param sizeBytes of the file
 * @param modified when it was last written, as the file system says
 */
record CacheRecord(String sha256, long sizeBytes, Instant modified) {
  private static final int MOST_BYTES = 10_000;
  private static final Pattern TEXT =
      Pattern.compile("# (\\d{1,18}) bytes, written (\\S{1,40})\\R([0-9a-f]{64})  .*\\R?");

  /** Where the record of a file lies. */
  static Path path(Path file) {
    return file.resolveSibling(file.getFileName() + ".sha256");
  }

  /** The record of a file as it is now. */
  static CacheRecord of(Path file, Progress progress) throws IOException {
    BasicFileAttributes now = attributes(file);
    return new CacheRecord(
        FileHash.of(file, progress), now.size(), now.lastModifiedTime().toInstant());
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class);
  }

  /** The record beside a file; empty where there is none that can be read. */
  static Optional<CacheRecord> read(Path file) {
    try {
      Path record = path(file);
      if (Files.size(record) > MOST_BYTES) {
        return Optional.empty();
      }
      Matcher m = TEXT.matcher(Files.readString(record));
      return m.matches()
          ? Optional.of(
              new CacheRecord(m.group(3), Long.parseLong(m.group(1)), Instant.parse(m.group(2))))
          : Optional.empty();
    } catch (IOException | RuntimeException e) {
      return Optional.empty();
    }
  }

  /** Whether the file's size and time are still the same. */
  boolean unchanged(Path file) throws IOException {
    BasicFileAttributes now = attributes(file);
    return now.size() == sizeBytes && now.lastModifiedTime().toInstant().equals(modified);
  }

  /**
   * Writes the record beside its file.
   *
   * @throws ResiduaException if that fails
   */
  void write(Path file) {
    String text =
        Text.of(
            "# %d bytes, written %s\n%s  %s\n", sizeBytes, modified, sha256, file.getFileName());
    AtomicFiles.write(path(file), text);
  }
}
