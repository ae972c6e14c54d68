package io.residua.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.ResiduaException;
import io.residua.data.ImageDataset;
import io.residua.data.Sample;
import io.residua.internal.Text;
import io.residua.model.Classifier.LabelledAnswer;
import io.residua.model.Classifier.Measured;
import io.residua.model.Prediction;
import io.residua.model.internal.AnswerCollector;
import io.residua.model.internal.AnswerJson;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Answers labelled pictures, writes a row for each as it comes, and measures them all. */
final class EvaluationRows {
  static final CsvRows CSV =
      new CsvRows(
          List.of(
              "path",
              "class",
              "predicted",
              "probability",
              "probability_of_class",
              "right",
              "error",
              "model"));
  static final JsonRows JSON = new JsonRows(0);

  private final AnswerJson json;
  private final ImageDataset data;
  private final AnswerTable table;
  private final String modelHash;
  private final AnswerCollector collector;

  /**
   * @param modelHash what rows call the model
   */
  EvaluationRows(AnswerJson json, ImageDataset data, AnswerTable table, String modelHash) {
    this.json = json;
    this.data = data;
    this.table = table;
    this.modelHash = modelHash;
    this.collector = new AnswerCollector(json.classifier().spec().classes());
  }

  Measured measure(Console console) {
    Path file = table.firstFile();
    if (file == null) {
      json.classifier().answer(data, answer -> add(answer, null), console.progress());
      return collector.measured();
    }
    int rows = table.done().size();
    try (ScoresFile scores = ScoresFile.open(file, json.classifier().spec().classes(), rows)) {
      addKnown(rows, scores);
      ImageDataset left =
          new ImageDataset(data.classes(), data.samples().subList(rows, data.size()));
      json.classifier().answer(left, answer -> add(answer, scores), console.progress());
      Measured measured = collector.measured();
      table.complete();
      scores.delete();
      return measured;
    }
  }

  /** Takes the answers of a run that was stopped. */
  private void addKnown(int rows, ScoresFile scores) {
    int[] classOf = json.classifier().classesOf(data);
    for (int i = 0; i < rows; i++) {
      if (i >= data.size() || !table.done().isAt(i, data.samples().get(i).name())) {
        throw new ResiduaException(
            Text.of(
                "--continue: the rows of %s are not of the first pictures of this data",
                table.firstFile()));
      }
      Sample sample = data.samples().get(i);
      Optional<Prediction> prediction = scores.next();
      collector.add(
          new LabelledAnswer(
              sample,
              classOf[sample.label()],
              prediction,
              prediction.isPresent()
                  ? Optional.empty()
                  : Optional.of(sample.path() + ": could not be read by the run before")));
    }
  }

  private void add(LabelledAnswer answer, @Nullable ScoresFile scores) {
    collector.add(answer);
    if (scores != null) {
      scores.add(answer.prediction());
    }
    if (table.isWanted()) {
      ObjectNode row = json.labelled(answer, data.classes()).put("model", modelHash);
      table.write(row, row);
    }
  }
}
