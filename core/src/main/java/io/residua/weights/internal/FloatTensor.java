package io.residua.weights.internal;

import io.residua.internal.Text;
import io.residua.nn.internal.Parameter;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * An array of 32-bit floats with its dimensions, outermost first. The buffer is read-only, starts
 * at position 0 and may be memory-mapped; {@link #data} gives a view of its own to each caller.
 */
public record FloatTensor(List<Integer> shape, FloatBuffer data) {
  public FloatTensor {
    shape = List.copyOf(shape);
    data = data.asReadOnlyBuffer();
    long size = 1;
    for (int d : shape) {
      size *= d;
    }
    if (data.remaining() != size) {
      throw new IllegalArgumentException(
          Text.of("shape %s needs %d values, not %d", shape, size, data.remaining()));
    }
  }

  public static FloatTensor of(Parameter parameter, float[] values) {
    return new FloatTensor(parameter.shape(), FloatBuffer.wrap(values));
  }

  @Override
  public FloatBuffer data() {
    return data.duplicate();
  }

  /** A copy of the values in order. */
  public float[] toArray() {
    float[] values = new float[data.remaining()];
    data().get(values);
    return values;
  }
}
