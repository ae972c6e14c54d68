package io.residua.data.internal;

import io.residua.data.DataException;
import io.residua.data.OpenedData;
import io.residua.internal.AtomicFiles;
import io.residua.internal.CsvCell;
import io.residua.internal.IoReasons;
import io.residua.internal.ReadableFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A list of pictures to leave out: a CSV file with the columns {@code path,reason}. */
public final class Quarantine {
  private static final List<String> HEADER = List.of("path", "reason");

  private Quarantine() {}

  /** Writes names of samples and why they are left out. */
  public static void write(Path file, Map<String, String> reasonByName) {
    StringBuilder text = new StringBuilder(String.join(",", HEADER)).append("\r\n");
    reasonByName.forEach(
        (name, reason) -> text.append(CsvCell.row(List.of(name, reason))).append("\r\n"));
    AtomicFiles.write(file, text.toString());
  }

  /**
   * Reads the names, for {@link OpenedData#without}.
   *
   * @throws DataException naming the file and the line
   */
  public static Set<String> read(Path file) {
    try (BufferedReader in = ReadableFiles.reader(file)) {
      Csv csv = new Csv(in, ',');
      if (!HEADER.equals(csv.next())) {
        throw new DataException("expected the header " + String.join(",", HEADER));
      }
      Set<String> names = new TreeSet<>();
      for (List<String> row = csv.next(); row != null; row = csv.next()) {
        if (row.size() != HEADER.size()) {
          throw new DataException("line " + csv.rowLine() + ": " + row.size() + " fields, not 2");
        }
        names.add(row.get(0));
      }
      return names;
    } catch (DataException e) {
      throw new DataException(file + ": " + e.getMessage(), e);
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read: " + IoReasons.of(e), e);
    }
  }
}
