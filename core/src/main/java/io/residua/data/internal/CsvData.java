package io.residua.data.internal;

import io.residua.data.DataException;
import io.residua.data.DataReading;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.internal.ListFormat.Columns;
import io.residua.data.internal.ListFormat.Names;
import io.residua.internal.IoReasons;
import io.residua.internal.Printable;
import io.residua.internal.ReadableFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * Sets listed in a CSV file, in its own dialect, with columns for the path, the label and, if
 * wanted, the split.
 */
final class CsvData {
  private CsvData() {}

  static OpenedData open(Path file, DataReading reading) {
    ListedPictures list = new ListedPictures(file, file.toAbsolutePath().resolveSibling(""));
    read(file, Names.of(reading), path -> Part.ALL, list);
    return ListedPictures.opened(file, List.of(list), List.of());
  }

  /**
   * Reads a list.
   *
   * @param names of its columns
   * @param part of the picture with a path, where the list has no column for it
   * @throws DataException with one line that names the file, if it can't be read or lacks a column
   */
  static void read(Path file, Names names, Function<String, Part> part, ListedPictures list) {
    try (BufferedReader in = ListFormat.reader(ReadableFiles.open(file))) {
      read(Csv.withSpaces(in, ListFormat.separator(in)), names, part, list);
    } catch (DataException e) {
      throw new DataException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read: " + IoReasons.of(e), e);
    }
  }

  private static void read(Csv csv, Names names, Function<String, Part> part, ListedPictures list)
      throws IOException {
    List<String> header = csv.next();
    if (header == null) {
      throw new DataException("is empty; expected the columns path,label[,split]");
    }
    Columns columns = Columns.of(header, names);
    for (List<String> fields = csv.next(); fields != null; fields = csv.next()) {
      String where = "line " + csv.rowLine();
      if (fields.size() != header.size()) {
        list.addBad("of another number of fields than the header's " + header.size(), where);
        continue;
      }
      String path = fields.get(columns.path());
      Part named = columns.split() < 0 ? part.apply(path) : Part.named(fields.get(columns.split()));
      if (named == null) {
        list.addBad(
            "of a split that is none (train, validation or test)",
            where + ", '" + Printable.line(fields.get(columns.split())) + "'");
        continue;
      }
      list.add(path, fields.get(columns.label()), named, where);
    }
  }
}
