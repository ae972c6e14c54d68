package io.residua.data;

import io.residua.IoReasons;
import io.residua.ReadableFiles;
import io.residua.Text;
import io.residua.data.ListFormat.Columns;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Sets listed in a CSV file, in its own dialect, with columns for the path, the label and, if
 * wanted, the split. A line that is no good costs its picture, not the list.
 */
final class CsvData {
  /** The largest share of lines without a picture and a label of a list that is still believed. */
  private static final double MOST_BAD_LINES = 0.5;

  private record Row(Path path, String name, String label, Part part) {}

  private final Path file;
  private final Path folder;
  private final Map<String, Row> rows = new LinkedHashMap<>();
  private final Map<String, String> otherLabels = new HashMap<>();
  private final Map<String, List<String>> badLines = new LinkedHashMap<>();
  private final Map<Path, Map<String, Path>> byStem = new HashMap<>();
  private int lines;

  private CsvData(Path file) {
    this.file = file;
    this.folder = file.toAbsolutePath().normalize().resolveSibling("");
  }

  static OpenedData open(Path file) {
    CsvData data = new CsvData(file);
    try (BufferedReader in = ListFormat.reader(ReadableFiles.open(file))) {
      data.read(Csv.withSpaces(in, ListFormat.separator(in)));
    } catch (DataException e) {
      throw new DataException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read: " + IoReasons.of(e), e);
    }
    return data.opened();
  }

  private OpenedData opened() {
    int bad = badLines.values().stream().mapToInt(List::size).sum();
    if (rows.isEmpty() || bad > MOST_BAD_LINES * lines) {
      throw new DataException(
          file
              + ": "
              + (bad == 0
                  ? "lists no pictures"
                  : Text.of("%d of %d lines are no good: %s", bad, lines, firstBad())));
    }
    List<String> classes =
        new ArrayList<>(new TreeSet<>(rows.values().stream().map(Row::label).toList()));
    ClassNames.check(file.toString(), classes);
    Map<Part, List<Sample>> samples = new EnumMap<>(Part.class);
    for (Row row : rows.values()) {
      Sample sample =
          new Sample(
              new PictureSource.PictureFile(row.path()), row.name(), classes.indexOf(row.label()));
      samples.computeIfAbsent(row.part(), p -> new ArrayList<>()).add(sample);
    }
    Map<Part, ImageDataset> parts = new EnumMap<>(Part.class);
    samples.forEach((part, list) -> parts.put(part, new ImageDataset(classes, list)));
    List<String> warnings = new ArrayList<>();
    badLines.forEach(
        (reason, where) ->
            warnings.add(
                Text.of(
                    "%s: %s left out, %s; first: %s",
                    file, Text.count(where.size(), "line"), reason, where.get(0))));
    return new OpenedData(file, classes, parts, warnings);
  }

  private String firstBad() {
    Map.Entry<String, List<String>> first = badLines.entrySet().iterator().next();
    return first.getKey() + "; first: " + first.getValue().get(0);
  }

  private void read(Csv csv) throws IOException {
    List<String> header = csv.next();
    if (header == null) {
      throw new DataException("is empty; expected the columns path,label[,split]");
    }
    Columns columns = Columns.of(header);
    for (List<String> fields = csv.next(); fields != null; fields = csv.next()) {
      lines++;
      row(fields, header.size(), columns, "line " + csv.rowLine());
    }
    otherLabels.forEach(
        (name, where) -> {
          rows.remove(name);
          bad("listed with two labels", where);
        });
  }

  private void row(List<String> fields, int expected, Columns columns, String where) {
    if (fields.size() != expected) {
      bad("of another number of fields than the header's " + expected, where);
      return;
    }
    String given = fields.get(columns.path());
    String label = fields.get(columns.label());
    if (given.isEmpty()) {
      bad("without a path", where);
      return;
    }
    if (label.isEmpty()) {
      bad("without a label", where);
      return;
    }
    Part part = columns.split() < 0 ? Part.ALL : Part.named(fields.get(columns.split()));
    if (part == null) {
      bad(
          "of a split that is none (train, validation or test)",
          where + ", '" + fields.get(columns.split()) + "'");
      return;
    }
    Path picture = picture(given, where);
    String name = folder.relativize(picture).toString().replace('\\', '/');
    Row before = rows.putIfAbsent(name, new Row(picture, name, label, part));
    if (before == null) {
      return;
    }
    if (!before.label().equals(label)) {
      otherLabels.putIfAbsent(name, where + ", '" + name + "'");
    } else if (before.part() != part) {
      throw new DataException(
          Text.of(
              "%s: '%s' is listed in two parts, %s and %s",
              where, name, before.part().label(), part.label()));
    } else {
      bad("a repetition", where + ", '" + name + "'");
    }
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
    Map<String, Path> pictures = byStem.computeIfAbsent(parent, CsvData::stems);
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
      throw new DataException(where + ": '" + name.strip() + "' is no path", e);
    }
    if (!picture.startsWith(folder) || picture.equals(folder)) {
      throw new DataException(where + ": '" + name + "' lies outside the data folder");
    }
    return picture;
  }
}
