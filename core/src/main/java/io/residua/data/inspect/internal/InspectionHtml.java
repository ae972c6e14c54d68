package io.residua.data.inspect.internal;

import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.Sample;
import io.residua.data.inspect.Finding;
import io.residua.data.inspect.Finding.Kind;
import io.residua.data.inspect.Inspection;
import io.residua.image.ImageDecoder;
import io.residua.image.internal.Resampling;
import io.residua.internal.Text;
import io.residua.page.HtmlPage;
import io.residua.page.HtmlTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * An inspection as one HTML file that needs nothing else: numbers, every finding with its pictures,
 * and a preview of each class. Names of files and classes are shown as text whatever they hold.
 */
public final class InspectionHtml {
  /** Findings of a kind beyond these are counted only; JSON has them all. */
  static final int MOST_OF_A_KIND = 1000;

  private static final int THUMBNAIL_PX = 112;
  private static final int MOST_PICTURES = 12;

  private final Inspection inspection;
  private final ClassPreview preview;
  private final Map<String, Sample> samples = new HashMap<>();
  private final ImageDecoder decoder = new ImageDecoder();

  private InspectionHtml(Inspection inspection, OpenedData data, ClassPreview preview) {
    this.inspection = inspection;
    this.preview = preview;
    data.all().samples().forEach(sample -> samples.put(sample.name(), sample));
  }

  /**
   * Writes the page, whole or not at all.
   *
   * @param data what was inspected
   * @param preview of each class
   * @throws ResiduaException naming the file, if it cannot be written
   */
  public static void write(
      Path file, Inspection inspection, OpenedData data, ClassPreview preview, Progress progress) {
    InspectionHtml html = new InspectionHtml(inspection, data, preview);
    HtmlPage.write(file, "Inspection of " + inspection.root(), page -> html.write(page, progress));
  }

  /**
   * Writes a page with the preview alone.
   *
   * @param what is shown of training, in one line; empty if nothing is
   * @throws ResiduaException naming the file, if it cannot be written
   */
  public static void writePreview(
      Path file, OpenedData data, ClassPreview preview, String what, Progress progress) {
    HtmlPage.write(
        file,
        "Preview of " + data.root(),
        page -> {
          page.element("h1", "Preview of " + data.root());
          if (!what.isEmpty()) {
            page.element("p", "In training: " + what);
          }
          classes(page, preview, data.classes().size(), progress);
        });
  }

  private void write(HtmlPage page, Progress progress) throws IOException {
    page.element("h1", "Inspection of " + inspection.root());
    counts(page);
    page.element("h2", "Findings");
    if (inspection.findings().isEmpty()) {
      page.element("p", "Nothing was found that is wrong.");
    }
    page.raw("<ul>\n");
    for (Kind kind : Kind.values()) {
      int n = inspection.findings(kind).size();
      if (n > 0) {
        page.raw(
            Text.of(
                "<li><a href=\"#%s\">%s</a>: %d</li>\n",
                kind.key(), HtmlPage.escaped(kind.title()), n));
      }
    }
    page.raw("</ul>\n");
    try (Progress.Task task =
        progress.start("thumbnails", inspection.findings().size(), "findings")) {
      for (Kind kind : Kind.values()) {
        findings(page, kind, task);
      }
    }
    page.element("h2", "Pictures of each class");
    classes(page, preview, inspection.classes().size(), progress);
  }

  private void counts(HtmlPage page) throws IOException {
    List<Part> parts = List.copyOf(inspection.counts().keySet());
    HtmlTable table = new HtmlTable("class", parts.stream().map(Part::label).toList());
    for (int c = 0; c < inspection.classes().size(); c++) {
      int label = c;
      table.row(
          inspection.classes().get(c),
          inspection.counts().values().stream().map(n -> Integer.toString(n[label])).toList());
    }
    table.row(
        "largest class over smallest",
        parts.stream().map(part -> number(inspection.imbalance(part), 2)).toList());
    page.table(table);
    Inspection.Sizes s = inspection.sizes();
    page.element(
        "p",
        Text.of(
            "%s; width %d to %d (median %d), height %d to %d (median %d), aspect %s to %s;"
                + " %s; %s.",
            Text.count(inspection.pictures(), "picture"),
            s.minWidth(),
            s.maxWidth(),
            s.medianWidth(),
            s.minHeight(),
            s.maxHeight(),
            s.medianHeight(),
            number(s.minAspect(), 2),
            number(s.maxAspect(), 2),
            counted(inspection.formats()),
            counted(inspection.modes())));
    page.element(
        "p",
        Text.of(
            "Mean of red, green, blue: %s; standard deviation: %s (0 to 1).",
            numbers(inspection.channels().mean()), numbers(inspection.channels().deviation())));
  }

  private static String counted(Map<String, Integer> counts) {
    return counts.entrySet().stream()
        .map(e -> e.getKey() + " " + e.getValue())
        .collect(Collectors.joining(", "));
  }

  private static String numbers(double[] values) {
    return number(values[0], 4) + ", " + number(values[1], 4) + ", " + number(values[2], 4);
  }

  private static String number(double value, int digits) {
    return Text.decimals(value, digits);
  }

  private void findings(HtmlPage page, Kind kind, Progress.Task task) throws IOException {
    List<Finding> found = inspection.findings(kind);
    if (found.isEmpty()) {
      return;
    }
    page.raw(
        Text.of(
            "<h2 id=\"%s\">%s: %d</h2>\n<div class=\"findings\">\n",
            kind.key(), HtmlPage.escaped(kind.title()), found.size()));
    List<String> boxes =
        found.stream()
            .limit(MOST_OF_A_KIND)
            .parallel()
            .map(
                finding -> {
                  String box = box(finding);
                  task.advance(1);
                  return box;
                })
            .toList();
    for (String box : boxes) {
      page.raw(box);
    }
    page.raw("</div>\n");
    if (found.size() > MOST_OF_A_KIND) {
      page.element("p", Text.of("… and %d more", found.size() - MOST_OF_A_KIND));
    }
  }

  private String box(Finding finding) {
    StringBuilder box = new StringBuilder("<div class=\"finding\"><div class=\"row\">\n");
    for (String name : finding.files().stream().limit(MOST_PICTURES).toList()) {
      box.append("<figure>")
          .append(thumbnail(name))
          .append("<figcaption>")
          .append(HtmlPage.escaped(name))
          .append("</figcaption></figure>\n");
    }
    box.append("</div><small>").append(HtmlPage.escaped(finding.detail()));
    if (finding.files().size() > MOST_PICTURES) {
      box.append("; and ").append(finding.files().size() - MOST_PICTURES).append(" files more");
    }
    return box.append("</small></div>\n").toString();
  }

  private String thumbnail(String name) {
    Sample sample = samples.get(name);
    if (sample != null) {
      try {
        return HtmlPage.picture(
            Resampling.within(sample.source().read(decoder), THUMBNAIL_PX), name);
      } catch (ResiduaException e) {
        return "<div class=\"none\"></div>"; // the finding says why
      }
    }
    return "<div class=\"none\"></div>";
  }

  private static void classes(HtmlPage page, ClassPreview preview, int all, Progress progress)
      throws IOException {
    List<String> names = preview.classes();
    try (Progress.Task task = progress.start("preview", names.size(), "classes")) {
      for (int c = 0; c < names.size(); c++) {
        page.element("h3", names.get(c));
        for (ClassPreview.Row row : preview.rows(c)) {
          page.element("small", row.what());
          page.raw("<div class=\"row\">\n");
          for (var cell : row.cells()) {
            page.raw(HtmlPage.picture(cell, row.className()) + "\n");
          }
          page.raw("</div>\n");
        }
        task.advance(1);
      }
    }
    if (all > names.size()) {
      page.element("p", Text.of("… and %s more", Text.count(all - names.size(), "class")));
    }
  }
}
