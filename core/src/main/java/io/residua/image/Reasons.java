package io.residua.image;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/** One line out of an exception of the Java runtime or a library. */
final class Reasons {
  private static final int MAX_LENGTH = 160;

  private Reasons() {}

  static String of(Throwable e) {
    if (e instanceof NoSuchFileException) {
      return "no such file";
    }
    if (e instanceof AccessDeniedException) {
      return "no permission";
    }
    String message = e instanceof FileSystemException f ? f.getReason() : e.getMessage();
    return message == null || message.isBlank() ? e.getClass().getSimpleName() : oneLine(message);
  }

  private static String oneLine(@Nullable String text) {
    String line = String.valueOf(text).strip().replaceAll("[\\s\\p{Cntrl}]+", " ");
    return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH) + "…";
  }
}
