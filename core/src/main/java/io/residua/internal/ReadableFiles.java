package io.residua.internal;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Files that may turn out to be none: a pipe or a device can keep whoever opens or reads it waiting
 * for ever, and no interrupt ends that.
 */
public final class ReadableFiles {
  private static final int MOST_BYTES_OF_A_PIPE = 256 << 20;

  private ReadableFiles() {}

  /**
   * Refuses what exists and is neither a file nor a folder, before it is opened.
   *
   * @throws IOException with the reason, without the file's name
   */
  public static void requireNoPipe(Path file) throws IOException {
    if (Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file)) {
      throw new IOException("it is not a regular file but a pipe, a socket or a device");
    }
  }

  /**
   * Opens a file to be read at any place.
   *
   * @throws IOException if it can't be read or is no file
   */
  public static SeekableByteChannel channel(Path file) throws IOException {
    requireNoPipe(file);
    return Files.newByteChannel(file);
  }

  /**
   * Opens a list or a text that may come through a pipe ({@code <(…)} in a shell). Of a pipe all is
   * read here, by another thread, so that an interrupt ends the waiting.
   *
   * @throws IOException if it can't be read, or a pipe holds more than 256 MB
   * @throws java.util.concurrent.CancellationException if the thread is interrupted while it waits
   */
  public static InputStream open(Path file) throws IOException {
    if (!Files.exists(file) || Files.isRegularFile(file)) {
      return Files.newInputStream(file);
    }
    return Interruptible.call(
        () -> {
          try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES_OF_A_PIPE);
            if (bytes.length == MOST_BYTES_OF_A_PIPE) {
              throw new IOException("more than 256 MB come through it");
            }
            return new ByteArrayInputStream(bytes);
          }
        });
  }

  /**
   * Opens UTF-8 text as {@link #open} does; what is no UTF-8 is an IOException when it is read.
   *
   * @throws IOException if it can't be read, or a pipe holds more than 256 MB
   * @throws java.util.concurrent.CancellationException if the thread is interrupted while it waits
   */
  public static BufferedReader reader(Path file) throws IOException {
    return new BufferedReader(
        new InputStreamReader(open(file), StandardCharsets.UTF_8.newDecoder()));
  }
}
