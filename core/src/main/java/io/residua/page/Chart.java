package io.residua.page;

import io.residua.internal.Text;
import io.residua.page.Axis.Kind;
import io.residua.page.Axis.Scale;
import io.residua.page.Axis.Tick;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Lines, bars and points over two axes, alone as a file or within a page, readable on light and on
 * dark ground. Values that have no place on an axis are left out. Colours are {@code s0} to {@code
 * s9} for lines, {@code f0} to {@code f9} for areas; a line may also be {@code dashed}, {@code
 * dotted}, {@code thick} or {@code faint}.
 *
 * <pre>{@code
 * String svg =
 *     new Chart("Loss", Axis.whole("epoch"), Axis.linear("loss"))
 *         .line("train", new double[] {1, 2, 3}, new double[] {0.9, 0.5, 0.4}, "s0")
 *         .alone();
 * }</pre>
 */
public final class Chart {
  private static final Layout ALONE = new Layout(540, 310, 34);
  private static final Layout WITHIN = new Layout(340, 224, 10);
  private static final double RIGHT = 12;
  private static final double BOTTOM = 44;
  private static final double ROW = 22;
  private static final double LEGEND_LINE = 16;
  private static final double LETTER = 6.3;
  private static final double LINE = 14;
  private static final double HALF_DASH = 3;
  private static final double UP_A_STEP = 34;
  private static final double ALONG_A_STEP = 56;
  private static final int LONGEST_NAME = 24;

  private final String title;
  private final Axis x;
  private final Axis y;
  private final List<Double> xs = new ArrayList<>();
  private final List<Double> ys = new ArrayList<>();
  private final List<Drawing> drawings = new ArrayList<>();
  private final List<Entry> legend = new ArrayList<>();
  private final List<Point> points = new ArrayList<>();
  private final List<Mark> marks = new ArrayList<>();

  private record Layout(double width, double height, double top) {}

  private record Entry(String name, String style) {
    double width() {
      return 34 + LETTER * name.length();
    }
  }

  private record Point(String name, double x, double y, double low, double high) {}

  private record Mark(String name, double x) {}

  @FunctionalInterface
  private interface Drawing {
    void on(Svg svg, Scale sx, Scale sy);
  }

  private record Box(double left, double top, double right, double bottom) {
    boolean meets(Box other) {
      return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
    }
  }

  public Chart(String title, Axis x, Axis y) {
    this.title = title;
    this.x = x;
    this.y = y;
  }

  /**
   * Adds a line; values that have no place interrupt it, and one alone is a dash.
   *
   * @param name for the legend; empty for none
   * @param style its classes
   */
  public Chart line(String name, double[] atX, double[] atY, String style) {
    if (atX.length != atY.length) {
      throw new IllegalArgumentException(
          Text.of("a line of %d and %d values", atX.length, atY.length));
    }
    DoubleStream.of(atX).forEach(xs::add);
    DoubleStream.of(atY).forEach(ys::add);
    double[] ofX = atX.clone();
    double[] ofY = atY.clone();
    drawings.add((svg, sx, sy) -> svg.path(path(ofX, ofY, sx, sy), "line " + style));
    return name.isEmpty() ? this : named(name, style);
  }

  private String path(double[] atX, double[] atY, Scale sx, Scale sy) {
    StringBuilder path = new StringBuilder();
    boolean down = false;
    for (int i = 0; i < atX.length; i++) {
      boolean shown = shown(atX, atY, i);
      if (shown) {
        boolean alone = !down && !shown(atX, atY, i + 1);
        path.append(down ? "L" : "M")
            .append(Svg.number(sx.at(atX[i]) - (alone ? HALF_DASH : 0)))
            .append(' ')
            .append(Svg.number(sy.at(atY[i])))
            .append(alone ? "h" + Svg.number(2 * HALF_DASH) : "");
      }
      down = shown;
    }
    return path.toString();
  }

  private boolean shown(double[] atX, double[] atY, int i) {
    return i < atX.length && x.takes(atX[i]) && y.takes(atY[i]);
  }

  /** Adds a bar that stands on the x axis. */
  public Chart bar(double from, double to, double height, String style, double opacity) {
    xs.addAll(List.of(from, to));
    ys.add(height);
    drawings.add(
        (svg, sx, sy) ->
            svg.rect(
                sx.at(from) + 1,
                sy.at(height),
                sx.at(to) - sx.at(from) - 2,
                sy.start() - sy.at(height),
                style,
                opacity));
    return this;
  }

  /**
   * Adds a dot.
   *
   * @param what it is, shown where a pointer rests on it
   */
  public Chart dot(double atX, double atY, double radius, String style, String what) {
    xs.add(atX);
    ys.add(atY);
    drawings.add(
        (svg, sx, sy) -> {
          if (x.takes(atX) && y.takes(atY)) {
            svg.circle(sx.at(atX), sy.at(atY), radius, style, what);
          }
        });
    return this;
  }

  /**
   * Adds a point with its name beside it.
   *
   * @param low lower end of its interval along y
   * @param high upper end; equal to {@code low} for no interval
   */
  public Chart point(String name, double atX, double atY, double low, double high) {
    if (x.takes(atX) && y.takes(atY)) {
      xs.add(atX);
      ys.addAll(List.of(atY, low, high));
      points.add(new Point(name, atX, atY, low, high));
    }
    return this;
  }

  /** Adds a vertical line with its name. */
  public Chart mark(String name, double atX) {
    if (x.takes(atX)) {
      xs.add(atX);
      marks.add(new Mark(name, atX));
    }
    return this;
  }

  /** Adds a name to the legend that no line has. */
  public Chart named(String name, String style) {
    legend.add(new Entry(Svg.cut(name, LONGEST_NAME), style));
    return this;
  }

  /** The chart as a file of its own, with its title. */
  public String alone() {
    return svg(ALONE, true);
  }

  /** The chart within an {@link HtmlPage}. */
  public String within() {
    return svg(WITHIN, false);
  }

  private String svg(Layout layout, boolean alone) {
    double top = layout.top;
    double bottom = y.kind() == Kind.NAMES ? top + ROW * y.rows().size() : layout.height - BOTTOM;
    double right = layout.width - RIGHT;
    Scale sy = y.scale(values(ys), bottom, top, (int) ((bottom - top) / UP_A_STEP));
    int letters = sy.ticks().stream().mapToInt(t -> t.text().length()).max().orElse(0);
    double left = (y.name().isEmpty() ? 8 : 22) + LETTER * letters;
    Scale sx = x.scale(values(xs), left, right, (int) ((right - left) / ALONG_A_STEP));
    List<List<Entry>> rows = legendRows(layout.width - left);
    double below = bottom + (x.name().isEmpty() ? 8 : BOTTOM);
    double height = below + rows.size() * LEGEND_LINE;
    Svg svg = new Svg(layout.width, height, title, alone);
    if (alone) {
      svg.text(left, 20, title, "title");
    }
    for (Tick tick : sx.ticks()) {
      svg.line(sx.at(tick.value()), top, sx.at(tick.value()), bottom, "grid");
      svg.text(sx.at(tick.value()), bottom + 18, tick.text(), "soft middle");
    }
    for (Tick tick : sy.ticks()) {
      svg.line(left, sy.at(tick.value()), right, sy.at(tick.value()), "grid");
      svg.text(left - 5, sy.at(tick.value()) + 3, tick.text(), "soft end");
    }
    svg.text((left + right) / 2, bottom + 34, x.name(), "middle");
    svg.turned(11, (top + bottom) / 2, -90, y.name(), "middle");
    drawings.forEach(drawing -> drawing.on(svg, sx, sy));
    marks(svg, sx, sy);
    points(svg, sx, sy);
    for (int row = 0; row < rows.size(); row++) {
      double at = left;
      double base = below + row * LEGEND_LINE + 8;
      for (Entry entry : rows.get(row)) {
        svg.line(at, base - 4, at + 16, base - 4, "line " + entry.style);
        svg.text(at + 20, base, entry.name, "");
        at += entry.width();
      }
    }
    return svg.end();
  }

  private static DoubleStream values(List<Double> all) {
    return all.stream().mapToDouble(v -> v);
  }

  private List<List<Entry>> legendRows(double width) {
    List<List<Entry>> rows = new ArrayList<>();
    double used = width;
    for (Entry entry : legend) {
      if (rows.isEmpty() || used + entry.width() > width) {
        rows.add(new ArrayList<>());
        used = 0;
      }
      rows.get(rows.size() - 1).add(entry);
      used += entry.width();
    }
    return rows;
  }

  private void marks(Svg svg, Scale sx, Scale sy) {
    double at = sy.end() + LINE;
    for (Mark mark : marks) {
      double atX = sx.at(mark.x);
      boolean left = atX + LETTER * mark.name.length() > sx.end();
      svg.line(atX, sy.start(), atX, sy.end(), "mark");
      svg.text(left ? atX - 5 : atX + 5, at, mark.name, left ? "end" : "");
      at += LINE;
    }
  }

  /** Names are moved up or down until none covers another, a point or its interval. */
  private void points(Svg svg, Scale sx, Scale sy) {
    List<Box> taken = new ArrayList<>();
    for (Point p : points) {
      double atX = sx.at(p.x);
      if (y.takes(p.low) && y.takes(p.high) && p.low < p.high) {
        svg.line(atX, sy.at(p.low), atX, sy.at(p.high), "line s0");
        taken.add(new Box(atX - 1, sy.at(p.high), atX + 1, sy.at(p.low)));
      }
      svg.circle(atX, sy.at(p.y), 4, "f0", p.name);
      taken.add(new Box(atX - 4, sy.at(p.y) - 4, atX + 4, sy.at(p.y) + 4));
    }
    for (Point p : points) {
      double width = LETTER * p.name.length();
      boolean left = sx.at(p.x) + 8 + width > sx.end() && sx.at(p.x) - 8 - width > sx.start();
      double start = left ? sx.at(p.x) - 8 - width : sx.at(p.x) + 8;
      double middle = sy.at(p.y);
      for (int i = 1; true; i++) {
        Box box = new Box(start, middle - LINE / 2, start + width, middle + LINE / 2);
        if (taken.stream().noneMatch(box::meets)) {
          taken.add(box);
          svg.text(left ? start + width : start, middle + 4, p.name, left ? "end" : "");
          break;
        }
        middle += i % 2 == 0 ? 2 * i : -2 * i;
      }
    }
  }
}
