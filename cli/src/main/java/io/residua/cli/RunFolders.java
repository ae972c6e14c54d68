package io.residua.cli;

import io.residua.weights.WeightSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A folder, where a command wants a model, stands for the model in it. */
final class RunFolders {
  private RunFolders() {}

  /**
   * The model in the folder if a run's folder is meant, or one of timm or transformers; else the
   * same: a file or a name.
   */
  static String model(String typed) {
    try {
      return WeightSource.inFolder(Path.of(typed)).map(Path::toString).orElse(typed);
    } catch (InvalidPathException e) {
      return typed; // no path, but perhaps a name
    }
  }

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
