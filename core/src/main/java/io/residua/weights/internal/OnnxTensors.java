package io.residua.weights.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the constants of an ONNX graph, from the model and from the files beside it. */
final class OnnxTensors {
  private static final int MOST_DIMENSIONS = 32;
  private static final int EXTERNAL = 1;

  private final OnnxData data;
  private final Map<String, StoredTensor> byName = new LinkedHashMap<>();

  OnnxTensors(OnnxData data) {
    this.data = data;
  }

  /** Those that were read. */
  Map<String, StoredTensor> byName() {
    return byName;
  }

  /**
   * Reads one.
   *
   * @param value its name in the graph, where that is not the tensor's own
   */
  void read(ByteBuffer message, @Nullable String value) throws BadWeights {
    List<Integer> shape = new ArrayList<>();
    List<Long> integers = new ArrayList<>();
    Map<String, String> place = new HashMap<>();
    ByteBuffer raw = ByteBuffer.allocate(0);
    String name = "";
    long type = 0;
    boolean external = false;
    Protobuf tensor = new Protobuf(message);
    for (int field = tensor.next(); field != 0; field = tensor.next()) {
      switch (field) {
        case 1 -> {
          for (long size : tensor.numbers()) {
            if (size < 0 || size > Integer.MAX_VALUE || shape.size() == MOST_DIMENSIONS) {
              throw new BadWeights("it is damaged (a tensor has an impossible shape)");
            }
            shape.add((int) size);
          }
        }
        case 2 -> type = tensor.number();
        case 4, 9, 10 -> raw = tensor.isBytes() ? tensor.bytes() : skipped(tensor, raw);
        case 5, 7 -> integers.addAll(tensor.numbers());
        case 8 -> name = tensor.text();
        case 13 -> OnnxGraph.entry(tensor.bytes(), place);
        case 14 -> external = tensor.number() == EXTERNAL;
        default -> tensor.skip();
      }
    }
    name = value == null ? name : value;
    DType dtype = dtype(type);
    if (dtype == null) {
      return; // texts, complex numbers and 8-bit floats are no weights of ours
    }
    ByteBuffer values =
        external ? data.bytes(name, place) : integers.isEmpty() ? raw : written(integers, dtype);
    if (byName.put(name, StoredTensor.contiguous(dtype, shape, values)) != null) {
      throw new BadWeights("two tensors are called " + OneLine.quoted(name));
    }
  }

  private static ByteBuffer skipped(Protobuf field, ByteBuffer kept) throws BadWeights {
    field.skip();
    return kept;
  }

  private static ByteBuffer written(List<Long> integers, DType dtype) {
    int size = dtype.bytes();
    ByteBuffer bytes = ByteBuffer.allocate(integers.size() * size).order(ByteOrder.LITTLE_ENDIAN);
    for (long value : integers) {
      switch (size) {
        case 1 -> bytes.put((byte) value);
        case 2 -> bytes.putShort((short) value);
        case 4 -> bytes.putInt((int) value);
        default -> bytes.putLong(value);
      }
    }
    return bytes.flip();
  }

  private static @Nullable DType dtype(long type) {
    return switch ((int) type) {
      case 1 -> DType.F32;
      case 2 -> DType.U8;
      case 3 -> DType.I8;
      case 4 -> DType.U16;
      case 5 -> DType.I16;
      case 6 -> DType.I32;
      case 7 -> DType.I64;
      case 9 -> DType.BOOL;
      case 10 -> DType.F16;
      case 11 -> DType.F64;
      case 12 -> DType.U32;
      case 13 -> DType.U64;
      case 16 -> DType.BF16;
      default -> null;
    };
  }
}
