package io.residua.bench.onnxruntime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.residua.bench.Case;
import io.residua.bench.Turns;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;

/** ONNX Runtime with its CPU execution provider. */
public final class OnnxRuntimePeer {
  private OnnxRuntimePeer() {}

  /** Arguments: {@code fp32} or {@code int8}, the threads, and the folder of the ONNX files. */
  public static void main(String[] args) throws IOException {
    String suffix = args[0].equals("int8") ? "-int8.onnx" : ".onnx";
    int threads = Integer.parseInt(args[1]);
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Turns.serve(
        "ONNX Runtime " + environment.getVersion(),
        what -> open(what, environment, threads, Path.of(args[2], what.network() + suffix)));
  }

  private static Turns.Work open(Case what, OrtEnvironment environment, int threads, Path model)
      throws OrtException {
    if (what.task() != Case.Task.INFER) {
      throw new IllegalArgumentException("ONNX Runtime does not train");
    }
    OrtSession.SessionOptions options = new OrtSession.SessionOptions();
    options.setIntraOpNumThreads(threads);
    options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
    OrtSession session = environment.createSession(model.toString(), options);
    float[] values = new float[what.batch() * what.picture().size()];
    Random random = new Random(7);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    long[] shape = {what.batch(), 3, what.picture().height(), what.picture().width()};
    OnnxTensor x = OnnxTensor.createTensor(environment, FloatBuffer.wrap(values), shape);
    String input = session.getInputNames().iterator().next();
    return () -> {
      try {
        session.run(Map.of(input, x)).close();
        return what.batch();
      } catch (OrtException e) {
        throw new IllegalStateException(e);
      }
    };
  }
}
