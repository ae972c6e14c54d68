package io.residua.report.internal;

import io.residua.Progress;
import io.residua.data.ImageDataset;
import io.residua.data.Manifest;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.engine.Compute;
import io.residua.eval.Predictions;
import io.residua.eval.internal.McNemar;
import io.residua.model.Classifier;
import io.residua.model.Classifier.Measured;
import io.residua.model.Classifier.Options;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which pictures each of several runs answers rightly.
 *
 * @param right for each run, by the picture's name
 */
record PairedAnswers(List<Map<String, Boolean>> right) {

  /** Runs every model over the pictures that its headline is about. */
  static PairedAnswers of(
      List<RunFiles> runs, OpenedData opened, Compute compute, Progress progress) {
    List<Map<String, Boolean>> right = new ArrayList<>();
    for (RunFiles run : runs) {
      Part part =
          run.metrics()
              .headlinePart()
              .orElseThrow(() -> new ReportException(run.folder() + ": has measured nothing"));
      Manifest manifest =
          run.split()
              .orElseThrow(
                  () ->
                      new ReportException(
                          run.folder() + ": has no split.csv, which says what was measured"));
      ImageDataset pictures = new RunPictures(manifest, opened).of(part, true);
      try (Classifier classifier = Classifier.load(run.model(), Options.on(compute))) {
        right.add(right(classifier.evaluate(pictures, progress)));
      }
    }
    return new PairedAnswers(right);
  }

  private static Map<String, Boolean> right(Measured measured) {
    Predictions answers = measured.evaluation().predictions();
    Map<String, Boolean> right = new HashMap<>();
    for (int i = 0; i < answers.n(); i++) {
      right.put(measured.samples().get(i).name(), answers.isRight(i));
    }
    return right;
  }

  /** How many pictures both runs were measured on. */
  int common(int first, int second) {
    return (int) right.get(first).keySet().stream().filter(right.get(second)::containsKey).count();
  }

  /** Whether two runs differ by more than chance on those. */
  McNemar test(int first, int second) {
    int onlyFirst = 0;
    int onlySecond = 0;
    for (Map.Entry<String, Boolean> answer : right.get(first).entrySet()) {
      Boolean other = right.get(second).get(answer.getKey());
      if (other != null && !other.equals(answer.getValue())) {
        onlyFirst += answer.getValue() ? 1 : 0;
        onlySecond += other ? 1 : 0;
      }
    }
    return McNemar.of(onlyFirst, onlySecond);
  }
}
