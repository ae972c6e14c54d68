package io.residua.classic.internal;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.Progress;
import java.util.Map;

/** A kind of classifier with its settings, ready to be fitted. */
public sealed interface ClassicSpec permits SvcSpec, LogisticSpec, NeighboursSpec {
  /**
   * Fits the classifier.
   *
   * @param samples n rows of features, scaled
   * @param labels n class numbers of at least two classes
   * @throws ClassicException if the samples can't be learned from
   */
  ClassicModel fit(Matrix samples, int[] labels, Execution execution, Progress progress);

  /** Fits the classifier on all processors. */
  default ClassicModel fit(Matrix samples, int[] labels) {
    return fit(samples, labels, Execution.standard(), Progress.NONE);
  }

  /** The settings for a table, by name, in order; for instance {@code C=10, gamma=0.01}. */
  Map<String, String> settings();

  /** The kind of classifier and every setting, as JSON. */
  ObjectNode toJson();
}
