package io.residua.data;

import io.residua.IoReasons;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/** Makes a folder that appears under its name only when everything in it is written. */
public final class NewFolder {
  private NewFolder() {}

  /** Fills a folder. */
  @FunctionalInterface
  public interface Content {
    void writeTo(Path folder) throws IOException;
  }

  /**
   * Writes a new folder; if anything fails, nothing is left behind.
   *
   * @param folder must not exist or be empty
   * @throws DataException if the folder is not empty or cannot be written
   */
  public static void write(Path folder, Content content) {
    Path target = folder.toAbsolutePath().normalize();
    requireFree(folder);
    Path unfinished = target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID());
    try {
      Files.createDirectories(unfinished);
      content.writeTo(unfinished);
      Files.deleteIfExists(target);
      Files.move(unfinished, target);
    } catch (IOException e) {
      throw new DataException(folder + ": cannot be written: " + IoReasons.of(e), e);
    } finally {
      deleteTree(unfinished);
    }
  }

  /** Checks that a folder may be written there. */
  static void requireFree(Path folder) {
    obstacle(folder)
        .ifPresent(
            why -> {
              throw new DataException("%s: %s; give a new folder".formatted(folder, why));
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

  private static void deleteTree(Path folder) {
    if (!Files.exists(folder)) {
      return;
    }
    try (Stream<Path> tree = Files.walk(folder)) {
      for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new DataException(folder + ": cannot be removed: " + IoReasons.of(e), e);
    }
  }
}
