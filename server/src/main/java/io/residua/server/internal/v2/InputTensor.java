package io.residua.server.internal.v2;

import io.residua.internal.Text;
import io.residua.server.internal.RequestException;
import java.util.List;

/**
 * A tensor that a client sent, whose data fits its shape.
 *
 * @param shape 1 to {@value TensorShape#MAX_RANK} lengths of at least 1
 */
@SuppressWarnings("ArrayRecordComponent") // written once, then read
public record InputTensor(String name, Datatype datatype, long[] shape, TensorData data) {

  /**
   * A tensor of bytes, little-endian; elements of any length have theirs before them.
   *
   * @throws RequestException if they do not fit type and shape
   */
  public static InputTensor ofBytes(
      String name, String datatype, long[] shape, byte[] data, InferLimits limits) {
    Datatype type = Datatype.of(datatype);
    String shown = Messages.quoted(name);
    TensorData elements = new BinaryData(data, 0).take(shown, type, shape, data.length, limits);
    return new InputTensor(name, type, shape, elements);
  }

  /** A tensor of floating-point numbers. */
  public static InputTensor ofFloats(String name, String datatype, long[] shape, float[] data) {
    Datatype type = Datatype.of(datatype);
    require(name, type == Datatype.FP32 || type == Datatype.FP64, type, shape, data.length);
    Pixels.requireFinite(Messages.quoted(name), data);
    return new InputTensor(name, type, shape, new TensorData.Floats(data));
  }

  /** A tensor of whole numbers, which must be 0 to 255. */
  public static InputTensor ofWholes(String name, String datatype, long[] shape, long[] data) {
    Datatype type = Datatype.of(datatype);
    require(name, type.isWhole(), type, shape, data.length);
    byte[] octets = new byte[data.length];
    for (int i = 0; i < octets.length; i++) {
      octets[i] = Pixels.octet(Messages.quoted(name), data[i]);
    }
    return new InputTensor(name, type, shape, new TensorData.Octets(octets));
  }

  /** A tensor of elements of any length. */
  public static InputTensor ofBlobs(
      String name, String datatype, long[] shape, List<byte[]> data, InferLimits limits) {
    Datatype type = Datatype.of(datatype);
    if (data.size() > limits.pictures()) {
      throw RequestException.tooManyPictures(limits.pictures());
    }
    require(name, type == Datatype.BYTES, type, shape, data.size());
    return new InputTensor(name, type, shape, new TensorData.Blobs(List.copyOf(data)));
  }

  private static void require(
      String name, boolean suits, Datatype type, long[] shape, int elements) {
    String shown = Messages.quoted(name);
    if (!suits) {
      throw Messages.badRequest(
          Text.of("input '%s': its contents are not those of datatype %s", shown, type));
    }
    int wanted = TensorShape.elements(shown, shape);
    TensorShape.requireFit(shown, shape, wanted, new long[] {elements});
  }
}
