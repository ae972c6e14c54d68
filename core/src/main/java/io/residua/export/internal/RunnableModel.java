package io.residua.export.internal;

import io.residua.image.RgbImage;

/** A model that answers one picture at a time. */
interface RunnableModel extends AutoCloseable {
  /**
   * An answer.
   *
   * @param logits empty where the model has a classic classifier
   * @param probabilities one for each class
   * @param predicted index of the class that is the answer
   */
  record Outputs(float[] logits, float[] probabilities, int predicted) {}

  /**
   * The answer to a picture.
   *
   * @param picture has the network's size already
   */
  Outputs run(RgbImage picture);

  @Override
  void close();

  /** Index of the largest value, the first of equals. */
  static int largest(float[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }
}
