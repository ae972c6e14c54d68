package io.residua.server.internal.v2;

import java.util.List;

/**
 * A tensor of a response.
 *
 * @param shape {@code [N, values a picture]}
 * @param binary whether it goes as binary data, not as JSON
 */
@SuppressWarnings("ArrayRecordComponent") // written once, then read
record OutputTensor(String name, Datatype datatype, long[] shape, Values values, boolean binary) {

  /** The elements, row by row. */
  sealed interface Values {
    int count();

    /** Of type FP32. */
    @SuppressWarnings("ArrayRecordComponent") // written once, then read
    record Floats(float[] values) implements Values {
      @Override
      public int count() {
        return values.length;
      }
    }

    /** Of type INT64. */
    @SuppressWarnings("ArrayRecordComponent") // written once, then read
    record Wholes(long[] values) implements Values {
      @Override
      public int count() {
        return values.length;
      }
    }

    /** Of type BYTES, in UTF-8. */
    record Texts(List<byte[]> values) implements Values {
      @Override
      public int count() {
        return values.size();
      }
    }
  }
}
