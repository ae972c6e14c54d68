package io.residua.weights.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes HDF5 of Keras' policy {@code bfloat16} readable: its tensors are of HDF5's opaque type of
 * two bytes with an empty tag, at which jHDF 0.13 gives up. In the copy they are texts of two
 * bytes, whose description has the same length.
 */
final class KerasBfloat16 {
  /** An object header's message: a constant datatype of 8 bytes. */
  private static final long DATATYPE_MESSAGE = 0x00000001_0008_0003L;

  /** Version 1, class 5 (opaque), no tag, 2 bytes. */
  private static final long OPAQUE_OF_TWO = 0x00000002_00000015L;

  private static final byte TEXT = 0x13;
  private static final int ALIGNMENT = 4;

  private KerasBfloat16() {}

  /** A copy that can be read; empty where there are no such tensors. */
  static Optional<ByteBuffer> readable(ByteBuffer content) {
    ByteBuffer bytes = content.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    @Nullable ByteBuffer copy = null;
    for (int at = 0; at + 2 * Long.BYTES <= bytes.limit(); at += ALIGNMENT) {
      if (bytes.getLong(at) == DATATYPE_MESSAGE
          && bytes.getLong(at + Long.BYTES) == OPAQUE_OF_TWO) {
        if (copy == null) {
          copy = ByteBuffer.allocate(bytes.limit()).order(ByteOrder.LITTLE_ENDIAN);
          copy.put(bytes.duplicate().position(0)).flip();
        }
        copy.put(at + Long.BYTES, TEXT);
      }
    }
    return Optional.ofNullable(copy);
  }
}
