package io.residua.report;

import io.residua.Text;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How a training went.
 *
 * @param columns the values of each column of {@code history.csv} by its name, an epoch after the
 *     other
 * @param epochs how many there are
 */
record History(Map<String, double[]> columns, int epochs) {

  /**
   * Reads the file; empty where there is none.
   *
   * @throws ReportException naming the file and the line
   */
  static History read(Path file) {
    List<String> lines = RunFiles.text(file).lines().filter(l -> !l.isBlank()).toList();
    if (lines.isEmpty()) {
      return new History(Map.of(), 0);
    }
    String[] names = lines.get(0).split(",", -1);
    List<double[]> rows = new ArrayList<>();
    for (int i = 1; i < lines.size(); i++) {
      rows.add(row(file, i + 1, lines.get(i).split(",", -1), names.length));
    }
    Map<String, double[]> columns = new LinkedHashMap<>();
    for (int c = 0; c < names.length; c++) {
      int column = c;
      columns.put(names[c].strip(), rows.stream().mapToDouble(r -> r[column]).toArray());
    }
    return new History(columns, rows.size());
  }

  private static double[] row(Path file, int line, String[] fields, int expected) {
    if (fields.length != expected) {
      throw new ReportException(
          Text.of("%s: line %d: %d fields, expected %d", file, line, fields.length, expected));
    }
    try {
      return Arrays.stream(fields)
          .mapToDouble(f -> f.isBlank() ? Double.NaN : Double.parseDouble(f))
          .toArray();
    } catch (NumberFormatException e) {
      throw new ReportException(Text.of("%s: line %d: not a number", file, line), e);
    }
  }

  /** The values of a column; all NaN where there is none. */
  double[] column(String name) {
    double[] values = columns.get(name);
    if (values == null) {
      values = new double[epochs];
      Arrays.fill(values, Double.NaN);
    }
    return values;
  }

  /** 1 to the number of epochs. */
  double[] numbers() {
    double[] numbers = new double[epochs];
    Arrays.setAll(numbers, i -> i + 1.0);
    return numbers;
  }
}
