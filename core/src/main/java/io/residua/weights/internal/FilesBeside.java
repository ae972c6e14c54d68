package io.residua.weights.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Files that another file names, which are opened in its own folder only: neither a path nor a link
 * leads out of it, but where the file itself is a link, those beside it may be links into that same
 * other folder, as Hugging Face's cache has them.
 */
final class FilesBeside {
  private FilesBeside() {}

  /**
   * A file beside another.
   *
   * @param location as the other file names it
   * @return where it really lies; empty where that would be outside
   * @throws NoSuchFileException if there is no such regular file
   */
  static Optional<Path> find(Path file, String location) throws IOException {
    try {
      Path folder = file.toAbsolutePath().resolveSibling("").normalize();
      Path beside = folder.resolve(location).normalize();
      if (!beside.startsWith(folder) || beside.equals(folder)) {
        return Optional.empty();
      } else if (!Files.isRegularFile(beside)) {
        throw new NoSuchFileException(location);
      }
      Path real = beside.toRealPath();
      boolean inside =
          real.startsWith(folder.toRealPath())
              || Files.isSymbolicLink(file)
                  && real.startsWith(file.toRealPath().resolveSibling(""));
      return inside ? Optional.of(real) : Optional.empty();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
