package io.residua.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.Printable;
import io.residua.Text;
import io.residua.engine.Calibration;
import io.residua.eval.Interval;
import io.residua.model.FeatureLayer;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import io.residua.weights.Catalogue;
import io.residua.weights.CatalogueEntry;
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
  private static final List<String> PARTS = List.of("test", "val", "train");
  private static final Map<String, String> PROVENANCE = provenanceLabels();

  private final ModelFile model;
  private final Optional<CatalogueEntry> startedFrom;
  private final StringBuilder page = new StringBuilder();

  private ModelCard(ModelFile model, Catalogue catalogue) {
    this.model = model;
    this.startedFrom = catalogue.find(model.provenance().path("weights").asText());
  }

  private static Map<String, String> provenanceLabels() {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("outputs", "outputs of the network it was made of");
    labels.put("data", "data set");
    labels.put("data_manifest_sha256", "SHA-256 of the list of pictures");
    labels.put("unreadable", "pictures left out as unreadable");
    labels.put("weights_sha256", "SHA-256 of the weights it started from");
    labels.put("seed", "seed");
    labels.put("date", "made on");
    labels.put("command", "made by");
    labels.put("residua", "Residua");
    labels.put("commit", "commit of Residua");
    labels.put("compute", "computed on");
    labels.put("processor", "processor");
    labels.put("java", "Java");
    labels.put("platform", "platform");
    return labels;
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
    List<String> measured = PARTS.stream().filter(part -> model.metrics().has(part)).toList();
    if (measured.isEmpty()) {
      line("The file has no measurement of this model.");
      published();
      return;
    }
    line("| part | pictures | accuracy | 95 % interval | top 5 | balanced | log loss |");
    line("|---|---|---|---|---|---|---|");
    for (String part : measured) {
      JsonNode m = model.metrics().get(part);
      line(
          Text.of(
              "| %s: %s | %,d | %s | %s–%s | %s | %s | %s |",
              part,
              text(m.path("origin").asText()),
              m.path("n").asInt(),
              number(m.path("accuracy")),
              number(m.at("/accuracy_ci95/0")),
              number(m.at("/accuracy_ci95/1")),
              number(m.path("top5")),
              number(m.path("balanced_accuracy")),
              number(m.path("log_loss"))));
    }
    line("");
    line("Intervals are Wilson's and tell of chance in the choice of pictures only.");
    String chosen = model.metrics().path("selected_on").asText();
    if (!chosen.isEmpty() && !chosen.equals("none")) {
      line(
          Text.of(
              "What was kept was chosen on %s; its numbers there are likely too good.",
              text(chosen)));
    }
    perClass(measured.get(0));
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

  private void perClass(String part) {
    JsonNode rows = model.metrics().get(part).path("per_class");
    if (rows.isEmpty() || rows.size() > MOST_CLASSES) {
      return;
    }
    line("");
    line(Text.of("| class (%s) | pictures | precision | recall | F1 |", part));
    line("|---|---|---|---|---|");
    for (JsonNode row : rows) {
      line(
          Text.of(
              "| %s | %,d | %s | %s | %s |",
              text(row.path("class").asText()),
              row.path("support").asInt(),
              number(row.path("precision")),
              number(row.path("recall")),
              number(row.path("f1"))));
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
    JsonNode provenance = model.provenance();
    String weights = provenance.path("weights").asText();
    row(
        "weights it started from",
        startedFrom
            .map(entry -> Text.of("%s: %s", entry.name(), entry.description()))
            .orElse(weights.isEmpty() ? "not known" : weights));
    row("licence of these weights", licence(provenance, weights));
    PROVENANCE.forEach(
        (key, label) -> {
          if (provenance.has(key)) {
            JsonNode value = provenance.get(key);
            row(label, value.isContainerNode() ? Text.of("%,d", value.size()) : value.asText());
          }
        });
    String recipe = provenance.path("recipe").asText();
    if (!recipe.isBlank()) {
      line("");
      line("Recipe:");
      line("");
      recipe.lines().forEach(l -> line("    " + l));
    }
  }

  private String licence(JsonNode provenance, String weights) {
    if (weights.equals("none")) {
      return "none: trained from random weights";
    }
    String own = provenance.path("weights_licence").asText(provenance.path("licence").asText());
    return own.isBlank() ? startedFrom.map(CatalogueEntry::licence).orElse("not known") : own;
  }

  private void limits(int classes) {
    heading("Use and limits");
    line(
        Text.of(
            "- It answers every picture with one of its %,d classes, also one that shows none of"
                + " them.",
            classes));
    if (model.metrics().has("test")) {
      line("- The numbers above hold for pictures like those of its test part.");
    } else if (model.metrics().has("val")) {
      line("- It was not measured on a test part kept apart from every choice.");
    }
    PARTS.stream().filter(part -> model.metrics().has(part)).findFirst().ifPresent(this::weakest);
    if (model.calibration().isEmpty() && model.classic().isEmpty()) {
      line("- It is not calibrated for int8.");
    }
  }

  private void weakest(String part) {
    JsonNode worst = null;
    for (JsonNode row : model.metrics().get(part).path("per_class")) {
      boolean measured = row.path("recall").isNumber() && row.path("support").asInt() > 0;
      if (measured
          && (worst == null || row.get("recall").asDouble() < worst.get("recall").asDouble())) {
        worst = row;
      }
    }
    if (worst != null && worst.get("recall").asDouble() < 1) {
      int pictures = worst.path("support").asInt();
      Interval interval =
          Interval.wilson(Math.round(worst.get("recall").asDouble() * pictures), pictures);
      line(
          Text.of(
              "- The class with the lowest recall is %s: %s on %s (%s; 95 %% interval" + " %s–%s).",
              text(worst.path("class").asText()),
              number(worst.path("recall")),
              Text.count(pictures, "picture"),
              part,
              number(interval.low()),
              number(interval.high())));
    }
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

  private static String number(JsonNode value) {
    return value.isNumber() ? number(value.asDouble()) : "–";
  }

  private static String number(double value) {
    return Text.of("%.3f", value);
  }

  /** Text of a file on one line, without what Markdown would take for its own. */
  private static String text(String text) {
    return Printable.line(text)
        .replace("\\", "\\\\")
        .replaceAll("([|*_`<>\\[\\]#])", "\\\\$1")
        .strip();
  }
}
