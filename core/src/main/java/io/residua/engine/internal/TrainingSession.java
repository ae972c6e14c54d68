package io.residua.engine.internal;

import io.residua.weights.internal.WeightMap;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * A network with its weights, ready to be trained: forward, backward, and the buffers an optimizer
 * works on. All memory is allocated when the session is made. Used by one thread at a time.
 *
 * <p>One step is {@link #forward}, a loss gradient from the caller, {@link #backward}, and an
 * optimizer that changes {@link Trainable#values} from {@link Trainable#gradient}.
 */
public interface TrainingSession extends AutoCloseable {
  /** Pictures in a step. */
  int batchSize();

  /** Values of one picture in the input. */
  int inputSize();

  /** Values of one picture in the output (logits). */
  int outputSize();

  /**
   * Computes the logits in training mode: batch normalisation by batch statistics (and updates of
   * the running ones) except where they are frozen, dropout active.
   *
   * @param input {@code count×H×W×C}, preprocessed
   * @param count how many pictures; fewer than {@link #batchSize} only where no layer uses batch
   *     statistics
   * @param step number of the step; with the session's seed it decides what dropout drops
   * @param logits takes {@code count × outputSize} values
   */
  void forward(float[] input, int count, long step, float[] logits);

  /**
   * Computes the gradient of every trainable array from the loss's gradient at the logits of the
   * last {@link #forward}.
   *
   * @param logitsGradient {@code count × outputSize} values
   */
  void backward(float[] logitsGradient);

  /**
   * The arrays that are trained, in order of computation; the same buffers for the whole session.
   */
  List<Trainable> trainables();

  /**
   * The running statistics that {@link #forward} moves, which have no gradient; the same buffers
   * for the whole session.
   */
  List<Trainable> statistics();

  /** A copy of all weights as they are now, running statistics included, in file layout. */
  WeightMap weights();

  /**
   * Puts other weights in the place of those that training changes, running statistics included.
   *
   * @param weights in file layout
   * @throws io.residua.weights.internal.WeightsException if one is missing
   */
  void set(WeightMap weights);

  /** Releases the session's memory. Closing twice is allowed. */
  @Override
  void close();

  /**
   * One trained array.
   *
   * @param parameter what it is; its name is that of the file, for instance {@code
   *     layer4.2.conv3.weight}
   * @param values the 32-bit weights, changed in place by the optimizer
   * @param gradient filled by {@link #backward}; element i belongs to element i of values, in
   *     whatever order the session keeps both; empty where there is none
   */
  record Trainable(
      io.residua.nn.internal.Parameter parameter, FloatBuffer values, FloatBuffer gradient) {}
}
