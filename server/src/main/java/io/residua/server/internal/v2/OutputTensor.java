package io.residua.server.internal.v2;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A tensor of a response.
 *
 * @param shape {@code [N, values a picture]}
 * @param binary whether it goes as binary data, not as JSON
 */
@SuppressWarnings("ArrayRecordComponent") // written once, then read
public record OutputTensor(
    String name, Datatype datatype, long[] shape, Values values, boolean binary) {

  /** The elements, row by row. */
  public sealed interface Values {
    int count();

    /** Little-endian; elements of any length have theirs before them. */
    byte[] bytes();

    /** Of type FP32. */
    @SuppressWarnings("ArrayRecordComponent") // written once, then read
    record Floats(float[] values) implements Values {
      @Override
      public int count() {
        return values.length;
      }

      @Override
      public byte[] bytes() {
        ByteBuffer bytes = buffer(values.length * Float.BYTES);
        bytes.asFloatBuffer().put(values);
        return bytes.array();
      }
    }

    /** Of type INT64. */
    @SuppressWarnings("ArrayRecordComponent") // written once, then read
    record Wholes(long[] values) implements Values {
      @Override
      public int count() {
        return values.length;
      }

      @Override
      public byte[] bytes() {
        ByteBuffer bytes = buffer(values.length * Long.BYTES);
        bytes.asLongBuffer().put(values);
        return bytes.array();
      }
    }

    /** Of type BYTES, in UTF-8. */
    record Texts(List<byte[]> values) implements Values {
      @Override
      public int count() {
        return values.size();
      }

      @Override
      public byte[] bytes() {
        int size = values.stream().mapToInt(text -> Integer.BYTES + text.length).sum();
        ByteBuffer bytes = buffer(size);
        values.forEach(text -> bytes.putInt(text.length).put(text));
        return bytes.array();
      }
    }

    private static ByteBuffer buffer(int size) {
      return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    }
  }
}
