package io.residua.server.internal.serving;

import io.residua.model.Prediction;
import org.jspecify.annotations.Nullable;

/**
 * What came of one picture.
 *
 * @param prediction null where it has no answer
 * @param problem why it has none, one line; null where it has one
 * @param logits a value a class; empty without an answer
 * @param features empty unless asked for
 * @param explanation a PNG; empty unless asked for
 */
@SuppressWarnings("ArrayRecordComponent") // written once, then read
public record Outcome(
    @Nullable Prediction prediction,
    @Nullable String problem,
    float[] logits,
    float[] features,
    byte[] explanation) {
  private static final float[] NO_VALUES = {};
  private static final byte[] NO_BYTES = {};

  static Outcome problem(String line) {
    return new Outcome(null, line, NO_VALUES, NO_VALUES, NO_BYTES);
  }

  static Outcome answer(Prediction prediction, float[] logits) {
    return new Outcome(prediction, null, logits, NO_VALUES, NO_BYTES);
  }

  Outcome withFeatures(float[] values) {
    return new Outcome(prediction, problem, logits, values, explanation);
  }

  Outcome withExplanation(byte[] png) {
    return new Outcome(prediction, problem, logits, features, png);
  }
}
