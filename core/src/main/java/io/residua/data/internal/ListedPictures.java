package io.residua.data.internal;

import io.residua.data.DataException;
import io.residua.data.ImageDataset;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.PictureSource;
import io.residua.data.Sample;
import io.residua.internal.Printable;
import io.residua.internal.Text;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** The pictures of a list, line by line. A line that is no good costs its picture, not the list. */
final class ListedPictures {
  /** The largest share of lines without a picture and a label of a list that is still believed. */
  private static final double MOST_BAD_LINES = 0.5;

  private record Row(Path path, String name, String label, Part part) {}

  private final Path file;
  private final Path folder;
  private final Path root;
  private final Map<String, Row> rows = new LinkedHashMap<>();
  private final Map<String, String> otherLabels = new HashMap<>();
  private final Map<String, List<String>> badLines = new LinkedHashMap<>();
  private final Map<Path, Map<String, Path>> byStem = new HashMap<>();
  private int lines;

  /**
   * A list without lines.
   *
   * @param file the list, whose folder its paths begin in and never leave
   * @param root the folder that the pictures' names begin in
   */
  ListedPictures(Path file, Path root) {
    this.file = file;
    this.folder = file.toAbsolutePath().normalize().resolveSibling("");
    this.root = root.toAbsolutePath().normalize();
  }

  /**
   * The set that lists make, each read to its end.
   *
   * @throws DataException with one line, if one lists no pictures or is mostly no good, or the
   *     labels are no names of classes
   */
  static OpenedData opened(Path root, List<ListedPictures> lists, List<String> notes) {
    TreeSet<String> labels = new TreeSet<>();
    List<String> warnings = new ArrayList<>(notes);
    for (ListedPictures list : lists) {
      list.requireGood();
      list.rows.values().forEach(row -> labels.add(row.label()));
      list.badLines.forEach(
          (reason, where) ->
              warnings.add(
                  Text.of(
                      "%s: %s left out, %s; first: %s",
                      list.file, Text.count(where.size(), "line"), reason, where.get(0))));
    }
    List<String> classes = new ArrayList<>(labels);
    ClassNames.checkLabels(root.toString(), classes);
    Map<Part, List<Sample>> samples = new EnumMap<>(Part.class);
    for (ListedPictures list : lists) {
      for (Row row : list.rows.values()) {
        int label = Collections.binarySearch(classes, row.label());
        samples
            .computeIfAbsent(row.part(), p -> new ArrayList<>())
            .add(new Sample(new PictureSource.PictureFile(row.path()), row.name(), label));
      }
    }
    Map<Part, ImageDataset> parts = new EnumMap<>(Part.class);
    samples.forEach((part, list) -> parts.put(part, new ImageDataset(classes, list)));
    return new OpenedData(root, classes, parts, warnings);
  }

  private void requireGood() {
    otherLabels.forEach(
        (name, where) -> {
          rows.remove(name);
          bad("listed with two labels", where);
        });
    otherLabels.clear();
    int bad = badLines.values().stream().mapToInt(List::size).sum();
    if (rows.isEmpty() || bad > MOST_BAD_LINES * lines) {
      throw new DataException(
          file
              + ": "
              + (bad == 0
                  ? "lists no pictures"
                  : Text.of("%d of %d lines are no good: %s", bad, lines, firstBad())));
    }
  }

  private String firstBad() {
    Map.Entry<String, List<String>> first = badLines.entrySet().iterator().next();
    return first.getKey() + "; first: " + first.getValue().get(0);
  }

  /**
   * Takes a line.
   *
   * @param where it stands, for messages
   * @throws DataException if the path is none or leaves the folder, or the picture is in two parts
   */
  void add(String given, String label, Part part, String where) {
    lines++;
    if (given.isEmpty() || label.isEmpty()) {
      bad(given.isEmpty() ? "without a path" : "without a label", where);
      return;
    }
    Path picture = picture(given, where);
    String name = root.relativize(picture).toString().replace('\\', '/');
    Row before = rows.putIfAbsent(name, new Row(picture, name, label, part));
    if (before == null) {
      return;
    }
    if (!before.label().equals(label)) {
      otherLabels.putIfAbsent(name, where + ", '" + Printable.line(name) + "'");
    } else if (before.part() != part) {
      throw new DataException(
          Text.of(
              "%s: '%s' is listed in two parts, %s and %s",
              where, Printable.line(name), before.part().label(), part.label()));
    } else {
      bad("a repetition", where + ", '" + Printable.line(name) + "'");
    }
  }

  /** Takes a line that is no good. */
  void addBad(String reason, String where) {
    lines++;
    bad(reason, where);
  }

  private void bad(String reason, String where) {
    badLines.computeIfAbsent(reason, r -> new ArrayList<>()).add(where);
  }

  /**
   * A file that may not be there: whoever reads the pictures counts it with the unreadable ones.
   */
  private Path picture(String given, String where) {
    Path literal = inside(given, where);
    if (Files.exists(literal)) {
      return literal;
    }
    Path slashes = inside(given.replace('\\', '/'), where);
    return Files.exists(slashes) ? slashes : withSuffix(slashes).orElse(slashes);
  }

  /** The one picture in its folder that has this name and a suffix. */
  private Optional<Path> withSuffix(Path path) {
    Path parent = path.getParent();
    if (parent == null || !Files.isDirectory(parent)) {
      return Optional.empty();
    }
    Map<String, Path> pictures = byStem.computeIfAbsent(parent, ListedPictures::stems);
    return Optional.ofNullable(pictures.get(PictureFiles.fileName(path)))
        .filter(found -> !found.equals(path));
  }

  /** Pictures by their names without suffix; a name that several have leads to itself. */
  private static Map<String, Path> stems(Path folder) {
    Map<String, Path> stems = new HashMap<>();
    for (PictureFiles.Found entry : PictureFiles.entries(folder)) {
      String name = entry.name();
      int dot = name.lastIndexOf('.');
      if (dot > 0 && PictureFiles.isNamedAsPicture(name)) {
        String stem = name.substring(0, dot);
        stems.merge(stem, entry.path(), (a, b) -> folder.resolve(stem));
      }
    }
    return stems;
  }

  private Path inside(String name, String where) {
    Path picture;
    try {
      picture = folder.resolve(name).normalize();
    } catch (InvalidPathException e) {
      throw new DataException(where + ": '" + Printable.line(name.strip()) + "' is no path", e);
    }
    if (!picture.startsWith(folder) || picture.equals(folder)) {
      throw new DataException(
          where + ": '" + Printable.line(name) + "' lies outside the data folder");
    }
    return picture;
  }
}
