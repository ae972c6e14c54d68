package io.residua.server.internal.v2;

import java.util.List;

/** The elements of a tensor, row by row. */
public sealed interface TensorData {
  /** Numbers of a floating-point type. */
  @SuppressWarnings("ArrayRecordComponent") // written once, then read
  record Floats(float[] values) implements TensorData {}

  /** Whole numbers 0..255, unsigned. */
  @SuppressWarnings("ArrayRecordComponent") // written once, then read
  record Octets(byte[] values) implements TensorData {}

  /** Elements of any length. */
  record Blobs(List<byte[]> values) implements TensorData {}
}
