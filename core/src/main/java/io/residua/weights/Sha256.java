package io.residua.weights;

import io.residua.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 of a file. */
final class Sha256 {
  private Sha256() {}

  /** 64 hexadecimal digits, lower case. */
  static String of(Path file, Progress progress) throws IOException {
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
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
