package io.residua.data.internal;

import io.residua.data.DataException;
import io.residua.internal.Folders;
import io.residua.internal.IoReasons;
import io.residua.internal.Text;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Makes a folder that appears under its name only when everything in it is written. Until then it
 * is a hidden one beside it, {@code .NAME.UUID}; what a process left there that was killed is
 * deleted when the same folder is written again.
 */
public final class NewFolder {
  /** Held by the process that writes the folder, in it. */
  private static final String LOCK = ".residua-unfinished";

  private static final String UUID_PATTERN = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

  private NewFolder() {}

  /** Fills a folder. */
  @FunctionalInterface
  public interface Content {
    void writeTo(Path folder) throws IOException;
  }

  /** Fills a folder and has a result. */
  @FunctionalInterface
  public interface Work<T> {
    T in(Path folder) throws IOException;
  }

  /**
   * Writes a new folder; if anything fails, nothing is left behind.
   *
   * @param folder must not exist or be empty
   * @throws DataException if the folder is not empty or cannot be written
   */
  public static void write(Path folder, Content content) {
    make(
        folder,
        unfinished -> {
          content.writeTo(unfinished);
          return unfinished;
        });
  }

  /**
   * Does the work whose results a new folder holds; if anything fails, nothing is left behind.
   *
   * @param folder must not exist or be empty
   * @return the work's own result
   * @throws DataException if the folder is not empty or cannot be written
   */
  public static <T> T make(Path folder, Work<T> work) {
    Path target = folder.toAbsolutePath().normalize();
    requireFree(folder);
    Path unfinished = target.resolveSibling(prefix(target) + UUID.randomUUID());
    try {
      deleteLeftovers(target);
      Files.createDirectories(unfinished);
      T result;
      Path lock = unfinished.resolve(LOCK);
      try (FileChannel held =
          FileChannel.open(lock, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        held.lock();
        result = work.in(unfinished);
      }
      Files.delete(lock);
      Files.deleteIfExists(target);
      Files.move(unfinished, target);
      return result;
    } catch (IOException e) {
      throw new DataException(folder + ": cannot be written: " + IoReasons.of(e), e);
    } finally {
      remove(unfinished);
    }
  }

  private static String prefix(Path target) {
    return "." + target.getFileName() + ".";
  }

  /** Deletes what processes left that were killed while they wrote this folder. */
  private static void deleteLeftovers(Path target) throws IOException {
    Path parent = target.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      return;
    }
    Pattern name = Pattern.compile(Pattern.quote(prefix(target)) + UUID_PATTERN);
    List<Path> left;
    try (Stream<Path> siblings = Files.list(parent)) {
      left =
          siblings
              .filter(s -> name.matcher(String.valueOf(s.getFileName())).matches())
              .filter(s -> Files.isRegularFile(s.resolve(LOCK), LinkOption.NOFOLLOW_LINKS))
              .toList();
    }
    for (Path folder : left) {
      if (!isHeld(folder.resolve(LOCK))) {
        remove(folder);
      }
    }
  }

  private static boolean isHeld(Path lock) throws IOException {
    try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.WRITE)) {
      return channel.tryLock() == null;
    } catch (OverlappingFileLockException e) {
      return true; // by another thread of this process
    } catch (NoSuchFileException e) {
      return true; // it was finished at this moment
    }
  }

  /** Checks that a folder may be written there. */
  static void requireFree(Path folder) {
    obstacle(folder)
        .ifPresent(
            why -> {
              throw new DataException(Text.of("%s: %s; give a new folder", folder, why));
            });
  }

  /**
   * Why a folder cannot be filled, in words for a message; empty if it does not exist or is empty.
   */
  public static Optional<String> obstacle(Path folder) {
    if (!Files.exists(folder)) {
      return Optional.empty();
    }
    if (!Files.isDirectory(folder)) {
      return Optional.of("is a file");
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.findAny().map(entry -> "exists and is not empty");
    } catch (IOException e) {
      return Optional.of("cannot be listed: " + IoReasons.of(e));
    }
  }

  private static void remove(Path folder) {
    try {
      Folders.delete(folder);
    } catch (IOException e) {
      throw new DataException(folder + ": cannot be removed: " + IoReasons.of(e), e);
    }
  }
}
