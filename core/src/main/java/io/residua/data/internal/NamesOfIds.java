package io.residua.data.internal;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.data.DataException;
import io.residua.data.ImageDataset;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.Sample;
import io.residua.internal.IoReasons;
import io.residua.internal.Nearest;
import io.residua.internal.Printable;
import io.residua.internal.ReadableFiles;
import io.residua.internal.StrictJson;
import io.residua.internal.Text;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the classes of a set are called that has them as numbers or other ids, in file order. */
final class NamesOfIds {
  private static final List<String> ID_COLUMNS =
      List.of(
          "class_id",
          "label_id",
          "category_id",
          "target_id",
          "id",
          "class_index",
          "class_idx",
          "index",
          "idx",
          "class_number",
          "number",
          "code",
          "label",
          "class",
          "category",
          "target");

  private static final List<String> NAME_COLUMNS =
      List.of(
          "name",
          "class_name",
          "label_name",
          "category_name",
          "sign_name",
          "names",
          "title",
          "label",
          "class",
          "category",
          "description");

  private static final Pattern NUMBER = Pattern.compile("0*(\\d+)(\\.0+)?");
  private static final long MAX_BYTES = 10_000_000;

  private final Path file;
  private final Map<String, String> names = new LinkedHashMap<>();

  private NamesOfIds(Path file) {
    this.file = file;
  }

  /**
   * Reads a file.
   *
   * @throws DataException with one line that names the file, if it can't be read, gives an id two
   *     names or two ids one, or names nothing
   */
  static NamesOfIds read(Path file) {
    NamesOfIds read = new NamesOfIds(file);
    try (BufferedReader in = ListFormat.reader(ReadableFiles.open(file))) {
      if (Files.size(file) > MAX_BYTES) {
        throw new DataException("too long for names of classes");
      }
      String name = PictureFiles.fileName(file).toLowerCase(Locale.ROOT);
      if (name.endsWith(".json")) {
        read.json(in);
      } else {
        read.table(in, name.endsWith(".csv") || name.endsWith(".tsv"));
      }
      if (read.names.isEmpty()) {
        throw new DataException("names no classes");
      }
      String problem = ClassNames.problem(List.copyOf(read.names.values()));
      if (!problem.isEmpty()) {
        throw new DataException(problem);
      }
    } catch (DataException e) {
      throw new DataException(file + ": " + e.getMessage(), e);
    } catch (UncheckedIOException e) {
      String reason = IoReasons.of(requireNonNull(e.getCause()));
      throw new DataException(file + ": cannot be read: " + reason, e);
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read: " + IoReasons.of(e), e);
    }
    return read;
  }

  /**
   * A set with its classes called by these names, in the order of the file.
   *
   * @throws DataException if a class of the set has no name
   */
  OpenedData of(OpenedData data) {
    List<String> order = List.copyOf(names.keySet());
    Map<String, Integer> places = new HashMap<>();
    order.forEach(id -> places.put(id, places.size()));
    List<Integer> found = new ArrayList<>();
    for (String id : data.classes()) {
      Integer place = places.get(key(id));
      if (place == null) {
        throw nameless(id);
      }
      found.add(place);
    }
    List<Integer> used = found.stream().distinct().sorted().toList();
    List<String> classes = used.stream().map(p -> names.getOrDefault(order.get(p), "")).toList();
    int[] labels = found.stream().mapToInt(used::indexOf).toArray();
    Map<Part, ImageDataset> parts = new EnumMap<>(Part.class);
    data.parts()
        .forEach(
            (part, set) ->
                parts.put(
                    part,
                    new ImageDataset(
                        classes,
                        set.samples().stream()
                            .map(s -> new Sample(s.source(), s.name(), labels[s.label()]))
                            .toList())));
    return new OpenedData(data.root(), classes, parts, data.warnings());
  }

  private DataException nameless(String id) {
    List<String> ids = List.copyOf(names.keySet());
    return new DataException(
        Text.of(
            "%s: has no name for class '%s' (it names %s: %s)%s",
            file,
            Printable.shortened(id, 40),
            Text.count(ids.size(), "id"),
            ClassFolders.list(ids),
            names.containsValue(id) ? "; the set has names already" : Nearest.meant(id, ids)));
  }

  /** {@code 7}, {@code 007} and {@code 7.0} are one id. */
  private static String key(String id) {
    Matcher number = NUMBER.matcher(id.strip());
    return number.matches() ? number.group(1) : id.strip();
  }

  private void put(String id, String name, String where) {
    if (id.isBlank()) {
      throw new DataException(where + ": has no id");
    }
    if (name.isBlank()) {
      return;
    }
    String before = names.putIfAbsent(key(id), name.strip());
    if (before != null) {
      throw new DataException(
          Text.of(
              "%s: id '%s' is given twice, as '%s' and as '%s'",
              where,
              Printable.shortened(id, 40),
              Printable.shortened(before, 40),
              Printable.shortened(name.strip(), 40)));
    }
  }

  private void json(BufferedReader in) throws IOException {
    JsonNode value;
    try {
      value = StrictJson.parse(in.lines().reduce("", (a, b) -> a + "\n" + b));
    } catch (IllegalArgumentException e) {
      throw new DataException("is no JSON: " + e.getMessage(), e);
    }
    if (value.isArray()) {
      for (int i = 0; i < value.size(); i++) {
        put(Integer.toString(i), text(value.get(i)), "element " + i);
      }
    } else if (value.isObject()) {
      value.properties().forEach(e -> put(e.getKey(), text(e.getValue()), "'" + e.getKey() + "'"));
    } else {
      throw new DataException("expected a JSON object of ids and names, or an array of names");
    }
  }

  private static String text(JsonNode value) {
    if (!value.isTextual()) {
      throw new DataException("expected a JSON object of ids and names, or an array of names");
    }
    return value.asText();
  }

  /**
   * A table with a column of ids and one of names, or lines.
   *
   * @param named whether the file is called as tables are
   */
  private void table(BufferedReader in, boolean named) throws IOException {
    List<String> lines = in.lines().toList();
    StringBuilder text = new StringBuilder();
    lines.forEach(line -> text.append(line).append('\n'));
    StringReader reader = new StringReader(text.toString());
    Csv csv = Csv.withSpaces(reader, ListFormat.separator(reader));
    List<String> header = csv.next();
    if (header == null) {
      return;
    }
    int id = ListFormat.find(header, ID_COLUMNS, Set.of());
    int name = ListFormat.find(header, NAME_COLUMNS, id < 0 ? Set.of() : Set.of(id));
    boolean numbered = header.size() == 2 && NUMBER.matcher(header.get(0)).matches();
    if (numbered) {
      put(header.get(0), header.get(1), "line 1");
      rows(csv, header.size(), 0, 1);
    } else if (header.size() > 1 && id >= 0 && (name >= 0 || header.size() == 2)) {
      rows(csv, header.size(), id, name >= 0 ? name : 1 - id);
    } else if (named && header.size() > 1) {
      throw new DataException(
          Text.of(
              "has no column of ids and one of names (its columns: %s; expected for instance"
                  + " ClassId,Name)",
              Printable.shortened(String.join(", ", header), 500)));
    } else {
      lines(lines, named && name >= 0 ? 1 : 0);
    }
  }

  private void rows(Csv csv, int fields, int id, int name) throws IOException {
    for (List<String> row = csv.next(); row != null; row = csv.next()) {
      String where = "line " + csv.rowLine();
      if (row.size() != fields) {
        throw new DataException(
            Text.of("%s: has %s, the header %d", where, Text.count(row.size(), "field"), fields));
      }
      put(row.get(id), row.get(name), where);
    }
  }

  private void lines(List<String> lines, int from) {
    for (int i = from; i < lines.size(); i++) {
      put(Integer.toString(i - from), lines.get(i), "line " + (i + 1));
    }
  }
}
