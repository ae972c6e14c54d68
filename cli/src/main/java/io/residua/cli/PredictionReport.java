package io.residua.cli;

import io.residua.internal.Printable;
import io.residua.internal.Text;
import io.residua.model.Classifier;
import io.residua.model.Classifier.Answer;
import io.residua.model.Prediction.Ranked;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a classifier says about a picture: as text, JSON and a row. */
final class PredictionReport {
  private static final int WIDEST_PATH = 60;

  private final String model;
  private final String modelHash;
  private final Classifier classifier;
  private final int top;
  private int width = 1;

  /**
   * @param model as the user named it
   * @param modelHash what rows call it
   * @param top how many classes are given for a picture, at most
   */
  PredictionReport(String model, String modelHash, Classifier classifier, int top) {
    this.model = model;
    this.modelHash = modelHash;
    this.classifier = classifier;
    this.top = Math.min(top, classifier.spec().classes().size());
  }

  /** Makes room for a picture's name, so that the answers stand below each other. */
  void fit(Path picture) {
    int length = Printable.escaped(picture.toString()).length();
    width = length <= WIDEST_PATH ? Math.max(width, length) : width;
  }

  /** A line for people. */
  String line(Answer<Path> answer, Console console) {
    fit(answer.picture());
    String path = Printable.escaped(answer.picture().toString());
    String classes =
        ranked(answer).stream().map(PredictionReport::text).collect(Collectors.joining("   "));
    return console.bold(path + " ".repeat(Math.max(0, width - path.length()))) + "  " + classes;
  }

  private static String text(Ranked ranked) {
    return Text.of("%s %.1f %%", Printable.escaped(ranked.label()), 100 * ranked.probability());
  }

  /** All answers as one document. */
  Map<String, Object> json(List<Answer<Path>> answers) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", model);
    json.put("architecture", classifier.spec().architecture());
    json.put("preprocessing", classifier.spec().preprocessing().describe());
    json.put("compute", classifier.compute().describe());
    json.put("n", answers.size());
    json.put("unreadable", answers.stream().filter(a -> a.problem().isPresent()).count());
    json.put("predictions", answers.stream().map(this::json).toList());
    return json;
  }

  private Map<String, @Nullable Object> json(Answer<Path> answer) {
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("path", answer.picture().toString());
    List<Ranked> ranked = ranked(answer);
    if (!ranked.isEmpty()) {
      json.put("class", ranked.get(0).label());
      json.put("probability", ranked.get(0).probability());
      json.put("top", ranked.stream().map(this::json).toList());
    }
    answer.problem().ifPresent(problem -> json.put("error", problem));
    return json;
  }

  private Map<String, Object> json(Ranked ranked) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("index", ranked.index());
    List<String> ids = classifier.spec().classIds();
    if (!ids.isEmpty()) {
      json.put("id", ids.get(ranked.index()));
    }
    json.put("class", ranked.label());
    json.put("probability", ranked.probability());
    return json;
  }

  CsvRows csvRows() {
    List<String> header = new ArrayList<>(List.of("path", "class", "probability"));
    for (int k = 2; k <= top; k++) {
      header.add("class_" + k);
      header.add("probability_" + k);
    }
    header.add("error");
    header.add("model");
    return new CsvRows(header);
  }

  JsonRows jsonRows() {
    return new JsonRows(top);
  }

  void write(Answer<Path> answer, AnswerTable table) {
    Map<String, @Nullable Object> json = json(answer);
    json.put("model", modelHash);
    Map<String, @Nullable Object> csv = new LinkedHashMap<>(json);
    List<Ranked> ranked = ranked(answer);
    for (int k = 2; k <= ranked.size(); k++) {
      csv.put("class_" + k, ranked.get(k - 1).label());
      csv.put("probability_" + k, ranked.get(k - 1).probability());
    }
    table.write(csv, json);
  }

  private List<Ranked> ranked(Answer<Path> answer) {
    return answer.prediction().map(prediction -> prediction.top(top)).orElse(List.of());
  }
}
