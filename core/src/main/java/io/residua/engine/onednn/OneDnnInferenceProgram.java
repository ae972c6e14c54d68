package io.residua.engine.onednn;

import static java.util.Objects.requireNonNull;

import io.residua.engine.internal.Calibration;
import io.residua.engine.internal.Inference;
import io.residua.engine.onednn.OneDnnTape.Buffer;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Shape;
import io.residua.nn.internal.Shapes;
import java.util.Set;
import org.bytedeco.dnnl.memory;

/**
 * A network compiled for inference on oneDNN at one batch size, precision and thread count. Several
 * sessions may run it at once, each with memory of its own.
 */
final class OneDnnInferenceProgram implements AutoCloseable {
  final OneDnnTape tape;
  final int batchSize;
  final int threads;
  final Shape picture;
  final Shape output;
  final Buffer input;
  final Buffer result;

  /**
   * @param threads how many compute a session's pictures together, whatever it is asked of
   */
  OneDnnInferenceProgram(Inference what, int batchSize, int threads) {
    this(what, batchSize, threads, new OneDnnTape());
  }

  /** This one's weights for other numbers of pictures and threads; must be closed before this. */
  OneDnnInferenceProgram with(Inference what, int otherBatchSize, int otherThreads) {
    return new OneDnnInferenceProgram(what, otherBatchSize, otherThreads, new OneDnnTape(tape));
  }

  private OneDnnInferenceProgram(Inference what, int batchSize, int threads, OneDnnTape tape) {
    Network network = what.network();
    Calibration calibration = what.calibration();
    this.tape = tape;
    this.batchSize = batchSize;
    this.threads = threads;
    picture = what.picture();
    OmpThreads.use(threads);
    Shapes shapes = network.shapes(picture);
    output = shapes.of(network.output());
    memory.data_type type =
        OneDnn.type(calibration == null ? what.compute().precision() : Natives.widePrecision());
    OneDnnInferenceOps ops =
        new OneDnnInferenceOps(tape, picture, shapes, batchSize, type, calibration);
    input = tape.buffer(OneDnn.nhwc(OneDnn.F32, batchSize, picture));
    Buffer pictures = ops.converted(input, OneDnn.nhwc(type, batchSize, picture));
    Buffer last =
        requireNonNull(
            ops.emit(network, what.weights(), pictures, Set.of(network.output()))
                .get(network.output()));
    boolean isVector = output.height() == 1 && output.width() == 1;
    memory.desc plain =
        isVector
            ? OneDnn.nhwc(OneDnn.F32, batchSize, output)
            : OneDnn.nchw(OneDnn.F32, batchSize, output);
    result = tape.pin(ops.converted(last, plain));
    tape.pack();
  }

  @Override
  public void close() {
    tape.close();
  }
}
