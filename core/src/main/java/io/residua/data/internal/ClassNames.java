package io.residua.data.internal;

import static java.util.Objects.requireNonNull;

import io.residua.data.DataException;
import io.residua.internal.IoReasons;
import io.residua.internal.Printable;
import io.residua.internal.ReadableFiles;
import io.residua.internal.Text;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Names of classes, and lists of them in text files, one a line. */
public final class ClassNames {
  private static final int MAX_CLASSES = 100_000;
  private static final int MAX_CHARS = 500;
  private static final int SHOWN_CHARS = 40;
  private static final Pattern CONTROLS = Pattern.compile("[\\p{Cc}\\u2028\\u2029]");

  private ClassNames() {}

  /**
   * What makes names unfit for classes, which are printed, written to tables and told apart by
   * name; empty if nothing does: one that is blank, longer than 500 characters or with control
   * characters, or two that are equal.
   */
  public static String problem(List<String> names) {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      if (name.isBlank()) {
        return Text.of("class %,d has no name", i);
      } else if (name.length() > MAX_CHARS) {
        return Text.of(
            "the name of class %,d ('%s') has %,d characters, more than %d",
            i, shown(name), name.length(), MAX_CHARS);
      } else if (CONTROLS.matcher(name).find()) {
        return Text.of("the name of class %,d ('%s') has control characters", i, shown(name));
      } else if (!seen.add(name)) {
        return Text.of("two classes are called '%s'", shown(name));
      }
    }
    return "";
  }

  private static String shown(String name) {
    return Printable.shortened(name, SHOWN_CHARS);
  }

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
    checkLabels(where, names);
    for (String name : names) {
      if (!isFolderName(name)) {
        throw new DataException(where + ": '" + shown(name.strip()) + "' cannot be a class name");
      }
    }
  }

  /** Whether a folder of that name lies in the folder where it is made. */
  static boolean isFolderName(String name) {
    return !name.equals(".")
        && !name.equals("..")
        && name.chars().noneMatch(c -> c == '/' || c == '\\');
  }

  /** Labels must be distinct but for case, and may have slashes: {@code limit (20 km/h)}. */
  static void checkLabels(String where, List<String> names) {
    if (names.isEmpty()) {
      throw new DataException(where + ": names no classes");
    }
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (name.isBlank() || name.chars().anyMatch(c -> c < ' ')) {
        throw new DataException(where + ": '" + shown(name.strip()) + "' cannot be a class name");
      }
      if (!seen.add(name.toLowerCase(Locale.ROOT))) {
        throw new DataException(
            where + ": class '" + shown(name) + "' appears twice (but for case)");
      }
    }
  }
}
