package io.residua.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNullElse;

import io.residua.Progress;
import io.residua.data.DataReading;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.engine.Compute;
import io.residua.eval.internal.PartMetrics;
import io.residua.internal.Build;
import io.residua.internal.Text;
import io.residua.page.HtmlPage;
import io.residua.report.internal.Confidence;
import io.residua.report.internal.Figures;
import io.residua.report.internal.Gallery;
import io.residua.report.internal.Measurement;
import io.residua.report.internal.RunFiles;
import io.residua.report.internal.Sections;
import io.residua.report.internal.Warnings;
import io.residua.run.internal.Provenance.Fact;
import io.residua.run.internal.RunMetrics;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A run as one page for people, in one file that needs nothing else and runs no scripts: what was
 * trained on what, how well it does and how certain that is, what to beware of, and, where the data
 * set is at hand, curves, mistakes with their pictures and why they were made.
 *
 * <pre>{@code
 * RunReport.of(Path.of("run")).withData(Path.of("pictures")).write();
 * }</pre>
 *
 * @param run its folder
 * @param data the data set, for pictures and curves
 * @param brief whether training pictures are left alone
 */
public record RunReport(
    Path run,
    Optional<Path> data,
    DataReading reading,
    boolean brief,
    Compute compute,
    Progress progress) {
  /** What the page is called within the run's folder. */
  public static final String FILE = "report.html";

  /** A silent report of the run in a folder, of what it has written down only. */
  public static RunReport of(Path run) {
    return new RunReport(
        run, Optional.empty(), DataReading.USUAL, false, Compute.auto(), Progress.NONE);
  }

  /** This report, but with pictures and curves, for which the model is run over its data again. */
  public RunReport withData(Path set) {
    return withData(set, DataReading.USUAL);
  }

  /** As {@link #withData(Path)}, with data that is read as given. */
  public RunReport withData(Path set, DataReading how) {
    return new RunReport(run, Optional.of(set), how, brief, compute, progress);
  }

  /**
   * This report, but leaving the training pictures alone, so that it does not take much longer than
   * measuring the model took: without those that look most alike, with fewer large losses and
   * points.
   */
  public RunReport inBrief() {
    return new RunReport(run, data, reading, true, compute, progress);
  }

  /** This report, but computing as given. */
  public RunReport on(Compute other) {
    return new RunReport(run, data, reading, brief, other, progress);
  }

  /** This report, but reporting to the given progress. */
  public RunReport reportingTo(Progress other) {
    return new RunReport(run, data, reading, brief, compute, other);
  }

  /**
   * Writes {@value #FILE} into the run's folder, in place of an earlier one.
   *
   * @return the file
   * @throws io.residua.ResiduaException with one line, if the folder is no run's, the data is not
   *     what it was trained on, or the file can't be written
   */
  public Path write() {
    Path file = run.resolve(FILE);
    write(file);
    return file;
  }

  /**
   * Writes the page to a file, whole or not at all.
   *
   * @throws io.residua.ResiduaException as {@link #write()}
   */
  public void write(Path file) {
    RunFiles files = RunFiles.read(run);
    Optional<Part> part = files.metrics().headlinePart();
    Optional<Measurement> measured =
        data.isEmpty() || part.isEmpty()
            ? Optional.empty()
            : Optional.of(
                Measurement.of(
                    files,
                    part.get(),
                    OpenedData.open(data.get(), reading),
                    brief,
                    compute,
                    progress));
    HtmlPage.write(file, title(files), page -> page(page, files, part, measured));
  }

  private void page(
      HtmlPage page, RunFiles files, Optional<Part> part, Optional<Measurement> measured)
      throws IOException {
    page.raw("<header>\n");
    page.element("h1", title(files));
    page.element("p", subtitle(files));
    page.raw("</header>\n");
    if (part.isPresent()) {
      headline(page, files.metrics(), part.get(), files.headline().orElseThrow());
    }
    page.warnings(Warnings.of(files, measured));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    HtmlPage body = HtmlPage.part(bytes);
    sections(body, files, part, measured);
    page.contents(body);
    page.raw(bytes.toString(UTF_8));
    page.element(
        "footer",
        "Made by Residua "
            + Build.current().text()
            + " on "
            + Build.date()
            + " from "
            + files.name()
            + (measured.isEmpty()
                ? ". Curves and pictures are shown where the data set is given"
                    + " (residua report RUN --data DATA)."
                : brief
                    ? ", its model and its pictures. residua report RUN --data DATA also shows"
                        + " the training pictures most alike to mistakes."
                    : ", its model and its pictures."));
  }

  private void sections(
      HtmlPage page, RunFiles files, Optional<Part> part, Optional<Measurement> measured)
      throws IOException {
    Sections sections = new Sections(page, files);
    sections.training();
    try (Progress.Task task = progress.start("report", 0, "pictures")) {
      if (part.isPresent()) {
        PartMetrics numbers = files.headline().orElseThrow();
        sections.confusion(numbers);
        if (measured.isPresent()) {
          Gallery gallery = new Gallery(page, measured.get(), task);
          gallery.confusedPairs();
          sections.classes(numbers);
          sections.curves(measured.get().evaluation());
          new Confidence(page, files).section(part.get(), measured);
          gallery.mistakes();
          gallery.samples();
          gallery.plane();
        } else {
          sections.classes(numbers);
          new Confidence(page, files).section(part.get(), measured);
        }
      }
    }
    sections.grid();
    sections.sweep();
    sections.origin();
  }

  private static String title(RunFiles files) {
    String data = files.metrics().origin().get(Fact.DATA);
    return data.isEmpty() ? files.name() : data + ": " + files.name();
  }

  private static String subtitle(RunFiles files) {
    int classes = files.headline().map(p -> p.perClass().size()).orElse(0);
    int pictures = files.metrics().part(Part.TRAIN).map(PartMetrics::n).orElse(0);
    String weights = files.metrics().origin().get(Fact.WEIGHTS);
    return Figures.count(classes)
        + (classes == 1 ? " class" : " classes")
        + ", trained on "
        + Text.count(pictures, "picture")
        + (weights.isEmpty()
            ? ""
            : weights.equals("none") ? ", from scratch" : ", starting from " + weights);
  }

  private static void headline(HtmlPage page, RunMetrics run, Part part, PartMetrics numbers)
      throws IOException {
    page.raw("<div class=\"headline\">");
    page.element("b", Figures.percent(numbers.accuracy()));
    page.element(
        "span",
        Text.of(
            "of %s of the %s part are right%s",
            Text.count(numbers.n(), "picture"),
            part.label(),
            numbers.interval().map(i -> "; 95\u00a0% interval " + Figures.percent(i)).orElse("")));
    page.raw("</div>\n<div class=\"facts\">\n");
    fact(page, Figures.percent(numbers.balancedAccuracy()), "balanced accuracy");
    if (Double.isFinite(numbers.top5())) {
      fact(page, Figures.percent(numbers.top5()), "among the first five answers");
    }
    fact(page, Figures.decimal(numbers.macroAuc(), 4), "macro AUC");
    fact(page, Figures.decimal(numbers.macroAverage().f1(), 3), "macro F1");
    fact(page, Figures.decimal(numbers.logLoss(), 3), "log loss");
    fact(page, Figures.decimal(numbers.ece(), 3), "calibration error (ECE)");
    fact(
        page,
        Figures.percent(run.part(Part.TRAIN).map(PartMetrics::accuracy).orElse(Double.NaN)),
        "right on the train part");
    if (run.trainableParameters() != null) {
      fact(
          page,
          Figures.count(run.trainableParameters()),
          Text.of(
              "of %s parameters trained", Figures.count(requireNonNullElse(run.parameters(), 0L))));
    }
    fact(page, Figures.duration(requireNonNullElse(run.seconds(), Double.NaN)), "for the run");
    page.raw("</div>\n");
  }

  private static void fact(HtmlPage page, String value, String what) throws IOException {
    page.raw("<div>");
    page.element("b", value);
    page.element("small", what);
    page.raw("</div>\n");
  }
}
