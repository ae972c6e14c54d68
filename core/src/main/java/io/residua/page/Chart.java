package io.residua.page;

import io.residua.Printable;
import io.residua.Text;
import io.residua.page.Axis.Scale;
import io.residua.page.Axis.Tick;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Lines and points over two axes, as an SVG picture of its own that is readable on light and on
 * dark ground. Values that have no place on an axis are left out.
 *
 * <pre>{@code
 * String svg =
 *     new Chart("Loss", Axis.linear("epoch"), Axis.linear("loss"))
 *         .line("train", new double[] {1, 2, 3}, new double[] {0.9, 0.5, 0.4})
 *         .svg();
 * }</pre>
 */
public final class Chart {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 380;
  private static final int LEFT = 76;
  private static final int RIGHT = 20;
  private static final int TOP = 58;
  private static final int BOTTOM = 52;
  private static final int COLOURS = 4;
  private static final double LETTER = 7.2;
  private static final double LINE = 15;
  private static final String STYLE =
      """
      <style>
      text { font: 13px sans-serif; fill: #333 }
      .title { font-size: 15px; font-weight: bold }
      .grid { stroke: #ddd }
      .mark { stroke: #666; stroke-dasharray: 5 4 }
      path { fill: none; stroke-width: 2 }
      .c0 { stroke: #0969da } .c1 { stroke: #c4570a } .c2 { stroke: #1a7f37 } .c3 { stroke: #8250df }
      .faint { stroke-width: 1; opacity: .45 }
      circle { fill: #0969da }
      .back { fill: #fff }
      @media (prefers-color-scheme: dark) {
      text { fill: #ddd }
      .grid { stroke: #444 }
      .mark { stroke: #999 }
      .c0 { stroke: #58a6ff } .c1 { stroke: #ffa657 } .c2 { stroke: #3fb950 } .c3 { stroke: #bc8cff }
      circle { fill: #58a6ff }
      .back { fill: #0d1117 }
      }
      </style>
      """;

  private final String title;
  private final Axis x;
  private final Axis y;
  private final List<Line> lines = new ArrayList<>();
  private final List<Point> points = new ArrayList<>();
  private final List<Mark> marks = new ArrayList<>();

  private record Line(String name, double[] xs, double[] ys, boolean faint) {}

  private record Point(String name, double x, double y, double low, double high) {}

  private record Mark(String name, double x) {}

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

  /** Adds a line; values that are no numbers interrupt it. */
  public Chart line(String name, double[] xs, double[] ys) {
    return add(name, xs, ys, false);
  }

  /** Adds a thin line that stays in the background. */
  public Chart faintLine(String name, double[] xs, double[] ys) {
    return add(name, xs, ys, true);
  }

  private Chart add(String name, double[] xs, double[] ys, boolean faint) {
    if (xs.length != ys.length) {
      throw new IllegalArgumentException(
          Text.of("a line of %d and %d values", xs.length, ys.length));
    }
    lines.add(new Line(name, xs.clone(), ys.clone(), faint));
    return this;
  }

  /**
   * Adds a point with its name beside it.
   *
   * @param low lower end of its interval along y
   * @param high upper end; equal to {@code low} for no interval
   */
  public Chart point(String name, double atX, double atY, double low, double high) {
    points.add(new Point(name, atX, atY, low, high));
    return this;
  }

  /** Adds a vertical line with its name. */
  public Chart mark(String name, double atX) {
    marks.add(new Mark(name, atX));
    return this;
  }

  /** The picture as text. */
  public String svg() {
    Scale sx =
        scale(
            x,
            DoubleStream.concat(
                lines.stream().flatMapToDouble(l -> Arrays.stream(l.xs())),
                DoubleStream.concat(
                    points.stream().mapToDouble(Point::x), marks.stream().mapToDouble(Mark::x))),
            LEFT,
            WIDTH - RIGHT);
    Scale sy =
        scale(
            y,
            DoubleStream.concat(
                lines.stream().flatMapToDouble(l -> Arrays.stream(l.ys())),
                points.stream().flatMapToDouble(p -> DoubleStream.of(p.y(), p.low(), p.high()))),
            HEIGHT - BOTTOM,
            TOP);
    StringBuilder svg = new StringBuilder();
    svg.append(
        Text.of(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\">%n",
            WIDTH, HEIGHT));
    svg.append("<title>").append(escaped(title)).append("</title>\n").append(STYLE);
    svg.append(Text.of("<rect class=\"back\" width=\"%d\" height=\"%d\"/>%n", WIDTH, HEIGHT));
    text(svg, LEFT, 22, "start", "title", title);
    for (Tick tick : sy.ticks()) {
      double at = sy.at(tick.value());
      line(svg, LEFT, at, WIDTH - RIGHT, at, "grid");
      text(svg, LEFT - 8, at + 4, "end", "", tick.text());
    }
    for (Tick tick : sx.ticks()) {
      double at = sx.at(tick.value());
      line(svg, at, TOP, at, HEIGHT - BOTTOM + 5, "grid");
      text(svg, at, HEIGHT - BOTTOM + 20, "middle", "", tick.text());
    }
    text(svg, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 10, "middle", "", x.name());
    svg.append(
        Text.of(
            "<text transform=\"translate(16 %.1f) rotate(-90)\" text-anchor=\"middle\">%s</text>%n",
            (TOP + HEIGHT - BOTTOM) / 2.0, escaped(y.name())));
    lines(svg, sx, sy);
    marks(svg, sx);
    points(svg, sx, sy);
    return svg.append("</svg>\n").toString();
  }

  private static Scale scale(Axis axis, DoubleStream values, double at, double atEnd) {
    double[] taken = values.filter(axis::takes).toArray();
    double low = Arrays.stream(taken).min().orElse(axis.logarithmic() ? 1 : 0);
    double high = Arrays.stream(taken).max().orElse(axis.logarithmic() ? 10 : 1);
    return axis.scale(low, high, at, atEnd);
  }

  private void lines(StringBuilder svg, Scale sx, Scale sy) {
    double legend = LEFT;
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      String style = "c" + i % COLOURS + (line.faint() ? " faint" : "");
      StringBuilder path = new StringBuilder();
      boolean down = false;
      for (int k = 0; k < line.xs().length; k++) {
        boolean shown = x.takes(line.xs()[k]) && y.takes(line.ys()[k]);
        if (shown) {
          double atX = sx.at(line.xs()[k]);
          double atY = sy.at(line.ys()[k]);
          path.append(Text.of("%s%.1f %.1f", down ? "L" : "M", atX, atY));
          path.append(down ? "" : Text.of("L%.1f %.1f", atX + 0.1, atY));
        }
        down = shown;
      }
      svg.append(Text.of("<path class=\"%s\" d=\"%s\"/>%n", style, path));
      svg.append(Text.of("<path class=\"%s\" d=\"M%.1f 40h24\"/>%n", style, legend));
      text(svg, legend + 30, 44, "start", "", line.name());
      legend += 54 + LETTER * line.name().length();
    }
  }

  private void marks(StringBuilder svg, Scale sx) {
    double top = TOP + LINE;
    for (Mark mark : marks) {
      if (x.takes(mark.x())) {
        double at = sx.at(mark.x());
        boolean left = at + LETTER * mark.name().length() > WIDTH - RIGHT;
        line(svg, at, TOP, at, HEIGHT - BOTTOM, "mark");
        text(svg, left ? at - 5 : at + 5, top, left ? "end" : "start", "", mark.name());
        top += LINE;
      }
    }
  }

  /** Names are moved down until none covers another. */
  private void points(StringBuilder svg, Scale sx, Scale sy) {
    List<Box> taken = new ArrayList<>();
    for (Point point : points) {
      if (!x.takes(point.x()) || !y.takes(point.y())) {
        continue;
      }
      double atX = sx.at(point.x());
      double atY = sy.at(point.y());
      if (y.takes(point.low()) && y.takes(point.high()) && point.low() < point.high()) {
        line(svg, atX, sy.at(point.low()), atX, sy.at(point.high()), "c0");
      }
      svg.append(Text.of("<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/>%n", atX, atY));
      double width = LETTER * point.name().length();
      boolean left = atX + 8 + width > WIDTH - RIGHT && atX - 8 - width > LEFT;
      double start = left ? atX - 8 - width : atX + 8;
      Box box = new Box(start, atY - LINE / 2, start + width, atY + LINE / 2);
      while (taken.stream().anyMatch(box::meets)) {
        box = new Box(box.left(), box.top() + 2, box.right(), box.bottom() + 2);
      }
      taken.add(box);
      text(
          svg,
          left ? atX - 8 : atX + 8,
          box.bottom() - 3,
          left ? "end" : "start",
          "",
          point.name());
    }
  }

  private static void line(
      StringBuilder svg, double x1, double y1, double x2, double y2, String style) {
    svg.append(
        Text.of(
            "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n",
            style, x1, y1, x2, y2));
  }

  private static void text(
      StringBuilder svg, double atX, double atY, String anchor, String style, String words) {
    svg.append(
        Text.of(
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>%s</text>%n",
            atX, atY, anchor, style.isEmpty() ? "" : " class=\"" + style + "\"", escaped(words)));
  }

  private static String escaped(String text) {
    return Printable.escaped(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
