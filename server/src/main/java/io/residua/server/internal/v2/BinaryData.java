package io.residua.server.internal.v2;

import io.residua.internal.HalfFloat;
import io.residua.internal.Text;
import io.residua.server.internal.RequestException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Tensors behind the JSON of a request, little-endian, as the binary tensor data extension has
 * them: elements of any length have theirs before them, 4 bytes.
 */
final class BinaryData {
  private final ByteBuffer bytes;

  /**
   * @param from where the data begin in the request's body
   */
  BinaryData(byte[] body, int from) {
    bytes = ByteBuffer.wrap(body).position(from).slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** How many bytes no tensor has taken. */
  int left() {
    return bytes.remaining();
  }

  /**
   * Takes the next tensor.
   *
   * @param size how many bytes it says it has
   * @throws RequestException if there are not so many, or they do not fit its shape
   */
  TensorData take(String name, Datatype type, long[] shape, long size, InferLimits limits) {
    int elements = TensorShape.elements(name, shape);
    if (size < 0 || size > left()) {
      throw Messages.badRequest(
          Text.of(
              "input '%s': its binary_data_size is %d, and %s are left of the request",
              name, size, Text.count(left(), "byte")));
    }
    ByteBuffer data = bytes.slice(bytes.position(), (int) size).order(ByteOrder.LITTLE_ENDIAN);
    bytes.position(bytes.position() + (int) size);
    if (type == Datatype.BYTES) {
      return blobs(name, data, elements, limits);
    }
    if (size != (long) elements * type.bytes()) {
      throw Messages.badRequest(
          Text.of(
              "input '%s': shape %s of %s is %d bytes, not %d",
              name, Messages.shape(shape), type, (long) elements * type.bytes(), size));
    }
    return type.isWhole() ? octets(name, type, data, elements) : floats(name, type, data, elements);
  }

  private static TensorData blobs(String name, ByteBuffer data, int elements, InferLimits limits) {
    if (elements > limits.pictures()) {
      throw RequestException.tooManyPictures(limits.pictures());
    }
    List<byte[]> blobs = new ArrayList<>(elements);
    for (int i = 0; i < elements; i++) {
      if (data.remaining() < Integer.BYTES) {
        throw Messages.badRequest(
            Text.of("input '%s': its data end after %d of %d elements", name, i, elements));
      }
      long length = Integer.toUnsignedLong(data.getInt());
      if (length > data.remaining()) {
        throw Messages.badRequest(
            Text.of(
                "input '%s': element %d says it has %,d bytes, and %,d are left",
                name, i + 1, length, data.remaining()));
      }
      byte[] blob = new byte[(int) length];
      data.get(blob);
      blobs.add(blob);
    }
    if (data.hasRemaining()) {
      throw Messages.badRequest(
          Text.of(
              "input '%s': %s follow its %s",
              name, Text.count(data.remaining(), "byte"), Text.count(elements, "element")));
    }
    return new TensorData.Blobs(List.copyOf(blobs));
  }

  private static TensorData octets(String name, Datatype type, ByteBuffer data, int elements) {
    byte[] octets = new byte[elements];
    if (type == Datatype.UINT8) {
      data.get(octets);
      return new TensorData.Octets(octets);
    }
    for (int i = 0; i < elements; i++) {
      long value =
          switch (type) {
            case INT8 -> data.get();
            case INT16 -> data.getShort();
            case UINT16 -> Short.toUnsignedLong(data.getShort());
            case INT32 -> data.getInt();
            case UINT32 -> Integer.toUnsignedLong(data.getInt());
            default -> data.getLong();
          };
      octets[i] = Pixels.octet(name, value);
    }
    return new TensorData.Octets(octets);
  }

  private static TensorData floats(String name, Datatype type, ByteBuffer data, int elements) {
    float[] values = new float[elements];
    if (type == Datatype.FP32) {
      data.asFloatBuffer().get(values);
    } else {
      for (int i = 0; i < elements; i++) {
        values[i] =
            type == Datatype.FP16 ? HalfFloat.toFloat(data.getShort()) : (float) data.getDouble();
      }
    }
    Pixels.requireFinite(name, values);
    return new TensorData.Floats(values);
  }
}
