package io.residua.data.internal;

import io.residua.data.DataException;
import io.residua.data.Part;
import io.residua.data.internal.PictureFiles.Found;
import io.residua.internal.Text;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where the class folders of a set lie. Folders are taken for parts where their names and what is
 * in them say so; where either reading is possible the set is refused, for a part that is trained
 * as a class gives a model that looks right and knows nothing.
 *
 * @param folder the folder whose folders are the parts or the classes: the root, or what it wraps;
 *     as everywhere here, its name is its path in the root
 * @param parts the folders whose folders are the classes of a part; empty if there are no parts
 * @param others folders beside the parts that are none
 * @param notes how an unusual layout was understood, a line each
 */
record FolderLayout(Found folder, Map<Part, Found> parts, List<Found> others, List<String> notes) {
  private static final int DEEPEST = 8;

  /** What is in a folder: pictures, folders with pictures somewhere in them, or neither. */
  private enum Shape {
    PICTURES,
    FOLDERS,
    EMPTY
  }

  /**
   * Looks at the folders.
   *
   * @throws DataException with one line, if folders may be parts as well as classes
   */
  static FolderLayout of(Found root) {
    Found at = root.named("");
    for (int depth = 0; depth < DEEPEST; depth++) {
      Found only = onlyFolder(at);
      if (only == null || !wraps(only)) {
        break;
      }
      at = only;
    }
    List<Found> folders = folders(at);
    Map<Part, Found> parts = parts(at, folders);
    List<Found> others = folders.stream().filter(f -> !parts.containsValue(f)).toList();
    parts.replaceAll((part, folder) -> withoutWrappers(folder));
    return new FolderLayout(
        at, parts, parts.isEmpty() ? List.of() : others, notes(root.path(), at, parts));
  }

  private static List<String> notes(Path root, Found at, Map<Part, Found> parts) {
    boolean plain =
        at.name().isEmpty() && parts.values().stream().allMatch(f -> Part.named(f.name()) != null);
    if (plain) {
      return List.of();
    }
    String wrapper = at.name().isEmpty() ? "" : Text.of("'%s' is taken for the set", at.name());
    String read =
        parts.entrySet().stream()
            .map(e -> Text.of("'%s' for the %s part", e.getValue().name(), e.getKey().label()))
            .collect(Collectors.joining(", "));
    return List.of(
        Text.of(
            "%s: %s",
            root, read.isEmpty() ? wrapper : read.replaceFirst("' for", "' is taken for")));
  }

  /** Whether the only folder there is holds a set, not the pictures of a class. */
  private static boolean wraps(Found folder) {
    List<Found> inside = folders(folder);
    if (shape(folder) != Shape.FOLDERS) {
      return false;
    }
    if (FolderName.of(last(folder)).part() != null) {
      // All parts of a set may lie in a folder that is called "train" itself.
      return inside.stream().map(f -> FolderName.of(last(f)).part()).distinct().count() > 1
          && inside.stream().allMatch(f -> FolderName.of(last(f)).part() != null);
    }
    return inside.size() > 1
        || FolderName.of(last(inside.get(0))).part() != null
        || shape(inside.get(0)) == Shape.FOLDERS;
  }

  /** The folder with the classes of a part, for instance {@code train/train}. */
  private static Found withoutWrappers(Found part) {
    Found at = part;
    for (int depth = 0; depth < DEEPEST; depth++) {
      Found only = onlyFolder(at);
      if (only == null) {
        return at;
      }
      FolderName name = FolderName.of(last(only));
      boolean sameAgain = name.part() != null || last(only).equalsIgnoreCase(last(at));
      boolean set = shape(only) == Shape.FOLDERS && (folders(only).size() > 1 || sameAgain);
      if (!set && !sameAgain) {
        return at;
      }
      at = only;
    }
    return at;
  }

  /** The folders that are parts, empty if the folders are classes. */
  private static Map<Part, Found> parts(Found at, List<Found> folders) {
    List<Found> named = new ArrayList<>();
    for (Found folder : folders) {
      if (namesPart(folder, folders)) {
        named.add(folder);
      }
    }
    if (named.isEmpty()) {
      return new EnumMap<>(Part.class);
    }
    List<Found> others =
        folders.stream()
            .filter(f -> !named.contains(f))
            .filter(f -> !FolderName.of(last(f)).unlabelled() && shape(f) != Shape.EMPTY)
            .toList();
    if (others.isEmpty() || areParts(at, named, others)) {
      return byPart(at, named);
    }
    return new EnumMap<>(Part.class);
  }

  /** Whether the name is a part's, perhaps with a word that a second part has too: seg_train. */
  private static boolean namesPart(Found folder, List<Found> all) {
    FolderName name = FolderName.of(last(folder));
    return name.part() != null
        && (name.rest().isEmpty()
            || (all.size() == 1 && shape(folder) == Shape.FOLDERS)
            || all.stream()
                .map(other -> FolderName.of(last(other)))
                .anyMatch(
                    other ->
                        other.part() != null
                            && other.part() != name.part()
                            && other.rest().equals(name.rest())));
  }

  private static Map<Part, Found> byPart(Found at, List<Found> named) {
    Map<Part, Found> parts = new EnumMap<>(Part.class);
    for (Found folder : named) {
      Part part = FolderName.of(last(folder)).part();
      if (part == null) {
        continue;
      }
      Found other = parts.putIfAbsent(part, folder);
      if (other != null) {
        throw new DataException(
            Text.of(
                "%s: '%s' and '%s' are both %s parts; keep one",
                at.path(), last(other), last(folder), part.label()));
      }
    }
    return parts;
  }

  /**
   * Whether folders with the names of parts are parts though other folders with pictures stand
   * beside them; a train may also be a vehicle.
   */
  private static boolean areParts(Found at, List<Found> named, List<Found> others) {
    Set<@Nullable Part> parts =
        named.stream().map(f -> FolderName.of(last(f)).part()).collect(Collectors.toSet());
    boolean several = parts.contains(Part.TRAIN) && parts.size() > 1;
    List<Found> withFolders = named.stream().filter(f -> shape(f) == Shape.FOLDERS).toList();
    if (withFolders.isEmpty()) {
      if (several) {
        throw ambiguous(at, named, Text.of("hold pictures, as '%s' does", last(others.get(0))));
      }
      return false;
    }
    if (several
        && withFolders.stream().anyMatch(f -> FolderName.of(last(f)).part() == Part.TRAIN)) {
      return true;
    }
    Set<String> inParts = new HashSet<>();
    withFolders.forEach(f -> inParts.addAll(names(f)));
    for (Found other : others) {
      if (shape(other) == Shape.PICTURES) {
        throw ambiguous(
            at, withFolders, Text.of("hold folders, but '%s' holds pictures", last(other)));
      }
      Set<String> both = names(other);
      both.retainAll(inParts);
      if (!both.isEmpty()) {
        throw ambiguous(
            at,
            withFolders,
            Text.of("hold '%s', which '%s' holds too", both.iterator().next(), last(other)));
      }
    }
    return false;
  }

  private static DataException ambiguous(Found at, List<Found> named, String why) {
    String names = ClassFolders.list(named.stream().map(FolderLayout::last).toList());
    String text = named.size() == 1 ? why.replaceFirst("^hold", "holds") : why;
    return new DataException(
        Text.of(
                "%s: %s may be parts or classes: %s %s; rename the classes, or move what is neither"
                    + " train,",
                at.path(), names, named.size() == 1 ? "it" : "they", text)
            + " validation nor test away");
  }

  /** Names of the folders in a folder, in lower case. */
  private static Set<String> names(Found folder) {
    return folders(folder).stream()
        .map(f -> last(f).toLowerCase(Locale.ROOT))
        .collect(Collectors.toSet());
  }

  private static Shape shape(Found folder) {
    if (holdsPictures(folder)) {
      return Shape.PICTURES;
    }
    Set<Path> seen = new HashSet<>();
    Deque<Found> waiting = new ArrayDeque<>(List.of(folder));
    while (!waiting.isEmpty()) {
      Found next = waiting.remove();
      if (!seen.add(next.tree().identity(next.path()))) {
        continue;
      }
      for (Found entry : PictureFiles.entries(next)) {
        if (entry.isFolder()) {
          if (holdsPictures(entry)) {
            return Shape.FOLDERS;
          }
          waiting.add(entry);
        }
      }
    }
    return Shape.EMPTY;
  }

  private static boolean holdsPictures(Found folder) {
    return PictureFiles.entries(folder).stream()
        .anyMatch(e -> e.isFile() && PictureFiles.isPicture(e));
  }

  /** The folder in a folder that has one and no pictures beside it, else null. */
  private static @Nullable Found onlyFolder(Found folder) {
    List<Found> inside = folders(folder);
    return inside.size() == 1 && shape(folder) == Shape.FOLDERS ? inside.get(0) : null;
  }

  /** The folders in a folder, sorted by name, their names from the root on. */
  static List<Found> folders(Found folder) {
    return entries(folder).stream().filter(Found::isFolder).toList();
  }

  /** The entries of a folder, sorted by name, their names from the root on. */
  static List<Found> entries(Found folder) {
    String prefix = folder.name().isEmpty() ? "" : folder.name() + "/";
    return PictureFiles.entries(folder).stream().map(e -> e.named(prefix + e.name())).toList();
  }

  /** A folder's own name. */
  static String last(Found folder) {
    return folder.name().substring(folder.name().lastIndexOf('/') + 1);
  }
}
