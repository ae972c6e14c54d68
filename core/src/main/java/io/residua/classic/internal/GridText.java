package io.residua.classic.internal;

import io.residua.internal.Text;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** A grid search as a table for the terminal. */
final class GridText {
  private GridText() {}

  private static String kind(GridSearch.Row row) {
    return row.spec().toJson().path("classifier").asText();
  }

  static String of(GridSearch search) {
    Set<String> names = new LinkedHashSet<>();
    search.rows().forEach(row -> names.addAll(row.spec().settings().keySet()));
    List<GridSearch.Row> sorted = new ArrayList<>(search.rows());
    sorted.sort(Comparator.comparingInt(GridSearch.Row::rank));
    List<List<String>> table = new ArrayList<>();
    boolean mixed = search.rows().stream().map(GridText::kind).distinct().count() > 1;
    List<String> header = new ArrayList<>(List.of("rank", "mean", "std"));
    if (mixed) {
      header.add("classifier");
    }
    header.addAll(names);
    header.add("fit s");
    table.add(header);
    for (GridSearch.Row row : sorted) {
      List<String> line = new ArrayList<>();
      line.add(Integer.toString(row.rank()));
      line.add(Text.of("%.4f", row.mean()));
      line.add(Text.of("%.4f", row.standardDeviation()));
      if (mixed) {
        line.add(kind(row));
      }
      names.forEach(name -> line.add(row.spec().settings().getOrDefault(name, "")));
      line.add(Text.of("%.2f", row.fitSeconds()));
      table.add(line);
    }
    StringBuilder text = new StringBuilder();
    for (List<String> line : table) {
      for (int c = 0; c < line.size(); c++) {
        int column = c;
        int width = table.stream().mapToInt(l -> l.get(column).length()).max().orElse(0);
        text.append(c == 0 ? "" : "  ");
        text.append(" ".repeat(width - line.get(c).length())).append(line.get(c));
      }
      text.append('\n');
    }
    return text.toString();
  }
}
