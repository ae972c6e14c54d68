package io.residua.engine;

import static java.util.Objects.requireNonNull;

import io.residua.engine.OneDnnTape.Buffer;
import io.residua.nn.Network;
import io.residua.nn.Shape;
import io.residua.nn.Shapes;
import io.residua.weights.WeightMap;
import java.util.Set;
import org.bytedeco.dnnl.memory;
import org.jspecify.annotations.Nullable;

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
   * @param calibration for {@link Precision#INT8}; not used otherwise
   */
  OneDnnInferenceProgram(
      Network network,
      WeightMap weights,
      Shape picture,
      int batchSize,
      Precision precision,
      int threads,
      @Nullable Calibration calibration) {
    this(network, weights, picture, batchSize, precision, threads, calibration, new OneDnnTape());
  }

  /** This one's network and weights for another number of threads; must be closed before this. */
  OneDnnInferenceProgram onThreads(
      Network network,
      WeightMap weights,
      Precision precision,
      int count,
      @Nullable Calibration calibration) {
    return new OneDnnInferenceProgram(
        network, weights, picture, batchSize, precision, count, calibration, new OneDnnTape(tape));
  }

  private OneDnnInferenceProgram(
      Network network,
      WeightMap weights,
      Shape picture,
      int batchSize,
      Precision precision,
      int threads,
      @Nullable Calibration calibration,
      OneDnnTape tape) {
    this.tape = tape;
    this.batchSize = batchSize;
    this.threads = threads;
    this.picture = picture;
    OmpThreads.use(threads);
    Shapes shapes = network.shapes(picture);
    output = shapes.of(network.output());
    Calibration used = Calibration.usedIn(precision, calibration);
    memory.data_type type = OneDnn.type(used == null ? precision : Natives.widePrecision());
    OneDnnInferenceOps ops = new OneDnnInferenceOps(tape, picture, shapes, batchSize, type, used);
    input = tape.buffer(OneDnn.nhwc(OneDnn.F32, batchSize, picture));
    Buffer pictures = ops.converted(input, OneDnn.nhwc(type, batchSize, picture));
    Buffer last =
        requireNonNull(
            ops.emit(network, weights, pictures, Set.of(network.output())).get(network.output()));
    boolean isVector = output.height() == 1 && output.width() == 1;
    memory.desc plain =
        isVector
            ? OneDnn.nhwc(OneDnn.F32, batchSize, output)
            : OneDnn.nchw(OneDnn.F32, batchSize, output);
    result = tape.pin(ops.converted(last, plain));
  }

  @Override
  public void close() {
    tape.close();
  }
}
