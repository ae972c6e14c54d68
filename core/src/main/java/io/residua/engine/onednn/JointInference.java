package io.residua.engine.onednn;

import io.residua.engine.internal.Executor;
import io.residua.engine.internal.Inference;
import io.residua.engine.internal.InferenceSession;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One picture that all threads compute together, layer by layer: in a share for each thread, or,
 * while other processes take their processors, in twice as many; see {@link Crowding}. The second
 * form is made when it is first needed, and shares the packed weights that have the same layout in
 * both, as most have.
 */
final class JointInference implements Executor.Sharing {
  private final Inference what;
  private final OneDnnInferenceProgram program;
  private final InferenceSession large;
  private final Crowding crowding = new Crowding();
  private @Nullable InferenceSession small;
  private final Map<Integer, OneDnnInferenceProgram> singles = new HashMap<>();
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
  public synchronized InferenceSession another(int batchSize) {
    return new OneDnnInference(
        singles.computeIfAbsent(batchSize, size -> program.with(what, size, 1)), false);
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
      small = new OneDnnInference(program.with(what, 1, 2 * what.compute().threads()), true);
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
      singles.values().forEach(OneDnnInferenceProgram::close);
      large.close();
    }
  }
}
