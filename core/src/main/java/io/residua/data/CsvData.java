package io.residua.data;

import io.residua.IoReasons;
import io.residua.ReadableFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Sets listed in a CSV or TSV file with the columns path, label and, if wanted, split. */
final class CsvData {
  private CsvData() {}

  private record Row(Path path, String name, String label, Part part) {}

  static OpenedData open(Path file) {
    List<Row> rows;
    try (BufferedReader in = ReadableFiles.reader(file)) {
      in.mark(1 << 16);
      char[] start = new char[1 << 12];
      int read = Math.max(0, in.read(start));
      in.reset();
      if (read > 0 && start[0] == '\ufeff') {
        in.skip(1);
      }
      String header = new String(start, 0, read).lines().findFirst().orElse("");
      rows = rows(file, new Csv(in, header.indexOf('\t') >= 0 ? '\t' : ','));
    } catch (DataException e) {
      throw new DataException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read: " + IoReasons.of(e), e);
    }
    if (rows.isEmpty()) {
      throw new DataException(file + ": lists no pictures");
    }
    List<String> classes = new ArrayList<>(new TreeSet<>(rows.stream().map(Row::label).toList()));
    ClassNames.check(file.toString(), classes);
    Map<Part, List<Sample>> samples = new EnumMap<>(Part.class);
    for (Row row : rows) {
      Sample sample =
          new Sample(
              new PictureSource.PictureFile(row.path()), row.name(), classes.indexOf(row.label()));
      samples.computeIfAbsent(row.part(), p -> new ArrayList<>()).add(sample);
    }
    Map<Part, ImageDataset> parts = new EnumMap<>(Part.class);
    samples.forEach((part, list) -> parts.put(part, new ImageDataset(classes, list)));
    return new OpenedData(file, classes, parts, List.of());
  }

  private static List<Row> rows(Path file, Csv csv) throws IOException {
    List<String> header = csv.next();
    if (header == null) {
      throw new DataException("is empty; expected the columns path,label[,split]");
    }
    int path = header.indexOf("path");
    int label = header.indexOf("label");
    int split = header.indexOf("split");
    if (path < 0 || label < 0) {
      String missing = path < 0 ? "path" : "label";
      throw new DataException("has no column '" + missing + "' (expected path,label[,split])");
    }
    Path folder = file.toAbsolutePath().normalize().resolveSibling("");
    Set<String> seen = new HashSet<>();
    List<Row> rows = new ArrayList<>();
    for (List<String> fields = csv.next(); fields != null; fields = csv.next()) {
      String where = "line " + csv.rowLine() + ": ";
      if (fields.size() != header.size()) {
        throw new DataException(where + fields.size() + " fields, expected " + header.size());
      }
      if (fields.get(label).isBlank()) {
        throw new DataException(where + "no label");
      }
      Part part = split < 0 ? Part.ALL : Part.named(fields.get(split));
      if (part == null) {
        throw new DataException(
            where + "'" + fields.get(split) + "' is no split (train, validation or test)");
      }
      Path picture = inside(folder, fields.get(path), where);
      String name = folder.relativize(picture).toString().replace('\\', '/');
      if (!seen.add(name)) {
        throw new DataException(where + "'" + name + "' is listed twice");
      }
      rows.add(new Row(picture, name, fields.get(label), part));
    }
    return rows;
  }

  private static Path inside(Path folder, String name, String where) {
    Path picture;
    try {
      picture = folder.resolve(name).normalize();
    } catch (InvalidPathException e) {
      throw new DataException(where + "'" + name.strip() + "' is no path", e);
    }
    if (!picture.startsWith(folder) || picture.equals(folder)) {
      throw new DataException(where + "'" + name + "' lies outside the data folder");
    }
    if (!Files.exists(picture)) {
      throw new DataException(where + "'" + name + "' does not exist");
    }
    return picture;
  }
}
