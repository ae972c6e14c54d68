package io.residua.internal;

import io.residua.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The digest of a file's content, however large. */
public final class FileHash {
  private FileHash() {}

  /** SHA-256: 64 hexadecimal digits, lower case. */
  public static String of(Path file, Progress progress) throws IOException {
    return of(file, "SHA-256", progress);
  }

  /**
   * Hexadecimal digits, lower case.
   *
   * @param algorithm {@code SHA-256} or {@code MD5}
   */
  public static String of(Path file, String algorithm, Progress progress) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has " + algorithm, e);
    }
    ReadableFiles.requireNoPipe(file);
    byte[] chunk = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(file);
        Progress.Task task = progress.start("verify", Files.size(file), "bytes")) {
      for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
        digest.update(chunk, 0, n);
        task.advance(n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }
}
