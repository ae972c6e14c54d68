package io.residua.eval.internal;

import io.residua.eval.Predictions;
import io.residua.internal.Text;
import java.util.Optional;

/**
 * Answers that are not the class of the largest probability. A support vector machine gives them:
 * it answers with the class that wins most pairs, and finds its probabilities by another way, from
 * cross-validation (Chang and Lin, "LIBSVM: a library for support vector machines", 2011, section
 * 8). With little data or a small C the two differ often, and neither is always the better one.
 *
 * @param count how many, at least 1
 * @param n how many answers there are
 * @param right how many of all answers are right
 * @param rightByProbability how many would be, were the most likely class the answer
 */
public record UnlikelyAnswers(int count, int n, int right, int rightByProbability) {

  /** Those among some predictions; empty if there are none, or no probabilities. */
  public static Optional<UnlikelyAnswers> of(Predictions predictions) {
    int count = 0;
    int right = 0;
    int rightByProbability = 0;
    for (int i = 0; i < predictions.n(); i++) {
      int likeliest = predictions.predicted(i);
      for (int c = 0; c < predictions.classCount(); c++) {
        if (predictions.score(i, c) > predictions.score(i, likeliest)) {
          likeliest = c;
        }
      }
      count += likeliest == predictions.predicted(i) ? 0 : 1;
      right += predictions.isRight(i) ? 1 : 0;
      rightByProbability += likeliest == predictions.label(i) ? 1 : 0;
    }
    return count == 0 || !predictions.hasProbabilities()
        ? Optional.empty()
        : Optional.of(new UnlikelyAnswers(count, predictions.n(), right, rightByProbability));
  }

  /**
   * One line.
   *
   * @param where of what pictures, for instance {@code on the test part}
   */
  public String text(String where) {
    return Text.of(
        "%s %,d of %,d answers are not the most likely class: the machine answers with the class that"
            + " wins most pairs (%,d right), and by probability %,d would be right; with a larger C"
            + " the two agree more, and logistic regression always answers with the most likely class",
        where, count, n, right, rightByProbability);
  }
}
