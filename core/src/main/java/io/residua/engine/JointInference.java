package io.residua.engine;

import io.residua.nn.Network;
import io.residua.nn.Shape;
import io.residua.weights.WeightMap;
import org.jspecify.annotations.Nullable;

/**
 * One picture that all threads compute together, layer by layer: in a share for each thread, or,
 * while other processes take their processors, in twice as many; see {@link Crowding}. The second
 * form is made when it is first needed, and shares the packed weights.
 */
final class JointInference implements InferenceSession {
  private final Network network;
  private final WeightMap weights;
  private final Compute compute;
  private final @Nullable Calibration calibration;
  private final OneDnnInferenceProgram program;
  private final InferenceSession large;
  private final Crowding crowding = new Crowding();
  private @Nullable InferenceSession small;
  private boolean closed;

  /**
   * @param compute on at least 2 threads
   * @param calibration for int8, else not used
   */
  JointInference(
      Network network,
      WeightMap weights,
      Shape picture,
      Compute compute,
      @Nullable Calibration calibration) {
    this.network = network;
    this.weights = weights;
    this.compute = compute;
    this.calibration = calibration;
    program =
        new OneDnnInferenceProgram(
            network, weights, picture, 1, compute.precision(), compute.threads(), calibration);
    large = new OneDnnInference(program, true);
  }

  /** The network on so many threads, with this session's packed weights: close it before this. */
  OneDnnInferenceProgram onThreads(int count) {
    return program.onThreads(network, weights, compute.precision(), count, calibration);
  }

  @Override
  public int batchSize() {
    return 1;
  }

  @Override
  public int inputSize() {
    return large.inputSize();
  }

  @Override
  public int outputSize() {
    return large.outputSize();
  }

  @Override
  public synchronized void run(float[] input, int count, float[] output) {
    if (closed) {
      throw new IllegalStateException("the session is closed");
    }
    boolean inSmall = crowding.small();
    if (inSmall && small == null) {
      small = new OneDnnInference(onThreads(2 * compute.threads()), true);
    }
    InferenceSession session = inSmall && small != null ? small : large;
    long start = System.nanoTime();
    session.run(input, count, output);
    crowding.took(inSmall, System.nanoTime() - start);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      if (small != null) {
        small.close();
      }
      large.close();
    }
  }
}
