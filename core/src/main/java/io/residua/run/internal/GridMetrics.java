package io.residua.run.internal;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.internal.JsonRecords;
import java.util.List;

/**
 * The combinations of settings that a grid search has tried, in a run's {@code metrics.json} as
 * scikit-learn names them.
 *
 * @param bestIndex of the candidate that was chosen
 * @param bestScore its mean
 * @param bestParams its settings
 * @param seconds the search took
 */
public record GridMetrics(
    int bestIndex,
    double bestScore,
    ObjectNode bestParams,
    double seconds,
    List<Candidate> candidates) {

  /** What a file does not have is empty. */
  public GridMetrics {
    candidates = JsonRecords.list(candidates);
  }

  /**
   * A combination.
   *
   * @param params its settings
   * @param splitTestScores accuracy on each fold
   * @param meanTestScore their mean
   * @param stdTestScore their standard deviation
   * @param rankTestScore 1 for the best mean
   * @param meanFitSeconds how long a fit took
   */
  public record Candidate(
      ObjectNode params,
      List<Double> splitTestScores,
      double meanTestScore,
      double stdTestScore,
      int rankTestScore,
      double meanFitSeconds) {

    /** What a file does not have is empty. */
    public Candidate {
      params = params == null ? JsonNodeFactory.instance.objectNode() : params;
    }
  }
}
