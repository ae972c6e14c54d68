package io.residua.weights.internal;

import io.residua.internal.Text;
import io.residua.nn.internal.Parameter;
import java.nio.FloatBuffer;
import java.nio.MappedByteBuffer;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An array of 32-bit floats with its dimensions, outermost first. The buffer is read-only, starts
 * at position 0 and may be memory-mapped; {@link #data} gives a view of its own to each caller.
 * Equal where shape and values are, wherever these lie.
 *
 * @param mapped the part of a file whose bytes are the values; null where they lie elsewhere
 */
public record FloatTensor(
    List<Integer> shape, FloatBuffer data, @Nullable MappedByteBuffer mapped) {
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

  /** Values in memory. */
  public FloatTensor(List<Integer> shape, FloatBuffer data) {
    this(shape, data, null);
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

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FloatTensor that && shape.equals(that.shape) && data.equals(that.data);
  }

  @Override
  public int hashCode() {
    return Objects.hash(shape, data);
  }
}
