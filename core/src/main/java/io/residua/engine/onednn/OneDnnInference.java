package io.residua.engine.onednn;

import io.residua.engine.internal.Inference;
import io.residua.engine.internal.InferenceSession;
import io.residua.engine.internal.SessionChecks;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.IntStream;

/** An {@link OneDnnInferenceProgram} with memory of its own. */
final class OneDnnInference implements InferenceSession {
  private final OneDnnInferenceProgram program;
  private final OneDnnTape.Binding binding;
  private final FloatBuffer input;
  private final FloatBuffer output;
  private final boolean ownsProgram;
  private boolean closed;

  /**
   * @param ownsProgram whether closing this also closes the program
   */
  OneDnnInference(OneDnnInferenceProgram program, boolean ownsProgram) {
    this.program = program;
    this.ownsProgram = ownsProgram;
    OmpThreads.use(program.threads);
    this.binding = program.tape.bind();
    this.input =
        OneDnn.floats(
            binding.data(program.input), (long) program.batchSize * program.picture.size());
    this.output =
        OneDnn.floats(
            binding.data(program.result), (long) program.batchSize * program.output.size());
  }

  /** Single-threaded sessions of one program; the first owns it and is to be closed last. */
  static List<OneDnnInference> sharing(Inference what, int count, int batchSize) {
    OneDnnInferenceProgram program = new OneDnnInferenceProgram(what, batchSize, 1);
    return IntStream.range(0, count).mapToObj(i -> new OneDnnInference(program, i == 0)).toList();
  }

  @Override
  public int batchSize() {
    return program.batchSize;
  }

  @Override
  public int inputSize() {
    return program.picture.size();
  }

  @Override
  public int outputSize() {
    return program.output.size();
  }

  @Override
  public synchronized void run(float[] in, int count, float[] out) {
    if (closed) {
      throw new IllegalStateException("the session is closed");
    }
    SessionChecks.count(count, batchSize());
    SessionChecks.length("input", in, count, inputSize());
    SessionChecks.length("output", out, count, outputSize());
    run(in, 0, count, out);
  }

  /**
   * Computes some pictures of a larger batch.
   *
   * @param first the index of the first one, in both arrays
   */
  synchronized void run(float[] in, int first, int count, float[] out) {
    OmpThreads.use(program.threads);
    input.put(0, in, first * inputSize(), count * inputSize());
    binding.run(OneDnnTape.Phase.FORWARD);
    output.get(0, out, first * outputSize(), count * outputSize());
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      binding.close();
      if (ownsProgram) {
        program.close();
      }
    }
  }
}
