package io.residua.features.internal;

import io.residua.classic.internal.Answers;
import io.residua.classic.internal.ClassicPipeline;
import io.residua.classic.internal.Execution;
import io.residua.classic.internal.Matrix;
import io.residua.classic.internal.StandardScaler;
import io.residua.data.Part;
import io.residua.eval.Evaluation;
import io.residua.eval.Predictions;
import java.util.List;
import java.util.Optional;

/**
 * Measures a fitted classifier on the features of one part.
 *
 * @param classes names of the classes
 */
public record Measuring(
    ClassicPipeline pipeline, List<String> classes, DividedFeatures parts, Execution execution) {

  /**
   * @param byItself whether the part is scaled by its own mean and deviation
   */
  public Evaluation of(Part part, boolean byItself) {
    Matrix matrix = parts.matrix(part);
    ClassicPipeline used =
        byItself ? new ClassicPipeline(StandardScaler.fit(matrix), pipeline.model()) : pipeline;
    Answers answers = used.answer(matrix, execution);
    return Evaluation.of(
        Predictions.ofProbabilities(
                used.scores(answers, classes.size()), parts.labels(part), classes)
            .withPredicted(answers.predicted()));
  }

  public Optional<Evaluation> ifThere(Part part, boolean byItself) {
    return parts.has(part) ? Optional.of(of(part, byItself)) : Optional.empty();
  }
}
