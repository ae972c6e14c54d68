package io.residua.report.internal;

import static java.util.Objects.requireNonNullElse;

import io.residua.data.Part;
import io.residua.engine.internal.Calibration;
import io.residua.eval.Interval;
import io.residua.eval.internal.PartMetrics;
import io.residua.internal.Printable;
import io.residua.internal.Text;
import io.residua.model.FeatureLayer;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import io.residua.run.internal.Provenance;
import io.residua.run.internal.Provenance.Fact;
import io.residua.run.internal.RunMetrics;
import io.residua.weights.internal.Catalogue;
import io.residua.weights.internal.CatalogueEntry;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/**
 * What a model's file knows of it, as a Markdown page for people (Mitchell et al. 2019, "Model
 * Cards for Model Reporting", arXiv:1810.03993). Nothing is said that the file or the catalogue of
 * published weights does not say.
 *
 * <pre>{@code
 * System.out.print(
 *     ModelCard.markdown("cats and dogs", ModelFile.read(file), Catalogue.builtIn()));
 * }</pre>
 */
public final class ModelCard {
  private static final int MOST_CLASSES = 100;

  private final ModelFile model;
  private final RunMetrics metrics;
  private final Provenance provenance;
  private final Optional<CatalogueEntry> startedFrom;
  private final StringBuilder page = new StringBuilder();

  private ModelCard(ModelFile model, Catalogue catalogue) {
    this.model = model;
    this.metrics = RunMetrics.of(model.metrics());
    this.provenance = new Provenance(model.provenance());
    this.startedFrom = catalogue.find(provenance.get(Fact.WEIGHTS));
  }

  /**
   * The page.
   *
   * @param name the page's title
   */
  public static String markdown(String name, ModelFile model, Catalogue catalogue) {
    ModelCard card = new ModelCard(model, catalogue);
    card.line("# " + text(name));
    card.overview();
    card.metrics();
    card.classes();
    card.origin();
    card.limits(model.spec().classes().size());
    return card.page.toString();
  }

  private void overview() {
    ModelSpec spec = model.spec();
    line("");
    line("| | |");
    line("|---|---|");
    row("task", Text.of("one of %s for each picture", Text.count(spec.classes().size(), "class")));
    row(
        "network",
        Text.of(
            "%s, head %s, %,d values",
            spec.architecture(), spec.head().text(), spec.network().parameterCount()));
    model
        .classic()
        .ifPresent(
            pipeline -> {
              StringJoiner settings = new StringJoiner(", ");
              pipeline.model().spec().settings().forEach((k, v) -> settings.add(k + " " + v));
              String layer = spec.features().map(FeatureLayer::name).orElse("");
              row(
                  "classifier",
                  Text.of(
                      "%s (%s) on %,d features, layer %s",
                      pipeline.model().spec().toJson().path("classifier").asText(),
                      settings,
                      pipeline.model().features(),
                      layer));
            });
    row("preprocessing", spec.preprocessing().describe());
    model.calibration().ifPresent(c -> row("int8", calibration(c)));
  }

  private static String calibration(Calibration c) {
    return Text.of(
        "calibrated on %s of %s, %s",
        Text.count(c.pictures(), "picture"), c.source(), c.method().text());
  }

  private void metrics() {
    heading("Measured accuracy");
    Map<String, PartMetrics> measured = measured();
    if (measured.isEmpty()) {
      line("The file has no measurement of this model.");
      published();
      return;
    }
    line("| part | pictures | accuracy | 95 % interval | top 5 | balanced | log loss |");
    line("|---|---|---|---|---|---|---|");
    measured.forEach(
        (part, m) ->
            line(
                Text.of(
                    "| %s: %s | %,d | %s | %s–%s | %s | %s | %s |",
                    part,
                    text(requireNonNullElse(m.origin(), "")),
                    m.n(),
                    number(m.accuracy()),
                    number(m.interval().map(Interval::low).orElse(Double.NaN)),
                    number(m.interval().map(Interval::high).orElse(Double.NaN)),
                    number(m.top5()),
                    number(m.balancedAccuracy()),
                    number(m.logLoss()))));
    line("");
    line("Intervals are Wilson's and tell of chance in the choice of pictures only.");
    String chosen = requireNonNullElse(metrics.selectedOn(), "none");
    if (!chosen.equals("none")) {
      line(
          Text.of(
              "What was kept was chosen on %s; its numbers there are likely too good.",
              text(chosen)));
    }
    measured.entrySet().stream()
        .findFirst()
        .ifPresent(first -> perClass(first.getKey(), first.getValue().perClass()));
  }

  private void published() {
    startedFrom.ifPresent(
        entry ->
            line(
                Text.of(
                    "Its publisher states top-1 %s%s on %s.",
                    number(entry.top1()),
                    entry.top5() > 0 ? ", top-5 " + number(entry.top5()) : "",
                    entry.classNames().equals("imagenet1000")
                        ? "ImageNet's validation set"
                        : "CIFAR-10's test set")));
  }

  private void perClass(String part, List<PartMetrics.Scores> rows) {
    if (rows.isEmpty() || rows.size() > MOST_CLASSES) {
      return;
    }
    line("");
    line(Text.of("| class (%s) | pictures | precision | recall | F1 |", part));
    line("|---|---|---|---|---|");
    for (PartMetrics.Scores row : rows) {
      line(
          Text.of(
              "| %s | %,d | %s | %s | %s |",
              text(String.valueOf(row.name())),
              row.support(),
              number(row.precision()),
              number(row.recall()),
              number(row.f1())));
    }
  }

  private void classes() {
    heading("Classes");
    List<String> names = model.spec().classes();
    StringJoiner all = new StringJoiner(", ");
    names.stream().limit(MOST_CLASSES).forEach(name -> all.add(text(name)));
    String more =
        names.size() > MOST_CLASSES ? Text.of(" and %,d more", names.size() - MOST_CLASSES) : "";
    line(all + more);
  }

  private void origin() {
    heading("Where it comes from");
    line("| | |");
    line("|---|---|");
    String weights = provenance.get(Fact.WEIGHTS);
    row(
        "weights it started from",
        startedFrom
            .map(entry -> Text.of("%s: %s", entry.name(), entry.description()))
            .orElse(weights.isEmpty() ? "not known" : weights));
    row("licence of these weights", licence(weights));
    provenance.labelled().forEach(this::row);
    String recipe = provenance.get(Fact.RECIPE);
    if (!recipe.isBlank()) {
      line("");
      line("Recipe:");
      line("");
      recipe.lines().forEach(l -> line("    " + l));
    }
  }

  private String licence(String weights) {
    if (weights.equals("none")) {
      return "none: trained from random weights";
    }
    String own = provenance.licence();
    return own.isBlank() ? startedFrom.map(CatalogueEntry::licence).orElse("not known") : own;
  }

  private void limits(int classes) {
    heading("Use and limits");
    line(
        Text.of(
            "- It answers every picture with one of its %,d classes, also one that shows none of"
                + " them.",
            classes));
    if (metrics.test() != null) {
      line("- The numbers above hold for pictures like those of its test part.");
    } else if (metrics.val() != null) {
      line("- It was not measured on a test part kept apart from every choice.");
    }
    measured().entrySet().stream()
        .findFirst()
        .ifPresent(first -> weakest(first.getKey(), first.getValue()));
    if (model.calibration().isEmpty() && model.classic().isEmpty()) {
      line("- It is not calibrated for int8.");
    }
  }

  private void weakest(String part, PartMetrics numbers) {
    numbers.perClass().stream()
        .filter(row -> Double.isFinite(row.recall()) && row.support() > 0)
        .min(Comparator.comparingDouble(PartMetrics.Scores::recall))
        .filter(worst -> worst.recall() < 1)
        .ifPresent(
            worst -> {
              Interval interval =
                  Interval.wilson(Math.round(worst.recall() * worst.support()), worst.support());
              line(
                  Text.of(
                      "- The class with the lowest recall is %s: %s on %s (%s; 95 %% interval"
                          + " %s–%s).",
                      text(String.valueOf(worst.name())),
                      number(worst.recall()),
                      Text.count(worst.support(), "picture"),
                      part,
                      number(interval.low()),
                      number(interval.high())));
            });
  }

  /** What was measured, by the name that the metrics have for the part. */
  private Map<String, PartMetrics> measured() {
    Map<String, PartMetrics> measured = new LinkedHashMap<>();
    metrics.part(Part.TEST).ifPresent(m -> measured.put("test", m));
    metrics.part(Part.VALIDATION).ifPresent(m -> measured.put("val", m));
    metrics.part(Part.TRAIN).ifPresent(m -> measured.put("train", m));
    return measured;
  }

  private void heading(String title) {
    line("");
    line("## " + title);
    line("");
  }

  private void row(String key, String value) {
    line(Text.of("| %s | %s |", key, text(value)));
  }

  private void line(String text) {
    page.append(text).append('\n');
  }

  private static String number(double value) {
    return Double.isFinite(value) ? Text.of("%.3f", value) : "–";
  }

  /** Text of a file on one line, without what Markdown would take for its own. */
  private static String text(String text) {
    return Printable.line(text)
        .replace("\\", "\\\\")
        .replaceAll("([|*_`<>\\[\\]#])", "\\\\$1")
        .strip();
  }
}
