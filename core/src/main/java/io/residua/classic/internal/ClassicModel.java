package io.residua.classic.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** A fitted classifier. Immutable and safe to use from several threads. */
public sealed interface ClassicModel permits Svc, LogisticRegression, KNearestNeighbours {
  /** The labels it knows, ascending: the columns of its scores. */
  int[] classes();

  /** How many features a sample has. */
  int features();

  /**
   * Scores and predicts.
   *
   * @param samples n rows of {@link #features} values, scaled as the training samples were
   */
  Answers answer(Matrix samples, Execution execution);

  /** Scores and predicts on all processors. */
  default Answers answer(Matrix samples) {
    return answer(samples, Execution.standard());
  }

  /** The predicted label of each sample. */
  default int[] predict(Matrix samples) {
    return answer(samples).predicted();
  }

  /** What it is and was fitted with, in the words of its spec. */
  ClassicSpec spec();

  /** Writes arrays to {@code writer} and everything else to {@code json}. */
  void store(ClassicTensors.Writer writer, ObjectNode json);
}
