package io.residua.report.internal;

import io.residua.internal.Text;
import io.residua.page.Svg;
import java.util.List;

/** A confusion matrix as a picture: rows are true classes, columns the answers. */
final class ConfusionChart {
  /** With more classes a cell is too small to read. */
  static final int MOST_CLASSES = 30;

  private static final int MOST_WITH_NUMBERS = 12;
  private static final double WIDTH = 340;
  private static final double LETTER = 6.3;
  private static final int NAME_LENGTH = 14;
  private static final double TITLE = 16;

  private final List<String> names;
  private final int[][] counts;
  private final boolean shares;

  /**
   * @param counts at most {@link #MOST_CLASSES} rows
   * @param shares whether cells say the share of the true class instead of the count
   */
  ConfusionChart(List<String> names, int[][] counts, boolean shares) {
    this.names = names.stream().map(n -> Svg.cut(n, NAME_LENGTH)).toList();
    this.counts = counts;
    this.shares = shares;
  }

  String svg() {
    int k = names.size();
    double letters = names.stream().mapToInt(String::length).max().orElse(1) * LETTER;
    double left = TITLE + letters + 8;
    double cell = Math.min(90, (WIDTH - left - 4) / k);
    boolean level = letters < cell - 4;
    double slanted = Math.sqrt(0.5) * letters;
    double top = TITLE + (level ? 18 : slanted + 12);
    double width = Math.max(WIDTH, left + k * cell + (level ? 0 : 4));
    Svg svg =
        new Svg(
            width,
            top + k * cell + 4,
            shares ? "Confusion matrix, shares of the true class" : "Confusion matrix, counts");
    svg.text(left + k * cell / 2, 11, "answer", "soft middle");
    svg.turned(11, top + k * cell / 2, -90, "truth", "soft middle");
    for (int t = 0; t < k; t++) {
      svg.text(left - 6, top + (t + 0.5) * cell + 4, names.get(t), "end");
      double x = left + (t + 0.5) * cell;
      if (level) {
        svg.text(x, top - 6, names.get(t), "middle");
      } else {
        // Names lean to the left, so that the last one stays within the picture.
        svg.turned(x + 4, top - 6, 45, names.get(t), "end");
      }
      int support = 0;
      for (int count : counts[t]) {
        support += count;
      }
      for (int p = 0; p < k; p++) {
        cell(svg, left + p * cell, top + t * cell, cell, t == p, counts[t][p], support);
      }
    }
    return svg.end();
  }

  private void cell(
      Svg svg, double x, double y, double side, boolean right, int count, int support) {
    double share = support == 0 ? 0 : (double) count / support;
    double opacity = count == 0 ? 0 : 0.12 + 0.78 * share;
    svg.rect(x + 0.5, y + 0.5, side - 1, side - 1, "cell", 1);
    svg.rect(x + 0.5, y + 0.5, side - 1, side - 1, right ? "right" : "wrong", opacity);
    if (names.size() <= MOST_WITH_NUMBERS && (count > 0 || !shares)) {
      String text = shares ? short3(share) : Integer.toString(count);
      String size = side < text.length() * LETTER + 2 ? "middle tiny" : "middle";
      svg.text(x + side / 2, y + side / 2 + 4, text, count == 0 ? "soft " + size : size);
    }
  }

  /** For instance {@code .96} or {@code 1.00}. */
  private static String short3(double share) {
    String text = Text.of("%.2f", share);
    return text.startsWith("0") ? text.substring(1) : text;
  }
}
