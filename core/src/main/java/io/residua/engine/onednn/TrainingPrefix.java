package io.residua.engine.onednn;

import io.residua.engine.onednn.OneDnnTape.Buffer;
import io.residua.engine.onednn.OneDnnTape.Phase;
import io.residua.engine.onednn.TrainingLanes.Lane;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Shape;
import io.residua.weights.internal.WeightMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.Pointer;

/**
 * The frozen prefix of a network that is trained, fused as for inference. A thread computes a
 * lane's pictures from the first layer to the last, in memory of its own.
 */
final class TrainingPrefix implements AutoCloseable {
  private record Output(Buffer prefix, Buffer batch) {}

  private final OneDnnTape tape = new OneDnnTape();
  private final TrainingTape t;
  private final Buffer input;
  private final List<Output> outputs = new ArrayList<>();
  private final Map<Integer, OneDnnTape.Binding> bindings = new ConcurrentHashMap<>();

  /**
   * Writes the prefix onto the tape of the training.
   *
   * @param part the nodes of the prefix
   * @param needed names of those whose values the rest of the network needs
   */
  TrainingPrefix(
      TrainingTape t, Network part, WeightMap weights, Shape picture, Set<String> needed) {
    this.t = t;
    int pictures = t.lanes.all().stream().mapToInt(Lane::count).max().orElseThrow();
    Buffer batch = t.value(Network.INPUT);
    input = tape.buffer(TrainingLanes.pictures(batch.desc, pictures));
    OneDnnInferenceOps ops =
        new OneDnnInferenceOps(tape, picture, part.shapes(picture), pictures, t.type);
    ops.emit(part, weights, input, needed)
        .forEach(
            (name, value) -> {
              memory.desc desc = TrainingLanes.pictures(value.desc, t.batchSize);
              Output output = new Output(tape.pin(value), t.tape.buffer(desc));
              outputs.add(output);
              t.put(name, output.batch());
            });
    tape.pack();
    t.lanes.write(
        Phase.FORWARD,
        lane -> {
          List<Buffer> touched = new ArrayList<>(List.of(t.lanes.part(batch, lane)));
          outputs.forEach(output -> touched.add(t.lanes.part(output.batch(), lane)));
          t.tape.call(
              Phase.FORWARD,
              (binding, thread) -> compute(binding, thread, touched),
              touched.toArray(Buffer[]::new));
        });
  }

  private void compute(OneDnnTape.Binding binding, int thread, List<Buffer> touched) {
    OneDnnTape.Binding own = bindings.computeIfAbsent(thread, i -> tape.bind());
    copy(own.data(input), binding, touched.get(0), true);
    own.run(Phase.FORWARD);
    for (int i = 0; i < outputs.size(); i++) {
      copy(own.data(outputs.get(i).prefix()), binding, touched.get(i + 1), false);
    }
  }

  private static void copy(Pointer own, OneDnnTape.Binding binding, Buffer part, boolean fromPart) {
    Pointer theirs = binding.data(part);
    long bytes = part.desc.get_size();
    Pointer.memcpy(fromPart ? own : theirs, fromPart ? theirs : own, bytes);
  }

  @Override
  public void close() {
    bindings.values().forEach(OneDnnTape.Binding::close);
    tape.close();
  }
}
