package io.residua.engine.onednn;

import static java.util.Objects.requireNonNull;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_MULTIPLE_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;

import io.residua.engine.internal.TrainingOptions;
import io.residua.engine.onednn.OneDnnTape.Buffer;
import io.residua.engine.onednn.OneDnnTape.Phase;
import io.residua.engine.onednn.TrainingLanes.Lane;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Parameter;
import io.residua.nn.internal.Shape;
import io.residua.nn.internal.Shapes;
import io.residua.weights.internal.WeightMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.memory_desc_vector;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.sum;

/**
 * What the layers of a training session share while they write themselves onto a tape: where values
 * and their gradients are, which of them are needed, and the 32-bit master weights.
 */
final class TrainingTape {
  /** Floats of a sum that are not worth sharing out. */
  private static final long LEAST_SUMMED = 1 << 15;

  /**
   * A trained array.
   *
   * @param values the 32-bit master, changed by the optimizer
   * @param gradient in the same layout as the master
   * @param plain the layout of the file
   */
  record Master(Parameter parameter, Buffer values, Buffer gradient, memory.desc plain) {}

  final OneDnnTape tape = new OneDnnTape();
  final int batchSize;
  final memory.data_type type;
  final TrainingOptions options;
  final WeightMap weights;
  final List<Master> masters = new ArrayList<>();
  final TrainingLanes lanes;

  private final Shape picture;
  private final Shapes shapes;
  private final Map<String, Parameter> parameters = new HashMap<>();
  private final Set<String> needsGradient = new HashSet<>();
  private final Map<String, Buffer> values = new HashMap<>();
  private final Map<String, Buffer> gradients = new HashMap<>();
  private final Map<Master, List<Buffer>> copies = new IdentityHashMap<>();

  TrainingTape(Network network, WeightMap weights, Shape picture, TrainingOptions options) {
    this.weights = weights;
    this.picture = picture;
    this.shapes = network.shapes(picture);
    this.options = options;
    this.batchSize = options.batchSize();
    this.lanes = new TrainingLanes(tape, batchSize);
    this.type = OneDnn.type(options.precision());
    Set<String> trained = new HashSet<>();
    for (Parameter p : network.parameters()) {
      parameters.put(p.name(), p);
      if (options.trainable().contains(p.name())) {
        trained.add(p.layer());
      }
    }
    for (Network.Node node : network.nodes()) {
      if (trained.contains(node.name())
          || node.inputs().stream().anyMatch(needsGradient::contains)) {
        needsGradient.add(node.name());
      }
    }
  }

  boolean trains(String parameterName) {
    return options.trainable().contains(parameterName);
  }

  Parameter parameter(String parameterName) {
    return requireNonNull(parameters.get(parameterName), parameterName);
  }

  /** Whether the loss's gradient at that value is needed for anything. */
  boolean needsGradient(String value) {
    return needsGradient.contains(value);
  }

  Shape shape(String value) {
    return value.equals(Network.INPUT) ? picture : shapes.of(value);
  }

  memory.desc nhwc(memory.data_type t, String value) {
    return nhwc(t, value, batchSize);
  }

  memory.desc nhwc(memory.data_type t, String value, int count) {
    return OneDnn.nhwc(t, count, shape(value));
  }

  void put(String name, Buffer value) {
    values.put(name, value);
  }

  Buffer value(String name) {
    return requireNonNull(values.get(name), name);
  }

  /** The value in the given type. */
  Buffer value(String name, memory.data_type wanted) {
    return converted(Phase.FORWARD, value(name), nhwc(wanted, name));
  }

  /** The loss's gradient at the value, all contributions summed, in the given type. */
  Buffer gradient(String name, memory.data_type wanted) {
    Buffer gradient = requireNonNull(gradients.get(name), name);
    return converted(Phase.BACKWARD, gradient, nhwc(wanted, name));
  }

  /** Adds to the gradient of a value what {@code write} puts into a new buffer. */
  void contribute(String name, memory.data_type t, Consumer<Buffer> write) {
    Buffer fresh = tape.buffer(nhwc(t, name));
    write.accept(fresh);
    Buffer before = gradients.get(name);
    if (before != null) {
      add(fresh, converted(Phase.BACKWARD, before, fresh.desc), fresh);
    }
    gradients.put(name, fresh);
  }

  /** Adds to the gradient of a value one that is also another's and stays as it is. */
  void share(String name, Buffer gradient) {
    Buffer before = gradients.get(name);
    if (before == null) {
      gradients.put(name, gradient);
    } else {
      Buffer sum = tape.buffer(before.desc);
      add(before, converted(Phase.BACKWARD, gradient, before.desc), sum);
      gradients.put(name, sum);
    }
  }

  private void add(Buffer a, Buffer b, Buffer sum) {
    binary(Phase.BACKWARD, algorithm.binary_add, a, b, sum, tape.attributes());
  }

  /** An operation of two values of a batch. */
  void binary(
      Phase phase, algorithm kind, Buffer a, Buffer b, Buffer result, primitive_attr attributes) {
    Map<Integer, binary.primitive_desc> pds =
        lanes.bySize(
            count ->
                new binary.primitive_desc(
                    Natives.cpu(),
                    kind,
                    TrainingLanes.pictures(a.desc, count),
                    TrainingLanes.pictures(b.desc, count),
                    TrainingLanes.pictures(result.desc, count),
                    attributes,
                    false));
    lanes.op(
        phase,
        pds,
        binary::new,
        lane ->
            List.of(
                DNNL_ARG_SRC_0,
                lanes.part(a, lane),
                DNNL_ARG_SRC_1,
                lanes.part(b, lane),
                DNNL_ARG_DST,
                lanes.part(result, lane)));
  }

  /** Attributes of primitives that must give the same bits each time. */
  primitive_attr deterministic() {
    primitive_attr attributes = tape.attributes();
    attributes.set_deterministic(true);
    return attributes;
  }

  /** The values in another type or layout; themselves where they have that already. */
  Buffer converted(Phase phase, Buffer from, memory.desc wanted) {
    if (from.desc.equals(wanted)) {
      return from;
    }
    Buffer to = tape.buffer(wanted);
    reorder(phase, from, to);
    return to;
  }

  /** Copies the values of a batch. */
  void reorder(Phase phase, Buffer from, Buffer to) {
    lanes.write(phase, lane -> copy(phase, lanes.part(from, lane), lanes.part(to, lane)));
  }

  private void copy(Phase phase, Buffer from, Buffer to) {
    reorder.primitive_desc pd =
        new reorder.primitive_desc(
            Natives.cpu(), from.desc, Natives.cpu(), to.desc, tape.attributes(), false);
    tape.op(phase, new reorder(pd), pd, DNNL_ARG_SRC, from, DNNL_ARG_DST, to);
  }

  /** A buffer for each lane. */
  List<Buffer> buffers(List<Lane> lanes, memory.desc desc) {
    return lanes.stream().map(lane -> tape.buffer(desc)).toList();
  }

  /** Where each lane puts its share of a gradient, to be summed. */
  List<Buffer> shares(List<Lane> lanes, Master master) {
    return lanes.size() == 1 ? List.of(master.gradient()) : buffers(lanes, master.gradient().desc);
  }

  /** Sums the shares of a gradient, beside the steps that follow. */
  void sum(List<Buffer> shares, Master master) {
    Buffer total = master.gradient();
    if (shares.size() == 1) {
      return;
    }
    long floats = total.desc.get_size() / Float.BYTES;
    long piece = Math.max(LEAST_SUMMED, (floats + lanes.all().size() - 1) / lanes.all().size());
    for (long from = 0; from < floats; from += piece) {
      long first = from;
      memory.desc desc = OneDnn.vector(Math.min(piece, floats - from));
      lanes.later(
          () -> {
            memory_desc_vector sources = tape.own(new memory_desc_vector(shares.size()));
            float[] ones = new float[shares.size()];
            Object[] arguments = new Object[2 * shares.size() + 2];
            for (int i = 0; i < ones.length; i++) {
              sources.put(i, desc);
              ones[i] = 1;
              arguments[2 * i] = DNNL_ARG_MULTIPLE_SRC + i;
              arguments[2 * i + 1] = tape.part(shares.get(i), desc, first * Float.BYTES);
            }
            arguments[2 * ones.length] = DNNL_ARG_DST;
            arguments[2 * ones.length + 1] = tape.part(total, desc, first * Float.BYTES);
            sum.primitive_desc pd =
                new sum.primitive_desc(
                    Natives.cpu(), desc, ones, sources, tape.attributes(), false);
            tape.op(Phase.BACKWARD, new sum(pd), pd, arguments);
          });
    }
  }

  /**
   * A trained array's master and gradient.
   *
   * @param plain the layout of the file
   * @param layout the layout of its gradient, which the master shares
   */
  Master master(String parameterName, memory.desc plain, memory.desc layout) {
    Parameter parameter = parameter(parameterName);
    Buffer values = tape.constant(OneDnn.packed(plain, weights.get(parameterName).data(), layout));
    Buffer gradient = tape.constant(OneDnn.zeros(layout));
    Master master = new Master(parameter, values, gradient, tape.own(plain));
    masters.add(master);
    return master;
  }

  /** The master in the layout and type that a primitive computes with, renewed before each step. */
  Buffer computed(Master master, memory.desc wanted) {
    if (master.values().desc.equals(wanted)) {
      return master.values();
    }
    List<Buffer> made = copies.computeIfAbsent(master, m -> new ArrayList<>());
    for (Buffer copy : made) {
      if (copy.desc.equals(wanted)) {
        return copy;
      }
    }
    Buffer copy = tape.constant(OneDnn.zeros(wanted));
    copy(Phase.PREPARE, master.values(), copy);
    made.add(copy);
    return copy;
  }

  /** An array that is not trained, in the layout and type that a primitive computes with. */
  Buffer fixed(String parameterName, memory.desc plain, memory.desc wanted) {
    return tape.constant(OneDnn.packed(plain, weights.get(parameterName).data(), wanted));
  }
}
