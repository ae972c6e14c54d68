package io.residua.engine;

import static java.util.Objects.requireNonNull;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_0;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC_1;

import io.residua.engine.OneDnnTape.Buffer;
import io.residua.engine.OneDnnTape.Phase;
import io.residua.nn.Network;
import io.residua.nn.Parameter;
import io.residua.nn.Shape;
import io.residua.nn.Shapes;
import io.residua.weights.WeightMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.bytedeco.dnnl.binary;
import org.bytedeco.dnnl.global.dnnl.algorithm;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive_attr;
import org.bytedeco.dnnl.reorder;

/**
 * What the layers of a training session share while they write themselves onto a tape: where values
 * and their gradients are, which of them are needed, and the 32-bit master weights.
 */
final class TrainingTape {
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

  private final Shape picture;
  private final Shapes shapes;
  private final Map<String, Parameter> parameters = new HashMap<>();
  private final Set<String> needsGradient = new HashSet<>();
  private final Map<String, Buffer> values = new HashMap<>();
  private final Map<String, Buffer> gradients = new HashMap<>();

  TrainingTape(Network network, WeightMap weights, Shape picture, TrainingOptions options) {
    this.weights = weights;
    this.picture = picture;
    this.shapes = network.shapes(picture);
    this.options = options;
    this.batchSize = options.batchSize();
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
    return OneDnn.nhwc(t, batchSize, shape(value));
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
    binary.primitive_desc pd =
        new binary.primitive_desc(
            Natives.cpu(),
            algorithm.binary_add,
            a.desc,
            b.desc,
            sum.desc,
            tape.attributes(),
            false);
    tape.op(
        Phase.BACKWARD,
        new binary(pd),
        pd,
        DNNL_ARG_SRC_0,
        a,
        DNNL_ARG_SRC_1,
        b,
        DNNL_ARG_DST,
        sum);
  }

  /** Attributes of primitives that must give the same bits each time. */
  primitive_attr deterministic() {
    primitive_attr attributes = tape.attributes();
    attributes.set_deterministic(true);
    return attributes;
  }

  /** The buffer in another type or layout; itself where it has that already. */
  Buffer converted(Phase phase, Buffer from, memory.desc wanted) {
    if (from.desc.equals(wanted)) {
      return from;
    }
    Buffer to = tape.buffer(wanted);
    reorder(phase, from, to);
    return to;
  }

  void reorder(Phase phase, Buffer from, Buffer to) {
    reorder.primitive_desc pd =
        new reorder.primitive_desc(
            Natives.cpu(), from.desc, Natives.cpu(), to.desc, tape.attributes(), false);
    tape.op(phase, new reorder(pd), pd, DNNL_ARG_SRC, from, DNNL_ARG_DST, to);
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
    Buffer copy = tape.constant(OneDnn.zeros(wanted));
    reorder(Phase.PREPARE, master.values(), copy);
    return copy;
  }

  /** An array that is not trained, in the layout and type that a primitive computes with. */
  Buffer fixed(String parameterName, memory.desc plain, memory.desc wanted) {
    return tape.constant(OneDnn.packed(plain, weights.get(parameterName).data(), wanted));
  }
}
