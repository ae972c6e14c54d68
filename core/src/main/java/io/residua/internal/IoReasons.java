package io.residua.internal;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Locale;

/** Why reading or writing failed, in words for the one line that a user sees. */
public final class IoReasons {
  private static final int MOST_CHARS = 160;

  private IoReasons() {}

  /**
   * The reason without the file's name, for instance {@code "no space left on device"}; never empty
   * and never more than one line of readable length.
   */
  public static String of(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return "no such file or folder";
    } else if (failure instanceof AccessDeniedException) {
      return "permission denied";
    } else if (failure instanceof FileAlreadyExistsException) {
      return "it exists already";
    } else if (failure instanceof NotDirectoryException) {
      return "it is not a folder";
    } else if (failure instanceof DirectoryNotEmptyException) {
      return "the folder is not empty";
    } else if (failure instanceof CharacterCodingException) {
      return "it is not UTF-8 text";
    } else if (failure instanceof EOFException) {
      return "it is cut short";
    }
    String reason = failure instanceof FileSystemException f ? f.getReason() : failure.getMessage();
    if (reason == null || reason.isBlank()) {
      return failure.getClass().getSimpleName();
    }
    String line = oneLine(reason);
    boolean sentence =
        line.length() > 1
            && Character.isUpperCase(line.charAt(0))
            && Character.isLowerCase(line.charAt(1));
    return sentence ? line.substring(0, 1).toLowerCase(Locale.ROOT) + line.substring(1) : line;
  }

  /** A library's message may quote what a damaged file holds. */
  private static String oneLine(String reason) {
    return Printable.shortened(reason.lines().findFirst().orElse(reason).strip(), MOST_CHARS);
  }
}
