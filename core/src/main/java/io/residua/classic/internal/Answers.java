package io.residua.classic.internal;

/**
 * What a fitted classifier says of some samples.
 *
 * @param scores a row for each sample, a column for each of {@link ClassicModel#classes}; larger
 *     means more likely
 * @param predicted the label chosen for each sample
 * @param probabilities whether the scores are probabilities
 */
public record Answers(double[][] scores, int[] predicted, boolean probabilities) {
  /** Answers whose choice is the first class of the largest score. */
  static Answers ofProbabilities(double[][] probabilities, int[] classes) {
    int[] predicted = new int[probabilities.length];
    for (int i = 0; i < predicted.length; i++) {
      int best = 0;
      for (int c = 1; c < classes.length; c++) {
        if (probabilities[i][c] > probabilities[i][best]) {
          best = c;
        }
      }
      predicted[i] = classes[best];
    }
    return new Answers(probabilities, predicted, true);
  }
}
