package io.residua.export.internal;

import io.residua.export.internal.OnnxGraph.Type;
import io.residua.internal.Text;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.Supplier;

/**
 * A network's weights as constants: 32-bit floats, or 16-bit floats that are widened where they are
 * used.
 */
public record OnnxWeights(OnnxGraph graph, boolean half) {

  /**
   * Appends weights.
   *
   * @param values the same at every call, from first to last
   * @return the name of the value to compute with, floats of 32 bits
   */
  String floats(String name, List<Integer> shape, Supplier<FloatBuffer> values) {
    int count = shape.stream().reduce(1, Math::multiplyExact);
    if (!half) {
      return graph.constant(
          name, Type.FLOAT, shape, (long) count * Float.BYTES, () -> bytes(values.get()));
    }
    float largest = largest(values.get());
    if (!(largest <= HalfFloats.MAX)) {
      throw new ExportException(
          Text.of(
              "%s reaches %g, more than 16-bit floats hold (%.0f): export it in fp32",
              name, largest, HalfFloats.MAX));
    }
    graph.constant(
        name,
        Type.FLOAT16,
        shape,
        (long) count * Short.BYTES,
        () -> HalfFloats.bytes(values.get()));
    return graph.node(
        "Cast", List.of(name), name + ".fp32", OnnxAttribute.of("to", (long) Type.FLOAT.code));
  }

  private static ByteBuffer bytes(FloatBuffer values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.remaining() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes;
  }

  /** The largest magnitude; NaN or infinite if a value is. */
  private static float largest(FloatBuffer values) {
    float largest = 0;
    while (values.hasRemaining()) {
      largest = Math.max(largest, Math.abs(values.get()));
    }
    return largest;
  }
}
