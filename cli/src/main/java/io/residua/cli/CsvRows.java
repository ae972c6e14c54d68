package io.residua.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.internal.CsvCell;
import java.util.ArrayList;
import java.util.List;

/** RFC 4180 in UTF-8 with a header line, safe to open in a spreadsheet ({@link CsvCell}). */
record CsvRows(List<String> columns) implements RowFormat {
  CsvRows {
    columns = List.copyOf(columns);
  }

  @Override
  public String header() {
    return line(columns);
  }

  @Override
  public String row(ObjectNode values) {
    return line(columns.stream().map(c -> text(values.path(c))).toList());
  }

  private static String text(JsonNode value) {
    return value.isTextual() ? CsvCell.defused(value.textValue()) : value.asText();
  }

  private static String line(List<String> cells) {
    return CsvCell.row(cells) + "\n";
  }

  @Override
  public boolean mayBegin(String text) {
    return header().startsWith(text);
  }

  @Override
  public boolean isWhole(String text) {
    return text.chars().filter(c -> c == '"').count() % 2 == 0;
  }

  @Override
  public Row parse(String row) {
    List<String> cells = cells(row.substring(0, row.length() - 1));
    if (cells.size() != columns.size()) {
      throw new IllegalArgumentException("has " + cells.size() + " cells, not " + columns.size());
    }
    return new Row(
        CsvCell.original(cells.get(columns.indexOf("path"))),
        cells.get(columns.indexOf("model")),
        cells.get(columns.indexOf("error")));
  }

  private static List<String> cells(String row) {
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < row.length(); i++) {
      char c = row.charAt(i);
      if (c == '"') {
        boolean doubled = quoted && i + 1 < row.length() && row.charAt(i + 1) == '"';
        if (doubled) {
          cell.append('"');
          i++;
        } else {
          quoted = !quoted;
        }
      } else if (c == ',' && !quoted) {
        cells.add(cell.toString());
        cell.setLength(0);
      } else {
        cell.append(c);
      }
    }
    cells.add(cell.toString());
    return cells;
  }
}
