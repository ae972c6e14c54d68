package io.residua.engine.internal;

/**
 * A network with its weights, ready to compute. All memory is allocated when the session is made
 * and none afterwards. A session is used by one thread at a time and is released by {@link #close}.
 */
public interface InferenceSession extends AutoCloseable {
  /** The most pictures that one call of {@link #run} takes. */
  int batchSize();

  /** Values of one picture in the input, {@code H·W·C}. */
  int inputSize();

  /** Values of one picture in the output. */
  int outputSize();

  /**
   * Computes the network's last node.
   *
   * @param input {@code count×H×W×C}, preprocessed; values beyond are ignored
   * @param count how many pictures, 1 to {@link #batchSize}
   * @param output takes {@code count × outputSize} values; feature maps in the order {@code C×H×W}
   * @throws IllegalStateException if the session is closed
   * @throws IllegalArgumentException if count or an array's length does not fit
   */
  void run(float[] input, int count, float[] output);

  /** Releases the session's memory. Closing twice is allowed. */
  @Override
  void close();
}
