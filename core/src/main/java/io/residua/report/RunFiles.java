package io.residua.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.residua.StrictJson;
import io.residua.data.Manifest;
import io.residua.data.Part;
import io.residua.eval.Interval;
import io.residua.run.History;
import io.residua.run.RunFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a run has written down.
 *
 * @param folder the run's
 * @param metrics of {@code metrics.json}
 * @param history of {@code history.csv}; empty where no epochs were run
 * @param recipe text of {@code recipe.yaml}; empty where there is none
 * @param split of {@code split.csv}, if it is there
 * @param excluded how many pictures {@code excluded.csv} lists
 */
record RunFiles(
    Path folder,
    JsonNode metrics,
    History history,
    String recipe,
    Optional<Manifest> split,
    int excluded) {
  /**
   * Reads a run's folder.
   *
   * @throws ReportException naming the file, if the folder is no run's or a file is damaged
   */
  static RunFiles read(Path folder) {
    RunFolder files = new RunFolder(folder);
    Path metrics = files.metrics();
    if (!Files.isDirectory(folder)) {
      throw new ReportException(folder + ": no such folder; a run's folder is needed");
    }
    if (!Files.isRegularFile(metrics)) {
      throw new ReportException(
          folder + ": has no metrics.json; give the folder that a finished run has written");
    }
    Path split = files.split();
    return new RunFiles(
        folder,
        json(metrics),
        History.read(files.history()),
        RunFolder.text(files.recipe()),
        Files.isRegularFile(split) ? Optional.of(Manifest.read(split)) : Optional.empty(),
        (int) Math.max(0, RunFolder.text(files.excluded()).lines().count() - 1));
  }

  private static JsonNode json(Path file) {
    try {
      JsonNode node = StrictJson.parse(RunFolder.text(file));
      if (!node.isObject()) {
        throw new ReportException(file + ": is no JSON object");
      }
      return node;
    } catch (IllegalArgumentException e) {
      throw new ReportException(file + ": " + e.getMessage(), e);
    }
  }

  /** The sweep that the run is a choice of; without content if it is of none. */
  JsonNode sweep() {
    Path beside = new RunFolder(folder).sweep();
    return Files.isRegularFile(beside) ? json(beside) : MissingNode.getInstance();
  }

  /** What the run is called: the name of its folder. */
  String name() {
    return new RunFolder(folder).name();
  }

  Path model() {
    return new RunFolder(folder).model();
  }

  /** The part that the headline is about: the test part, else the validation part. */
  Optional<Part> headlinePart() {
    return Stream.of(Part.TEST, Part.VALIDATION, Part.TRAIN)
        .filter(part -> part(part).isObject())
        .findFirst();
  }

  /** The metrics of a part; missing where it was not measured. */
  JsonNode part(Part part) {
    return metrics.path(part == Part.VALIDATION ? "val" : part.label());
  }

  /** The number under those keys, NaN if there is none. */
  static double number(JsonNode node, String... keys) {
    JsonNode at = node;
    for (String key : keys) {
      at = at.path(key);
    }
    return at.isNumber() ? at.asDouble() : Double.NaN;
  }

  /** The interval of a part's accuracy. */
  static Optional<Interval> interval(JsonNode part) {
    JsonNode ends = part.path("accuracy_ci95");
    return ends.size() == 2 && ends.get(0).isNumber() && ends.get(1).isNumber()
        ? Optional.of(new Interval(ends.get(0).asDouble(), ends.get(1).asDouble()))
        : Optional.empty();
  }

  /** The interval of a share of some pictures; empty where there are none. */
  static Optional<Interval> wilson(double share, long pictures) {
    return pictures > 0 && share >= 0 && share <= 1
        ? Optional.of(Interval.wilson(Math.round(share * pictures), pictures))
        : Optional.empty();
  }

  /** The names of the classes, in the order of the confusion matrix. */
  static List<String> classes(JsonNode part) {
    return Json.list(part.path("per_class")).map(c -> c.path("class").asText()).toList();
  }
}
