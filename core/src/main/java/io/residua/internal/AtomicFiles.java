package io.residua.internal;

import io.residua.ResiduaException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Writes files so that a reader sees the old content or the new one, never a part: the content goes
 * to a temporary file in the same folder, is synced to the disk, and then takes the file's name. If
 * anything fails the temporary file is deleted and the old file is as it was.
 *
 * <p>A symbolic link is followed, so the link stays and its target is replaced. What is not a
 * regular file ({@code /dev/stdout}, a pipe) is written directly.
 */
public final class AtomicFiles {
  private AtomicFiles() {}

  /** What to write. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** What to write, where the file's channel is of use. */
  @FunctionalInterface
  public interface ChannelContent {
    void writeTo(FileChannel out) throws IOException;
  }

  /**
   * Writes text as UTF-8.
   *
   * @throws ResiduaException naming the file and the reason
   */
  public static void write(Path file, String text) {
    write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes bytes.
   *
   * @throws ResiduaException naming the file and the reason
   */
  public static void write(Path file, byte[] bytes) {
    write(file, out -> out.write(bytes));
  }

  /**
   * Writes what {@code content} produces. The stream is not buffered and is closed here.
   *
   * @throws ResiduaException naming the file and the reason
   */
  public static void write(Path file, Content content) {
    writeChannel(file, channel -> content.writeTo(Channels.newOutputStream(channel)));
  }

  /**
   * Writes what {@code content} produces through a channel that is at position 0 and is closed
   * here.
   *
   * @throws ResiduaException naming the file and the reason
   */
  public static void writeChannel(Path file, ChannelContent content) {
    try {
      if (Files.isDirectory(file)) {
        throw new IOException("it is a folder");
      } else if (Files.exists(file) && !Files.isRegularFile(file)) {
        try (FileChannel out =
            Interruptible.call(() -> FileChannel.open(file, StandardOpenOption.WRITE))) {
          content.writeTo(out);
        }
      } else {
        replace(Files.isSymbolicLink(file) ? file.toRealPath() : file.toAbsolutePath(), content);
      }
    } catch (IOException e) {
      Path folder = file.toAbsolutePath().getParent();
      String reason =
          folder != null && Files.notExists(folder)
              ? Text.of("the folder %s does not exist", folder)
              : IoReasons.of(e);
      throw new ResiduaException(Text.of("cannot write %s: %s", file, reason), e);
    }
  }

  private static void replace(Path target, ChannelContent content) throws IOException {
    Path temporary = target.resolveSibling(Text.of(".residua-%s.tmp", UUID.randomUUID()));
    try {
      try (FileChannel out =
          FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        content.writeTo(out);
        out.force(true);
      }
      rename(temporary, target);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Gives a complete file its name, in place of what was there; the folder is synced. */
  static void rename(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
    Path folder = to.getParent();
    if (folder != null) {
      syncFolder(folder);
    }
  }

  @SuppressWarnings("EmptyCatch")
  private static void syncFolder(Path folder) {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      // Windows and some network file systems cannot sync a folder; the file itself is synced.
    }
  }
}
