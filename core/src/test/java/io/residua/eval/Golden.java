package io.residua.eval;

import io.residua.testkit.Sklearn;
import java.util.List;

/** scikit-learn's answers. */
public final class Golden {
  static final List<String> CLASSES = List.of("0", "1", "2", "3");

  private Golden() {}

  /** Answers of the polynomial support vector machine: votes choose, decision values rank. */
  public static Predictions svc() {
    return Predictions.ofScores(
            Sklearn.rows("svc_poly_decision_ovr.npy"), Sklearn.testLabels(), CLASSES)
        .withPredicted(Sklearn.ints("svc_poly_predictions.npy"));
  }

  /** Answers of the logistic regression. */
  public static Predictions logistic() {
    return Predictions.ofProbabilities(
        Sklearn.rows("logreg_probs.npy"), Sklearn.testLabels(), CLASSES);
  }
}
