package io.residua.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Files that arguments may name. */
final class RunFolders {
  private RunFolders() {}

  /** The file of that name, or null if there is none. */
  static @Nullable Path existingFile(String typed) {
    try {
      Path file = Path.of(typed);
      return Files.isRegularFile(file) ? file : null;
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /** Whether both are one file, however it is called. */
  static boolean isSame(Path file, String typed) {
    Path other = existingFile(typed);
    try {
      return other != null && Files.isSameFile(file, other);
    } catch (IOException e) {
      return false; // it is gone
    }
  }
}
