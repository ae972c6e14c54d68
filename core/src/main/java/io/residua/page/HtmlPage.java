package io.residua.page;

import io.residua.ResiduaException;
import io.residua.image.RgbImage;
import io.residua.internal.AtomicFiles;
import io.residua.internal.Printable;
import io.residua.internal.Text;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A page in one file: its style and pictures are in it, it has no scripts and loads nothing. Light
 * or dark as the reader's system is; columns give way on a narrow screen.
 */
public final class HtmlPage {
  private static final String HEAD =
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
      <title>%s</title>
      <style>
      %s
      </style>
      </head>
      <body>
      """;

  private final OutputStream out;
  private final List<String> sections = new ArrayList<>();

  private HtmlPage(OutputStream out) {
    this.out = out;
  }

  /** What comes between the head and the end of a page, to be put into one later. */
  public static HtmlPage part(OutputStream out) {
    return new HtmlPage(out);
  }

  /** What a page holds between its head and its end. */
  @FunctionalInterface
  public interface Content {
    void on(HtmlPage page) throws IOException;
  }

  /**
   * Writes a page to a file, whole or not at all.
   *
   * @throws ResiduaException naming the file and the reason
   */
  public static void write(Path file, String title, Content content) {
    AtomicFiles.write(
        file,
        raw -> {
          BufferedOutputStream out = new BufferedOutputStream(raw, 1 << 16);
          HtmlPage page = new HtmlPage(out);
          page.raw(Text.of(HEAD, escaped(title), Style.ofPages()));
          content.on(page);
          page.raw("</body>\n</html>\n");
          out.flush();
        });
  }

  /** The heading of a section, which {@link #contents} points to. */
  public void section(String title) throws IOException {
    sections.add(title);
    raw(Text.of("<h2 id=\"section-%d\">%s</h2>\n", sections.size(), escaped(title)));
  }

  /** A line of links to the sections of a part that is put into this page. */
  public void contents(HtmlPage part) throws IOException {
    raw("<nav>\n");
    for (int i = 0; i < part.sections.size(); i++) {
      raw(Text.of("<a href=\"#section-%d\">%s</a>\n", i + 1, escaped(part.sections.get(i))));
    }
    raw("</nav>\n");
  }

  /** What a reader should know first, a line each; nothing where there is nothing. */
  public void warnings(List<String> warnings) throws IOException {
    if (!warnings.isEmpty()) {
      raw("<ul class=\"warnings\">\n");
      for (String warning : warnings) {
        element("li", warning);
      }
      raw("</ul>\n");
    }
  }

  /** A drawing with its title above it and a note below; either may be empty. */
  public void chart(String title, String svg, String note) throws IOException {
    raw("<div class=\"chart\">");
    if (!title.isEmpty()) {
      element("h3", title);
    }
    raw(svg);
    if (!note.isEmpty()) {
      element("p", note);
    }
    raw("</div>\n");
  }

  public void table(HtmlTable table) throws IOException {
    raw(table.html());
  }

  /** Mark-up as it is. */
  public void raw(String html) throws IOException {
    out.write(html.getBytes(StandardCharsets.UTF_8));
  }

  /** An element with text in it. */
  public void element(String tag, String text) throws IOException {
    raw("<" + tag + ">" + escaped(text) + "</" + tag + ">\n");
  }

  /** Text that means itself, in elements and in quoted attributes. */
  public static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> {
                  if (Printable.isPrintable(c)) {
                    out.appendCodePoint(c);
                  } else {
                    out.append(Printable.escape(c));
                  }
                }
              }
            });
    return out.toString();
  }

  /** A picture within the page. */
  public static String picture(RgbImage image, String name) {
    String bytes = Base64.getEncoder().encodeToString(image.toJpeg(0.8));
    return Text.of(
        "<img width=\"%d\" height=\"%d\" alt=\"%s\" src=\"data:image/jpeg;base64,%s\">",
        image.width(), image.height(), escaped(name), bytes);
  }
}
