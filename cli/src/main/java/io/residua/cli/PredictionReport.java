package io.residua.cli;

import io.residua.model.Classifier;
import io.residua.model.Classifier.Answer;
import io.residua.model.Prediction.Ranked;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a classifier said about pictures: as text, JSON and a table. */
final class PredictionReport {
  private static final int WIDEST_PATH = 60;

  private final String model;
  private final Classifier classifier;
  private final List<Answer> answers;
  private final int top;

  /**
   * @param model as the user named it
   * @param top how many classes are given for a picture, at most
   */
  PredictionReport(String model, Classifier classifier, List<Answer> answers, int top) {
    this.model = model;
    this.classifier = classifier;
    this.answers = answers;
    this.top = Math.min(top, classifier.spec().classes().size());
  }

  /** How many pictures could not be read. */
  long failed() {
    return answers.stream().filter(a -> a.problem().isPresent()).count();
  }

  /** A line for each picture that could be read. */
  void print(PrintStream out, Console console) {
    int width =
        answers.stream()
            .mapToInt(a -> a.picture().toString().length())
            .filter(length -> length <= WIDEST_PATH)
            .max()
            .orElse(1);
    for (Answer answer : answers) {
      List<Ranked> ranked = ranked(answer);
      if (!ranked.isEmpty()) {
        String path = ErrorReport.oneLine(answer.picture().toString());
        String classes =
            ranked.stream().map(PredictionReport::text).collect(Collectors.joining("   "));
        out.println(
            console.bold(path + " ".repeat(Math.max(0, width - path.length()))) + "  " + classes);
      }
    }
    out.flush();
  }

  private static String text(Ranked ranked) {
    return String.format(
        Locale.ROOT, "%s %.1f %%", ErrorReport.oneLine(ranked.label()), 100 * ranked.probability());
  }

  Map<String, Object> json() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("model", model);
    json.put("architecture", classifier.spec().architecture());
    json.put("preprocessing", classifier.spec().preprocessing().describe());
    json.put("compute", classifier.compute().describe());
    json.put("n", answers.size());
    json.put("unreadable", failed());
    json.put("predictions", answers.stream().map(this::json).toList());
    return json;
  }

  private Map<String, Object> json(Answer answer) {
    Map<String, Object> json = new LinkedHashMap<>();
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

  List<String> csvHeader() {
    List<String> header = new ArrayList<>(List.of("path", "class", "probability"));
    for (int k = 2; k <= top; k++) {
      header.add("class_" + k);
      header.add("probability_" + k);
    }
    header.add("error");
    return header;
  }

  List<List<@Nullable Object>> csvRows() {
    List<List<@Nullable Object>> rows = new ArrayList<>();
    for (Answer answer : answers) {
      List<@Nullable Object> row = new ArrayList<>();
      row.add(answer.picture());
      List<Ranked> ranked = ranked(answer);
      for (int k = 0; k < top; k++) {
        row.add(ranked.isEmpty() ? null : ranked.get(k).label());
        row.add(ranked.isEmpty() ? null : ranked.get(k).probability());
      }
      row.add(answer.problem().orElse(null));
      rows.add(row);
    }
    return rows;
  }

  private List<Ranked> ranked(Answer answer) {
    return answer.prediction().map(prediction -> prediction.top(top)).orElse(List.of());
  }
}
