package io.residua.data;

import static java.util.Objects.requireNonNull;

import io.residua.IoReasons;
import io.residua.ReadableFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Lists of class names in text files, one a line. */
final class ClassNames {
  private static final int MAX_CLASSES = 100_000;

  private ClassNames() {}

  static List<String> read(Path file) {
    List<String> names;
    try (BufferedReader in = ReadableFiles.reader(file)) {
      if (Files.size(file) > 100L * MAX_CLASSES) {
        throw new DataException(file + ": too long for a list of class names");
      }
      names = in.lines().map(String::strip).toList();
    } catch (UncheckedIOException e) {
      String reason = IoReasons.of(requireNonNull(e.getCause()));
      throw new DataException(file + ": cannot be read: " + reason, e);
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read: " + IoReasons.of(e), e);
    }
    names = names.stream().filter(name -> !name.isEmpty()).toList();
    check(file.toString(), names);
    return names;
  }

  /** Names must be distinct, also in folders that ignore case, and fit to be folder names. */
  static void check(String where, List<String> names) {
    if (names.isEmpty()) {
      throw new DataException(where + ": names no classes");
    }
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (name.isBlank()
          || name.equals(".")
          || name.equals("..")
          || name.chars().anyMatch(c -> c == '/' || c == '\\' || c < ' ')) {
        throw new DataException(where + ": '" + name.strip() + "' cannot be a class name");
      }
      if (!seen.add(name.toLowerCase(Locale.ROOT))) {
        throw new DataException(where + ": class '" + name + "' appears twice (but for case)");
      }
    }
  }
}
