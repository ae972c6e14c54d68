package io.residua.model.internal;

import io.residua.data.Sample;
import io.residua.eval.Evaluation;
import io.residua.eval.Predictions;
import io.residua.internal.Text;
import io.residua.model.Classifier.LabelledAnswer;
import io.residua.model.Classifier.Measured;
import io.residua.model.ModelException;
import io.residua.model.Prediction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Gathers the answers to labelled pictures for an evaluation. Until the end a picture takes {@code
 * 8k + 28} bytes for {@code k} classes, because rankings and curves need all scores.
 */
public final class AnswerCollector {
  private final Predictions.Builder scores;
  private final List<Sample> read = new ArrayList<>();
  private final Map<Integer, String> unreadable = new TreeMap<>();

  /**
   * @param classes names of the model's classes
   */
  public AnswerCollector(List<String> classes) {
    scores = Predictions.builder(classes);
  }

  /** Takes the answer to the next picture of the set. */
  public void add(LabelledAnswer answer) {
    Optional<Prediction> prediction = answer.prediction();
    if (prediction.isPresent()) {
      prediction.get().addTo(scores, answer.label());
      read.add(answer.sample());
    } else {
      unreadable.put(read.size() + unreadable.size(), answer.problem().orElse("could not be read"));
    }
  }

  /**
   * The evaluation of all answers so far.
   *
   * @throws ModelException if not one picture could be read
   */
  public Measured measured() {
    if (read.isEmpty()) {
      throw new ModelException(
          Text.of("not one of %s could be read", Text.count(unreadable.size(), "picture")));
    }
    return new Measured(Evaluation.of(scores.build()), read, unreadable);
  }
}
