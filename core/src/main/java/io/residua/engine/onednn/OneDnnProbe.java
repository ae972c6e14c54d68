package io.residua.engine.onednn;

import static java.util.Objects.requireNonNull;

import io.residua.engine.internal.ActivationProbe;
import io.residua.engine.onednn.OneDnnTape.Buffer;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Shape;
import io.residua.nn.internal.Shapes;
import io.residua.weights.internal.WeightMap;
import java.nio.FloatBuffer;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Values within a network, on oneDNN; those that are shown are not fused away. */
final class OneDnnProbe implements ActivationProbe {
  private final OneDnnTape tape = new OneDnnTape();
  private final OneDnnTape.Binding binding;
  private final int threads;
  private final FloatBuffer input;
  private final Map<String, FloatBuffer> values = new LinkedHashMap<>();

  /**
   * @param names nodes whose outputs are shown
   */
  OneDnnProbe(Network network, WeightMap weights, Shape picture, Set<String> names, int threads) {
    this.threads = threads;
    OmpThreads.use(threads);
    Shapes shapes = network.shapes(picture);
    Buffer pictures = tape.pin(tape.buffer(OneDnn.nhwc(OneDnn.F32, 1, picture)));
    Set<String> shown = new HashSet<>(names);
    boolean wantsInput = shown.remove(Network.INPUT);
    Map<String, Buffer> buffers =
        new OneDnnInferenceOps(tape, picture, shapes, 1, OneDnn.F32)
            .emit(network, weights, pictures, shown);
    buffers.values().forEach(tape::pin);
    tape.pack();
    binding = tape.bind();
    input = OneDnn.floats(binding.data(pictures), picture.size());
    for (String name : shown) {
      Buffer buffer = requireNonNull(buffers.get(name));
      values.put(name, OneDnn.floats(binding.data(buffer), shapes.of(name).size()));
    }
    if (wantsInput) {
      values.put(Network.INPUT, input);
    }
  }

  @Override
  public void run(float[] picture) {
    OmpThreads.use(threads);
    input.put(0, picture, 0, input.capacity());
    binding.run(OneDnnTape.Phase.FORWARD);
  }

  @Override
  public Map<String, FloatBuffer> values() {
    return values;
  }

  @Override
  public void close() {
    binding.close();
    tape.close();
  }
}
