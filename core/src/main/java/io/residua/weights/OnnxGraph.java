package io.residua.weights;

import io.residua.Text;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The part of an ONNX model that weights need (<a
 * href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3">the format</a>).
 *
 * @param nodes operations in order
 * @param initialisers the constants, by name
 * @param outputs names of the graph's outputs
 * @param metadata what the file says of itself
 */
record OnnxGraph(
    List<Node> nodes,
    Map<String, StoredTensor> initialisers,
    List<String> outputs,
    Map<String, String> metadata) {
  private static final int MOST_PARTS = 200_000;
  private static final int MOST_DIMENSIONS = 32;
  private static final int EXTERNAL = 1;

  /**
   * An operation.
   *
   * @param numbers its attributes that are numbers or lists of whole numbers
   */
  record Node(String op, List<String> inputs, List<String> outputs, Map<String, double[]> numbers) {
    double number(String name, double otherwise) {
      double[] values = numbers.get(name);
      return values == null || values.length == 0 ? otherwise : values[0];
    }
  }

  static OnnxGraph read(ByteBuffer content) throws BadWeights {
    Map<String, String> metadata = new LinkedHashMap<>();
    OnnxGraph graph = null;
    Protobuf model = new Protobuf(content);
    for (int field = model.next(); field != 0; field = model.next()) {
      switch (field) {
        case 1 -> metadata.put("ir_version", Long.toString(model.number()));
        case 2 -> metadata.put("producer", OneLine.of(model.text()));
        case 7 -> graph = graph(model.bytes(), metadata);
        case 14 -> entry(model.bytes(), metadata);
        default -> model.skip();
      }
    }
    if (graph == null) {
      throw new BadWeights("it is no ONNX model (no graph)");
    }
    return graph;
  }

  private static OnnxGraph graph(ByteBuffer bytes, Map<String, String> metadata) throws BadWeights {
    List<Node> nodes = new ArrayList<>();
    Map<String, StoredTensor> initialisers = new LinkedHashMap<>();
    List<String> outputs = new ArrayList<>();
    Protobuf graph = new Protobuf(bytes);
    int parts = 0;
    for (int field = graph.next(); field != 0; field = graph.next()) {
      if (++parts > MOST_PARTS) {
        throw new BadWeights(Text.of("it has more than %,d parts", MOST_PARTS));
      }
      switch (field) {
        case 1 -> nodes.add(node(graph.bytes()));
        case 5 -> tensor(graph.bytes(), initialisers);
        case 12 -> outputs.add(firstText(graph.bytes()));
        default -> graph.skip();
      }
    }
    return new OnnxGraph(nodes, initialisers, outputs, metadata);
  }

  /** A key and its text; what is known already stays. */
  private static void entry(ByteBuffer message, Map<String, String> metadata) throws BadWeights {
    Protobuf entry = new Protobuf(message);
    String key = "";
    String text = "";
    for (int field = entry.next(); field != 0; field = entry.next()) {
      switch (field) {
        case 1 -> key = entry.text();
        case 2 -> text = entry.text();
        default -> entry.skip();
      }
    }
    metadata.putIfAbsent(key, text);
  }

  private static String firstText(ByteBuffer message) throws BadWeights {
    Protobuf value = new Protobuf(message);
    for (int field = value.next(); field != 0; field = value.next()) {
      if (field == 1) {
        return value.text();
      }
      value.skip();
    }
    return "";
  }

  private static Node node(ByteBuffer message) throws BadWeights {
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    Map<String, double[]> numbers = new HashMap<>();
    String op = "";
    Protobuf node = new Protobuf(message);
    for (int field = node.next(); field != 0; field = node.next()) {
      switch (field) {
        case 1 -> inputs.add(node.text());
        case 2 -> outputs.add(node.text());
        case 4 -> op = node.text();
        case 5 -> attribute(node.bytes(), numbers);
        default -> node.skip();
      }
    }
    return new Node(op, inputs, outputs, numbers);
  }

  private static void attribute(ByteBuffer message, Map<String, double[]> numbers)
      throws BadWeights {
    String name = "";
    List<Double> values = new ArrayList<>();
    Protobuf attribute = new Protobuf(message);
    for (int field = attribute.next(); field != 0; field = attribute.next()) {
      switch (field) {
        case 1 -> name = attribute.text();
        case 2 -> values.add((double) attribute.real());
        case 3 -> values.add((double) attribute.number());
        case 8 -> {
          for (long value : numbers(attribute)) {
            values.add((double) value);
          }
        }
        default -> attribute.skip();
      }
    }
    numbers.put(name, values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /** A repeated number, packed or not. */
  private static List<Long> numbers(Protobuf field) throws BadWeights {
    List<Long> values = new ArrayList<>();
    if (field.isBytes()) {
      Protobuf packed = new Protobuf(field.bytes());
      while (packed.hasRemaining()) {
        values.add(packed.varint());
      }
    } else {
      values.add(field.number());
    }
    return values;
  }

  private static void tensor(ByteBuffer message, Map<String, StoredTensor> initialisers)
      throws BadWeights {
    List<Integer> shape = new ArrayList<>();
    List<Long> integers = new ArrayList<>();
    ByteBuffer raw = ByteBuffer.allocate(0);
    String name = "";
    long type = 0;
    boolean external = false;
    Protobuf tensor = new Protobuf(message);
    for (int field = tensor.next(); field != 0; field = tensor.next()) {
      switch (field) {
        case 1 -> {
          for (long size : numbers(tensor)) {
            if (size < 0 || size > Integer.MAX_VALUE || shape.size() == MOST_DIMENSIONS) {
              throw new BadWeights("it is damaged (a tensor has an impossible shape)");
            }
            shape.add((int) size);
          }
        }
        case 2 -> type = tensor.number();
        case 4, 9, 10 -> raw = tensor.isBytes() ? tensor.bytes() : skipped(tensor, raw);
        case 5, 7 -> integers.addAll(numbers(tensor));
        case 8 -> name = tensor.text();
        case 14 -> external = tensor.number() == EXTERNAL;
        default -> tensor.skip();
      }
    }
    if (external) {
      throw new BadWeights(
          Text.of(
              "%s lies in another file; save the model with its weights inside",
              OneLine.quoted(name)));
    }
    DType dtype = dtype(type);
    if (dtype == null) {
      return; // texts, complex numbers and 8-bit floats are no weights of ours
    }
    ByteBuffer values = integers.isEmpty() ? raw : written(integers, dtype);
    StoredTensor stored = StoredTensor.contiguous(dtype, shape, values);
    if (initialisers.put(name, stored) != null) {
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
