package io.residua.export.internal;

import io.residua.internal.ProtobufMessage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * An ONNX model that is being built (<a
 * href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3">the format</a>): operations in
 * order of computation, constants, inputs and outputs. A value has one name; an operation is named
 * after its first output.
 */
public final class OnnxGraph {
  /** The version of ONNX' own operators, of 2022; every runtime since has it. */
  static final int OPSET = 17;

  /** The operators of classic classifiers. */
  static final String ML = "ai.onnx.ml";

  private static final int ML_OPSET = 3;
  private static final int IR_VERSION = 8;

  /** The name of the first dimension, the number of pictures. */
  private static final String BATCH = "N";

  /** Types of values, numbered as in the format. */
  public enum Type {
    FLOAT(1),
    UINT8(2),
    INT8(3),
    INT32(6),
    INT64(7),
    FLOAT16(10);

    final int code;

    Type(int code) {
      this.code = code;
    }
  }

  private final String name;
  private final List<ProtobufMessage> nodes = new ArrayList<>();
  private final List<ProtobufMessage> constants = new ArrayList<>();
  private final List<ProtobufMessage> inputs = new ArrayList<>();
  private final List<ProtobufMessage> outputs = new ArrayList<>();
  private final Set<String> domains = new HashSet<>();

  public OnnxGraph(String name) {
    this.name = name;
  }

  /**
   * Appends an operation of ONNX' own with one output.
   *
   * @return the output's name
   */
  public String node(String op, List<String> in, String out, ProtobufMessage... attributes) {
    node("", op, in, List.of(out), attributes);
    return out;
  }

  /** Appends an operation. */
  public void node(
      String domain, String op, List<String> in, List<String> out, ProtobufMessage... attributes) {
    ProtobufMessage node = new ProtobufMessage();
    in.forEach(value -> node.put(1, value));
    out.forEach(value -> node.put(2, value));
    node.put(3, out.get(0)).put(4, op);
    for (ProtobufMessage attribute : attributes) {
      node.put(5, attribute);
    }
    if (!domain.isEmpty()) {
      node.put(7, domain);
    }
    domains.add(domain);
    nodes.add(node);
  }

  /** An input of the graph, for any number of pictures. */
  public void input(String value, Type type, int... shape) {
    inputs.add(value(value, type, shape));
  }

  /** An output of the graph, for any number of pictures. */
  public void output(String value, Type type, int... shape) {
    outputs.add(value(value, type, shape));
  }

  private static ProtobufMessage value(String value, Type type, int... shape) {
    ProtobufMessage dimensions = new ProtobufMessage().put(1, new ProtobufMessage().put(2, BATCH));
    for (int size : shape) {
      dimensions.put(1, new ProtobufMessage().put(1, (long) size));
    }
    ProtobufMessage tensor = new ProtobufMessage().put(1, (long) type.code).put(2, dimensions);
    return new ProtobufMessage().put(1, value).put(2, new ProtobufMessage().put(1, tensor));
  }

  /**
   * A constant whose bytes are made when they are written.
   *
   * @param bytes how many
   * @return its name
   */
  String constant(
      String value, Type type, List<Integer> shape, long bytes, Supplier<ByteBuffer> content) {
    ProtobufMessage tensor = new ProtobufMessage();
    tensor.put(1, shape.stream().mapToLong(Integer::longValue).toArray());
    tensor.put(2, (long) type.code).put(8, value).put(9, bytes, content);
    constants.add(tensor);
    return value;
  }

  /** Constant floats. */
  String floats(String value, List<Integer> shape, float... values) {
    return constant(
        value,
        Type.FLOAT,
        shape,
        (long) values.length * Float.BYTES,
        () -> ProtobufMessage.bytes(values));
  }

  /** Constant 64-bit whole numbers in a row. */
  String longs(String value, long... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(values);
    return constant(value, Type.INT64, List.of(values.length), bytes.capacity(), bytes::duplicate);
  }

  /**
   * The whole model.
   *
   * @param metadata text by key
   */
  public ProtobufMessage model(Map<String, String> metadata) {
    ProtobufMessage graph = new ProtobufMessage();
    nodes.forEach(node -> graph.put(1, node));
    graph.put(2, name);
    constants.forEach(constant -> graph.put(5, constant));
    inputs.forEach(input -> graph.put(11, input));
    outputs.forEach(output -> graph.put(12, output));
    ProtobufMessage model = new ProtobufMessage().put(1, IR_VERSION).put(2, "residua");
    model.put(7, graph).put(8, opset("", OPSET));
    if (domains.contains(ML)) {
      model.put(8, opset(ML, ML_OPSET));
    }
    new TreeMap<>(metadata)
        .forEach((key, value) -> model.put(14, new ProtobufMessage().put(1, key).put(2, value)));
    return model;
  }

  private static ProtobufMessage opset(String domain, long version) {
    return new ProtobufMessage().put(1, domain).put(2, version);
  }
}
