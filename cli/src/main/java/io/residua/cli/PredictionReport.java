package io.residua.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.internal.Printable;
import io.residua.internal.Text;
import io.residua.model.Classifier.Answer;
import io.residua.model.Prediction.Ranked;
import io.residua.model.internal.AnswerJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What a classifier says about a picture: as text and a row. */
final class PredictionReport {
  private static final int WIDEST_PATH = 60;

  private final AnswerJson json;
  private final String modelHash;
  private final int top;
  private int width = 1;

  /**
   * @param modelHash what rows call the model
   */
  PredictionReport(AnswerJson json, String modelHash) {
    this.json = json;
    this.modelHash = modelHash;
    this.top = Math.min(json.top(), json.classifier().spec().classes().size());
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
    ObjectNode row = json.prediction(answer).put("model", modelHash);
    ObjectNode csv = row.deepCopy();
    List<Ranked> ranked = ranked(answer);
    for (int k = 2; k <= ranked.size(); k++) {
      csv.put("class_" + k, ranked.get(k - 1).label());
      csv.put("probability_" + k, ranked.get(k - 1).probability());
    }
    table.write(csv, row);
  }

  private List<Ranked> ranked(Answer<Path> answer) {
    return answer.prediction().map(prediction -> prediction.top(top)).orElse(List.of());
  }
}
