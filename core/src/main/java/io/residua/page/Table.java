package io.residua.page;

import io.residua.internal.CsvCell;
import io.residua.internal.Printable;
import io.residua.internal.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Rows of cells under a header, as text, CSV or Markdown.
 *
 * @param header names of the columns
 * @param rows each as long as the header
 */
public record Table(List<String> header, List<List<String>> rows) {
  public Table {
    header = List.copyOf(header);
    rows = rows.stream().map(List::copyOf).toList();
    for (List<String> row : rows) {
      if (row.size() != header.size()) {
        throw new IllegalArgumentException(Text.of("a row of %d cells", row.size()));
      }
    }
  }

  /** Columns of equal width, the first one to the left, numbers to the right. */
  public String toText() {
    List<List<String>> all = new ArrayList<>(List.of(header));
    rows.forEach(row -> all.add(row.stream().map(Printable::escaped).toList()));
    int[] widths =
        IntStream.range(0, header.size())
            .map(c -> all.stream().mapToInt(row -> row.get(c).length()).max().orElse(0))
            .toArray();
    StringBuilder text = new StringBuilder();
    for (List<String> row : all) {
      StringBuilder line = new StringBuilder();
      for (int c = 0; c < widths.length; c++) {
        String cell = row.get(c);
        line.append(c == 0 ? Text.left(cell, widths[c]) : "  " + Text.right(cell, widths[c]));
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  /** CSV by RFC 4180 with a header line, safe to open in a spreadsheet ({@link CsvCell}). */
  public String toCsv() {
    List<List<String>> all = new ArrayList<>(List.of(header));
    all.addAll(rows);
    return all.stream()
        .map(row -> CsvCell.row(row.stream().map(CsvCell::defused).toList()) + "\n")
        .collect(Collectors.joining());
  }

  /** A Markdown table. */
  public String toMarkdown() {
    StringBuilder text = new StringBuilder(markdown(header));
    text.append(markdown(header.stream().map(h -> "---").toList()));
    rows.forEach(row -> text.append(markdown(row)));
    return text.toString();
  }

  private static String markdown(List<String> cells) {
    return cells.stream()
        .map(cell -> cell.replace("|", "\\|").replace("*", "\\*"))
        .collect(Collectors.joining(" | ", "| ", " |\n"));
  }

  /** A number for a cell; empty where it is none. */
  public static String number(double value, int digits) {
    return Double.isFinite(value) ? Text.decimals(value, digits) : "";
  }
}
