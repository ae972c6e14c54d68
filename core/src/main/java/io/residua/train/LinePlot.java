package io.residua.train;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Lines over the epochs of a run as an SVG picture that is readable on light and on dark ground.
 *
 * @param title what is shown
 * @param lines at least one, all of the same length
 */
record LinePlot(String title, List<Line> lines) {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 360;
  private static final int LEFT = 76;
  private static final int RIGHT = 16;
  private static final int TOP = 52;
  private static final int BOTTOM = 48;
  private static final int MOST_TICKS = 6;
  private static final String STYLE =
      """
      <style>
      text { font: 13px sans-serif; fill: #333 }
      .title { font-size: 15px; font-weight: bold }
      .grid { stroke: #ddd }
      path { fill: none; stroke-width: 2 }
      .line0 { stroke: #0969da }
      .line1 { stroke: #c4570a }
      rect { fill: #fff }
      @media (prefers-color-scheme: dark) {
      text { fill: #ddd }
      .grid { stroke: #444 }
      .line0 { stroke: #58a6ff }
      .line1 { stroke: #ffa657 }
      rect { fill: #0d1117 }
      }
      </style>
      """;

  /**
   * A line.
   *
   * @param name for the legend
   * @param values one an epoch; those that are not finite are left out
   */
  record Line(String name, List<Double> values) {
    Line {
      values = List.copyOf(values);
    }
  }

  LinePlot {
    lines = List.copyOf(lines);
  }

  /** Loss on both parts. */
  static LinePlot loss(List<EpochRecord> history) {
    return new LinePlot(
        "Loss",
        List.of(
            new Line("train", history.stream().map(EpochRecord::trainLoss).toList()),
            new Line("validation", history.stream().map(EpochRecord::validationLoss).toList())));
  }

  /** Accuracy on both parts. */
  static LinePlot accuracy(List<EpochRecord> history) {
    return new LinePlot(
        "Accuracy",
        List.of(
            new Line("train", history.stream().map(EpochRecord::trainAccuracy).toList()),
            new Line(
                "validation", history.stream().map(EpochRecord::validationAccuracy).toList())));
  }

  /** The learning rate of each epoch's last step. */
  static LinePlot learningRate(List<EpochRecord> history) {
    return new LinePlot(
        "Learning rate",
        List.of(
            new Line("learning rate", history.stream().map(EpochRecord::learningRate).toList())));
  }

  /** The picture as text. */
  String svg() {
    double[] finite =
        lines.stream()
            .flatMap(line -> line.values().stream())
            .filter(Double::isFinite)
            .mapToDouble(v -> v)
            .toArray();
    double low = IntStream.range(0, finite.length).mapToDouble(i -> finite[i]).min().orElse(0);
    double high = IntStream.range(0, finite.length).mapToDouble(i -> finite[i]).max().orElse(1);
    if (high - low <= Math.abs(high) * 1e-9) {
      double room = high == 0 ? 1 : Math.abs(high) / 2;
      low -= room;
      high += room;
    }
    double step = tickStep(high - low);
    Scale y =
        new Scale(
            Math.floor(low / step) * step, Math.ceil(high / step) * step, HEIGHT - BOTTOM, TOP);
    int epochs = lines.get(0).values().size();
    Scale x = new Scale(1, Math.max(2, epochs), LEFT, WIDTH - RIGHT);
    StringBuilder svg = new StringBuilder();
    svg.append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\">\n"
            .formatted(WIDTH, HEIGHT));
    svg.append("<title>").append(title).append(" by epoch</title>\n").append(STYLE);
    svg.append("<rect width=\"%d\" height=\"%d\"/>\n".formatted(WIDTH, HEIGHT));
    text(svg, LEFT, 22, "start", " class=\"title\"", title);
    for (int i = 0; y.from() + i * step <= y.to() + step / 2; i++) {
      double value = y.from() + i * step;
      grid(svg, LEFT, y.at(value), WIDTH - RIGHT, y.at(value));
      text(svg, LEFT - 8, y.at(value) + 4, "end", "", number(value, step));
    }
    int every = Math.max(1, (int) tickStep(epochs - 1));
    for (int epoch = 1; epoch <= epochs; epoch += epoch == 1 && every > 1 ? every - 1 : every) {
      grid(svg, x.at(epoch), HEIGHT - BOTTOM, x.at(epoch), HEIGHT - BOTTOM + 5);
      text(svg, x.at(epoch), HEIGHT - BOTTOM + 20, "middle", "", Integer.toString(epoch));
    }
    text(svg, (LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 8, "middle", "", "epoch");
    for (int i = 0; i < lines.size(); i++) {
      line(svg, lines.get(i), i, x, y);
    }
    return svg.append("</svg>\n").toString();
  }

  private void line(StringBuilder svg, Line line, int number, Scale x, Scale y) {
    StringBuilder path = new StringBuilder();
    boolean down = false;
    for (int i = 0; i < line.values().size(); i++) {
      double value = line.values().get(i);
      if (Double.isFinite(value)) {
        path.append(format("%s%.1f %.1f", down ? "L" : "M", x.at(i + 1), y.at(value)));
        path.append(down ? "" : format("L%.1f %.1f", x.at(i + 1) + 0.1, y.at(value)));
      }
      down = Double.isFinite(value);
    }
    svg.append("<path class=\"line%d\" d=\"%s\"/>\n".formatted(number, path));
    int legend = LEFT + 130 * number;
    svg.append("<path class=\"line%d\" d=\"M%d 40h24\"/>\n".formatted(number, legend));
    text(svg, legend + 30, 44, "start", "", line.name());
  }

  private static void grid(StringBuilder svg, double x1, double y1, double x2, double y2) {
    svg.append(
        format(
            "<line class=\"grid\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n",
            x1, y1, x2, y2));
  }

  private static void text(
      StringBuilder svg, double x, double y, String anchor, String more, String text) {
    svg.append(
        format(
            "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>%s</text>%n",
            x, y, anchor, more, text));
  }

  /** 1, 2 or 5 times a power of ten, so that a range has at most so many ticks. */
  private static double tickStep(double range) {
    if (range <= 0) {
      return 1;
    }
    double power = Math.pow(10, Math.floor(Math.log10(range / MOST_TICKS)));
    for (int times : new int[] {1, 2, 5}) {
      if (range / (times * power) <= MOST_TICKS) {
        return times * power;
      }
    }
    return 10 * power;
  }

  private static String number(double value, double step) {
    int digits = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    return digits > 4 ? format("%.1e", value) : format("%." + digits + "f", value);
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** Where a value lies in the picture. */
  private record Scale(double from, double to, double atFrom, double atTo) {
    double at(double value) {
      return atFrom + (value - from) / (to - from) * (atTo - atFrom);
    }
  }
}
