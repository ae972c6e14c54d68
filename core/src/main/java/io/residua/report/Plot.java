package io.residua.report;

import io.residua.Text;
import io.residua.page.Svg;
import java.util.ArrayList;
import java.util.List;

/** A small chart with two axes: lines and bars over a grid, a legend below. */
final class Plot {
  private static final double WIDTH = 340;
  private static final double HEIGHT = 224;
  private static final double HALF_DASH = 3;
  private static final double RIGHT = 12;
  private static final double TOP = 10;
  private static final double BOTTOM = 44;
  private static final double LEGEND_LINE = 16;
  private static final double LETTER = 6.3;
  private static final int NAME_LENGTH = 24;

  private final Axis x;
  private final Axis y;
  private final double left;
  private final String label;
  private final List<Entry> legend = new ArrayList<>();
  private final List<Drawing> drawings = new ArrayList<>();

  /**
   * An axis.
   *
   * @param name what is along it; empty where that means nothing, and then it has no numbers
   * @param ticks where lines and numbers are
   * @param digits of the numbers after the point
   */
  record Axis(String name, double from, double to, List<Double> ticks, int digits) {
    /** From 0 to 1. */
    static Axis share(String name) {
      return new Axis(name, 0, 1, List.of(0.0, 0.25, 0.5, 0.75, 1.0), 2);
    }

    /** Round numbers that enclose the values; NaN and infinity are passed over. */
    static Axis around(String name, double least, double most, int steps) {
      double low = Double.isFinite(least) ? least : 0;
      double high = Double.isFinite(most) && most > low ? most : low + 1;
      double raw = (high - low) / steps;
      double power = Math.pow(10, Math.floor(Math.log10(raw)));
      double ratio = raw / power;
      double step = power * (ratio <= 1 ? 1 : ratio <= 2 ? 2 : ratio <= 5 ? 5 : 10);
      double from = Math.floor(low / step + 1e-9) * step;
      List<Double> ticks = new ArrayList<>();
      double at = from;
      while (at < high - step * 1e-6 || ticks.isEmpty()) {
        ticks.add(at);
        at = from + ticks.size() * step;
      }
      ticks.add(at);
      int digits = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
      return new Axis(name, from, at, ticks, Math.min(digits, 6));
    }
  }

  private record Entry(String name, String style) {}

  @FunctionalInterface
  private interface Drawing {
    void on(Svg svg);
  }

  Plot(Axis x, Axis y, String label) {
    this.x = x;
    this.y = y;
    this.left =
        y.name.isEmpty()
            ? 8
            : 22 + LETTER * y.ticks.stream().mapToInt(t -> numeral(t, y).length()).max().orElse(0);
    this.label = label;
  }

  private double px(double value) {
    return left + (value - x.from) / (x.to - x.from) * (WIDTH - left - RIGHT);
  }

  private double py(double value) {
    return HEIGHT - BOTTOM - (value - y.from) / (y.to - y.from) * (HEIGHT - TOP - BOTTOM);
  }

  /**
   * Adds a line; points that are not finite interrupt it, and one alone is a dash.
   *
   * @param name for the legend; empty for none
   * @param style class of the line
   */
  Plot line(double[] xs, double[] ys, String name, String style) {
    StringBuilder path = new StringBuilder();
    boolean down = false;
    for (int i = 0; i < xs.length; i++) {
      if (!Double.isFinite(xs[i]) || !Double.isFinite(ys[i])) {
        down = false;
        continue;
      }
      boolean alone = !down && (i + 1 == xs.length || !Double.isFinite(xs[i + 1] + ys[i + 1]));
      path.append(down ? "L" : "M")
          .append(Svg.number(px(xs[i]) - (alone ? HALF_DASH : 0)))
          .append(' ')
          .append(Svg.number(py(clamp(ys[i]))));
      if (alone) {
        path.append('h').append(Svg.number(2 * HALF_DASH));
      }
      down = true;
    }
    drawings.add(svg -> svg.path(path.toString(), "line " + style));
    if (!name.isEmpty()) {
      legend.add(new Entry(name, style));
    }
    return this;
  }

  private double clamp(double value) {
    return Math.max(y.from, Math.min(y.to, value));
  }

  /** Adds a bar that stands on the x axis. */
  Plot bar(double from, double to, double height, String style, double opacity) {
    drawings.add(
        svg ->
            svg.rect(
                px(from) + 1,
                py(clamp(height)),
                px(to) - px(from) - 2,
                py(y.from) - py(clamp(height)),
                style,
                opacity));
    return this;
  }

  Plot dot(double atX, double atY, double radius, String style, String title) {
    drawings.add(svg -> svg.circle(px(atX), py(clamp(atY)), radius, style, title));
    return this;
  }

  /** Adds a name to the legend that no line has. */
  Plot named(String name, String style) {
    legend.add(new Entry(name, style));
    return this;
  }

  String svg() {
    List<List<Entry>> rows = legendRows();
    Svg svg = new Svg(WIDTH, HEIGHT + rows.size() * LEGEND_LINE, label);
    for (double tick : x.ticks) {
      svg.line(px(tick), TOP, px(tick), HEIGHT - BOTTOM, "grid");
      if (!x.name.isEmpty()) {
        svg.text(px(tick), HEIGHT - BOTTOM + 18, numeral(tick, x), "soft middle");
      }
    }
    for (double tick : y.ticks) {
      svg.line(left, py(tick), WIDTH - RIGHT, py(tick), "grid");
      if (!y.name.isEmpty()) {
        svg.text(left - 5, py(tick) + 3, numeral(tick, y), "soft end");
      }
    }
    if (!x.name.isEmpty()) {
      svg.text((left + WIDTH - RIGHT) / 2, HEIGHT - BOTTOM + 34, x.name, "middle");
    }
    if (!y.name.isEmpty()) {
      svg.turned(11, (TOP + HEIGHT - BOTTOM) / 2, -90, y.name, "middle");
    }
    drawings.forEach(d -> d.on(svg));
    for (int row = 0; row < rows.size(); row++) {
      double at = left;
      double base = HEIGHT + row * LEGEND_LINE + 8;
      for (Entry entry : rows.get(row)) {
        svg.line(at, base - 4, at + 16, base - 4, "line " + entry.style);
        svg.text(at + 20, base, Svg.cut(entry.name, NAME_LENGTH), "");
        at += width(entry);
      }
    }
    return svg.end();
  }

  private static double width(Entry entry) {
    return 34 + LETTER * Svg.cut(entry.name, NAME_LENGTH).length();
  }

  private List<List<Entry>> legendRows() {
    List<List<Entry>> rows = new ArrayList<>();
    double used = WIDTH;
    for (Entry entry : legend) {
      if (rows.isEmpty() || used + width(entry) > WIDTH - left) {
        rows.add(new ArrayList<>());
        used = 0;
      }
      rows.get(rows.size() - 1).add(entry);
      used += width(entry);
    }
    return rows;
  }

  private static String numeral(double value, Axis axis) {
    return Text.decimals(value + 0.0, axis.digits);
  }
}
