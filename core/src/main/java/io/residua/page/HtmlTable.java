package io.residua.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A table of an {@link HtmlPage}, which scrolls where it is wider than the screen. Cells are text;
 * the first column is to the left, the others are to the right.
 */
public final class HtmlTable {
  private final List<String> header;
  private Set<Integer> left = Set.of();
  private final List<Row> rows = new ArrayList<>();

  private record Row(List<String> cells, boolean best) {}

  public HtmlTable(String... header) {
    this.header = List.of(header);
  }

  public HtmlTable(String first, List<String> others) {
    this.header = joined(first, others);
  }

  private static List<String> joined(String first, List<String> others) {
    return Stream.concat(Stream.of(first), others.stream()).toList();
  }

  /** Other columns, from 0, that are to the left, for they hold words. */
  public HtmlTable left(Integer... columns) {
    left = Set.of(columns);
    return this;
  }

  /** Adds a row; cells that are missing at its end stay away. */
  public HtmlTable row(String... cells) {
    return row(false, cells);
  }

  public HtmlTable row(String first, List<String> others) {
    rows.add(new Row(joined(first, others), false));
    return this;
  }

  /**
   * Adds a row.
   *
   * @param best whether it is set off
   */
  public HtmlTable row(boolean best, String... cells) {
    rows.add(new Row(List.of(cells), best));
    return this;
  }

  String html() {
    StringBuilder html = new StringBuilder("<div class=\"wide\"><table>\n");
    append(html, new Row(header, false), "th");
    rows.forEach(row -> append(html, row, "td"));
    return html.append("</table></div>\n").toString();
  }

  private void append(StringBuilder html, Row row, String tag) {
    html.append(row.best ? "<tr class=\"best\">" : "<tr>");
    for (int c = 0; c < row.cells.size(); c++) {
      html.append('<').append(tag).append(left.contains(c) ? " class=\"text\">" : ">");
      html.append(HtmlPage.escaped(row.cells.get(c))).append("</").append(tag).append('>');
    }
    html.append("</tr>\n");
  }
}
