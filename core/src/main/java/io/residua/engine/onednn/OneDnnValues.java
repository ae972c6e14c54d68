package io.residua.engine.onednn;

import static java.util.Objects.requireNonNull;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_DST;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SRC;

import io.residua.engine.internal.Quantization;
import io.residua.engine.onednn.OneDnnTape.Buffer;
import io.residua.engine.onednn.OneDnnTape.Phase;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Shape;
import io.residua.nn.internal.Shapes;
import java.util.HashMap;
import java.util.Map;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.reorder;
import org.jspecify.annotations.Nullable;

/**
 * The values of a network on a tape, by the names of the nodes that make them, in whatever type and
 * layout a step wants. What was computed in 8 bits is widened when it is asked for.
 */
final class OneDnnValues {
  final int batchSize;
  private final OneDnnTape tape;
  private final Shape picture;
  private final Shapes shapes;
  private final memory.data_type type;
  private final Map<String, Buffer> values = new HashMap<>();
  private @Nullable OneDnnInt8Ops int8;

  /**
   * @param type of activations that are not in 8 bits
   */
  OneDnnValues(
      OneDnnTape tape, Shape picture, Shapes shapes, int batchSize, memory.data_type type) {
    this.tape = tape;
    this.picture = picture;
    this.shapes = shapes;
    this.batchSize = batchSize;
    this.type = type;
  }

  /** From now on values may also be in 8 bits: those that the result writes. */
  OneDnnInt8Ops int8(Quantization scales) {
    OneDnnInt8Ops ops = new OneDnnInt8Ops(tape, shapes, batchSize, scales, this::of);
    int8 = ops;
    return ops;
  }

  void put(String name, Buffer value) {
    values.put(name, value);
  }

  /** The value as it was computed, in no less than {@link #type}. */
  Buffer of(String name) {
    if (isInt8Only(name)) {
      values.put(name, in(nhwc(type, shapeOf(name)), name));
    }
    return requireNonNull(values.get(name), name);
  }

  private boolean isInt8Only(String name) {
    return int8 != null && int8.has(name) && !values.containsKey(name);
  }

  /** The value in the given type. */
  Buffer as(memory.data_type wanted, String name) {
    return in(nhwc(wanted, shapeOf(name)), name);
  }

  /** The value in the given type and layout. */
  Buffer in(memory.desc wanted, String name) {
    return isInt8Only(name)
        ? requireNonNull(int8).widened(name, wanted)
        : converted(of(name), wanted);
  }

  /** The buffer in another type or layout; itself where it has that already. */
  Buffer converted(Buffer from, memory.desc wanted) {
    if (from.desc.equals(wanted)) {
      return from;
    }
    Buffer to = tape.buffer(wanted);
    reorder.primitive_desc pd =
        new reorder.primitive_desc(
            Natives.cpu(), from.desc, Natives.cpu(), wanted, tape.attributes(), false);
    tape.op(Phase.FORWARD, new reorder(pd), pd, DNNL_ARG_SRC, from, DNNL_ARG_DST, to);
    return to;
  }

  Shape shapeOf(String name) {
    return name.equals(Network.INPUT) ? picture : shapes.of(name);
  }

  memory.desc nhwc(memory.data_type t, Shape shape) {
    return OneDnn.nhwc(t, batchSize, shape);
  }

  Buffer constant(float[] vector) {
    return tape.constant(OneDnn.filled(OneDnn.vector(vector.length), vector));
  }
}
