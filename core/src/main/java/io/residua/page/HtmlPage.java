package io.residua.page;

import io.residua.Printable;
import io.residua.Text;
import io.residua.image.RgbImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
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
      :root { color-scheme: light dark; --back: #fff; --text: #1b1f24; --soft: #59636e; --line: #d1d9e0; --box: #f6f8fa; }
      @media (prefers-color-scheme: dark) {
        :root { --back: #0d1117; --text: #e6edf3; --soft: #9198a1; --line: #3d444d; --box: #151b23; }
      }
      * { box-sizing: border-box; }
      body { margin: 0 auto; max-width: 76rem; padding: 1rem; background: var(--back); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
      h1 { font-size: 1.4rem; overflow-wrap: anywhere; }
      h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); }
      h3 { font-size: 1rem; margin: 1rem 0 .25rem; overflow-wrap: anywhere; }
      p, small, figcaption { color: var(--soft); overflow-wrap: anywhere; }
      a { color: inherit; }
      .wide { overflow-x: auto; }
      table { border-collapse: collapse; }
      th, td { padding: .2rem .8rem .2rem 0; text-align: right; border-bottom: 1px solid var(--line); }
      th:first-child, td:first-child { text-align: left; overflow-wrap: anywhere; min-width: 5rem; }
      .findings { display: grid; gap: .75rem; grid-template-columns: repeat(auto-fill, minmax(min(100%%, 17rem), 1fr)); }
      .finding { background: var(--box); border: 1px solid var(--line); border-radius: .4rem; padding: .5rem; min-width: 0; }
      .row { display: flex; flex-wrap: wrap; gap: .35rem; }
      figure { margin: 0; width: 7.2rem; }
      figcaption { font-size: .75rem; line-height: 1.25; }
      img { display: block; max-width: 100%%; min-width: 2rem; }
      .none { width: 6rem; height: 4rem; border: 1px dashed var(--line); }
      @media print { body { max-width: none; padding: 0; } .finding, figure, tr { break-inside: avoid; } h2, h3 { break-after: avoid; } }
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

  /** Begins a page. */
  public HtmlPage(OutputStream out, String title) throws IOException {
    this(out, title, "");
  }

  /**
   * Begins a page.
   *
   * @param style rules of its own, after those that all pages have
   */
  public HtmlPage(OutputStream out, String title, String style) throws IOException {
    this(out);
    raw(Text.of(HEAD, escaped(title), style.strip()));
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

  /** Ends the page. */
  public void end() throws IOException {
    raw("</body>\n</html>\n");
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
