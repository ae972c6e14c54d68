package io.residua.page;

import io.residua.internal.Text;

/**
 * A drawing, within a page or in a file of its own. Colours are the page's, by class: {@code s0} to
 * {@code s9} for lines, {@code f0} to {@code f9} for areas.
 */
public final class Svg {
  /** How many colours there are. */
  public static final int COLOURS = 10;

  private final StringBuilder text = new StringBuilder();

  /**
   * @param label what the drawing shows, for those who can't see it
   */
  public Svg(double width, double height, String label) {
    this(width, height, label, false);
  }

  Svg(double width, double height, String label, boolean alone) {
    text.append(
        Text.of(
            "<svg%s viewBox=\"0 0 %s %s\" role=\"img\" aria-label=\"%s\">\n",
            alone ? " xmlns=\"http://www.w3.org/2000/svg\"" : "",
            number(width),
            number(height),
            HtmlPage.escaped(label)));
    if (alone) {
      text.append(
          Text.of(
              "<title>%s</title>\n<style>\n%s</style>\n",
              HtmlPage.escaped(label), Style.ofDrawings()));
      rect(0, 0, width, height, "back", 1);
    }
  }

  public Svg line(double x1, double y1, double x2, double y2, String style) {
    text.append(
        Text.of(
            "<line x1=\"%s\" y1=\"%s\" x2=\"%s\" y2=\"%s\" class=\"%s\"/>\n",
            number(x1), number(y1), number(x2), number(y2), style));
    return this;
  }

  public Svg rect(double x, double y, double width, double height, String style, double opacity) {
    text.append(
        Text.of(
            "<rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\" class=\"%s\""
                + " fill-opacity=\"%s\"/>\n",
            number(x),
            number(y),
            number(Math.max(0, width)),
            number(Math.max(0, height)),
            style,
            number(opacity)));
    return this;
  }

  public Svg circle(double x, double y, double radius, String style, String title) {
    text.append(
        Text.of(
            "<circle cx=\"%s\" cy=\"%s\" r=\"%s\" class=\"%s\"><title>%s</title></circle>\n",
            number(x), number(y), number(radius), style, HtmlPage.escaped(title)));
    return this;
  }

  /**
   * A line through points.
   *
   * @param path commands of SVG's path syntax
   */
  public Svg path(String path, String style) {
    text.append(Text.of("<path d=\"%s\" class=\"%s\"/>\n", path, style));
    return this;
  }

  /**
   * A text; none where it is empty.
   *
   * @param style for instance {@code end}, {@code middle} or {@code soft end}
   */
  public Svg text(double x, double y, String words, String style) {
    text.append(
        words.isEmpty()
            ? ""
            : Text.of(
                "<text x=\"%s\" y=\"%s\" class=\"%s\">%s</text>\n",
                number(x), number(y), style, HtmlPage.escaped(words)));
    return this;
  }

  /** As {@link #text}, turned about its start, degrees clockwise. */
  public Svg turned(double x, double y, double degrees, String words, String style) {
    text.append(
        words.isEmpty()
            ? ""
            : Text.of(
                "<text transform=\"translate(%s %s) rotate(%s)\" class=\"%s\">%s</text>\n",
                number(x), number(y), number(degrees), style, HtmlPage.escaped(words)));
    return this;
  }

  public String end() {
    return text.append("</svg>\n").toString();
  }

  /** A coordinate, short. */
  public static String number(double value) {
    String digits = Text.of("%.2f", value);
    digits = digits.contains(".") ? digits.replaceFirst("\\.?0+$", "") : digits;
    return digits.equals("-0") ? "0" : digits;
  }

  /** A name cut to so many characters, an ellipsis at its end. */
  public static String cut(String name, int characters) {
    return name.codePointCount(0, name.length()) <= characters
        ? name
        : name.substring(0, name.offsetByCodePoints(0, Math.max(1, characters - 1))) + "…";
  }
}
