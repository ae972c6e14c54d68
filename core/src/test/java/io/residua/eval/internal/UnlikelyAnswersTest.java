package io.residua.eval.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.eval.Predictions;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Answers of a support vector machine that its probabilities speak against. */
class UnlikelyAnswersTest {
  private static final double[][] PROBABILITIES = {{0.7, 0.3}, {0.4, 0.6}, {0.5, 0.5}, {0.2, 0.8}};
  private static final int[] LABELS = {0, 0, 1, 1};

  private static Predictions answering(int... choices) {
    return Predictions.ofProbabilities(PROBABILITIES, LABELS, List.of("cat", "dog"))
        .withPredicted(choices);
  }

  @Test
  void theyAreCountedWithWhatWouldBeRight() {
    UnlikelyAnswers found = UnlikelyAnswers.of(answering(0, 0, 1, 0)).orElseThrow();
    assertThat(found).isEqualTo(new UnlikelyAnswers(2, 4, 3, 3));
    assertThat(found.text("here"))
        .startsWith("here 2 of 4 answers are not the most likely class")
        .contains("(3 right)", "by probability 3 would be right");
  }

  @Test
  void mostLikelyAnswersAndTiesAreNone() {
    assertThat(UnlikelyAnswers.of(answering(0, 1, 1, 1))).isEmpty();
    Predictions scores =
        Predictions.ofScores(PROBABILITIES, LABELS, List.of("cat", "dog"))
            .withPredicted(new int[] {1, 1, 1, 1});
    assertThat(UnlikelyAnswers.of(scores)).as("scores are of another rule").isEmpty();
  }
}
