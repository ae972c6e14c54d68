package io.residua.engine.onednn;

import io.residua.engine.internal.Executor;
import io.residua.engine.internal.Inference;
import io.residua.engine.internal.InferenceSession;
import org.jspecify.annotations.Nullable;

/**
 * One picture that all threads compute together, layer by layer: in a share for each thread, or,
 * while other processes take their processors, in twice as many; see {@link Crowding}. The second
 * form is made when it is first needed, and shares the packed weights.
 */
final class JointInference implements Executor.Sharing {
  private final Inference what;
  private final OneDnnInferenceProgram program;
  private final InferenceSession large;
  private final Crowding crowding = new Crowding();
  private @Nullable InferenceSession small;
  private @Nullable OneDnnInferenceProgram single;
  private boolean closed;

  /**
   * @param what on at least 2 threads
   */
  JointInference(Inference what) {
    this.what = what;
    program = new OneDnnInferenceProgram(what, 1, what.compute().threads());
    large = new OneDnnInference(program, true);
  }

  @Override
  public synchronized InferenceSession another() {
    if (single == null) {
      single = program.onThreads(what, 1);
    }
    return new OneDnnInference(single, false);
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
      small = new OneDnnInference(program.onThreads(what, 2 * what.compute().threads()), true);
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
      if (single != null) {
        single.close();
      }
      large.close();
    }
  }
}
