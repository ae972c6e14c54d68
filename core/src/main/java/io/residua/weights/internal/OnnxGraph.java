package io.residua.weights.internal;

import io.residua.internal.Text;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/**
 * The part of an ONNX model that weights need (<a
 * href="https://github.com/onnx/onnx/blob/main/onnx/onnx.proto3">the format</a>).
 *
 * @param nodes operations in order
 * @param initialisers the constants, by name
 * @param inputTypes element types of the graph's inputs, as ONNX numbers them, by name
 * @param outputs names of the graph's outputs
 * @param metadata what the file says of itself
 */
record OnnxGraph(
    List<Node> nodes,
    Map<String, StoredTensor> initialisers,
    Map<String, Integer> inputTypes,
    List<String> outputs,
    Map<String, String> metadata) {
  private static final int MOST_PARTS = 200_000;

  /**
   * An operation.
   *
   * @param name its own, or empty
   * @param numbers its attributes that are numbers or lists of them
   * @param texts its attributes that are texts or lists of them
   */
  record Node(
      String op,
      String name,
      List<String> inputs,
      List<String> outputs,
      Map<String, double[]> numbers,
      Map<String, List<String>> texts) {
    /** An attribute that is a text, or what stands for it where it is absent. */
    String text(String name, String otherwise) {
      List<String> values = texts.getOrDefault(name, List.of());
      return values.isEmpty() ? otherwise : values.get(0);
    }

    double number(String name, double otherwise) {
      double[] values = numbers.get(name);
      return values == null || values.length == 0 ? otherwise : values[0];
    }

    /** Whether all numbers of an attribute, or what stands for it where it is absent, are this. */
    boolean isAll(String name, double otherwise, double wanted) {
      double[] values = numbers.getOrDefault(name, new double[] {otherwise});
      return values.length > 0 && Arrays.stream(values).allMatch(v -> v == wanted);
    }
  }

  /**
   * Reads a model.
   *
   * @param data where tensors lie that are not in the model itself
   */
  static OnnxGraph read(ByteBuffer content, OnnxData data) throws BadWeights {
    Map<String, String> metadata = new LinkedHashMap<>();
    OnnxGraph graph = null;
    Protobuf model = new Protobuf(content);
    for (int field = model.next(); field != 0; field = model.next()) {
      switch (field) {
        case 1 -> metadata.put("ir_version", Long.toString(model.number()));
        case 2 -> metadata.put("producer", OneLine.of(model.text()));
        case 7 -> graph = graph(model.bytes(), metadata, new OnnxTensors(data));
        case 14 -> entry(model.bytes(), metadata);
        default -> model.skip();
      }
    }
    if (graph == null) {
      throw new BadWeights("it is no ONNX model (no graph)");
    }
    return graph;
  }

  private static OnnxGraph graph(
      ByteBuffer bytes, Map<String, String> metadata, OnnxTensors tensors) throws BadWeights {
    List<Node> nodes = new ArrayList<>();
    Map<String, Integer> inputTypes = new HashMap<>();
    List<String> outputs = new ArrayList<>();
    Protobuf graph = new Protobuf(bytes);
    int parts = 0;
    for (int field = graph.next(); field != 0; field = graph.next()) {
      if (++parts > MOST_PARTS) {
        throw new BadWeights(Text.of("it has more than %,d parts", MOST_PARTS));
      }
      switch (field) {
        case 1 -> nodes.add(node(graph.bytes(), tensors));
        case 5 -> tensors.read(graph.bytes(), null);
        case 11 -> input(graph.bytes(), inputTypes);
        case 12 -> outputs.add(firstText(graph.bytes()));
        default -> graph.skip();
      }
    }
    return new OnnxGraph(nodes, tensors.byName(), inputTypes, outputs, metadata);
  }

  /** A key and its text; what is known already stays. */
  static void entry(ByteBuffer message, Map<String, String> metadata) throws BadWeights {
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

  private static void input(ByteBuffer message, Map<String, Integer> types) throws BadWeights {
    Protobuf value = new Protobuf(message);
    String name = "";
    int type = 0;
    for (int field = value.next(); field != 0; field = value.next()) {
      switch (field) {
        case 1 -> name = value.text();
        case 2 -> type = elementType(value.bytes());
        default -> value.skip();
      }
    }
    types.put(name, type);
  }

  /** Of a tensor's type; 0 where it is none. */
  private static int elementType(ByteBuffer message) throws BadWeights {
    Protobuf type = new Protobuf(message);
    for (int field = type.next(); field != 0; field = type.next()) {
      if (field != 1) {
        type.skip();
        continue;
      }
      Protobuf tensor = new Protobuf(type.bytes());
      for (int part = tensor.next(); part != 0; part = tensor.next()) {
        if (part == 1) {
          return (int) tensor.number();
        }
        tensor.skip();
      }
    }
    return 0;
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

  private static Node node(ByteBuffer message, OnnxTensors tensors) throws BadWeights {
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    Map<String, double[]> numbers = new HashMap<>();
    Map<String, List<String>> texts = new HashMap<>();
    String op = "";
    String name = "";
    Protobuf node = new Protobuf(message);
    for (int field = node.next(); field != 0; field = node.next()) {
      switch (field) {
        case 1 -> inputs.add(node.text());
        case 2 -> outputs.add(node.text());
        case 3 -> name = node.text();
        case 4 -> op = node.text();
        case 5 -> {
          ByteBuffer constant = attribute(node.bytes(), numbers, texts);
          if (constant != null && op.equals("Constant") && outputs.size() == 1) {
            tensors.read(constant, outputs.get(0));
          }
        }
        default -> node.skip();
      }
    }
    return new Node(op, name, inputs, outputs, numbers, texts);
  }

  /** Adds its numbers, or gives the tensor that it is. */
  private static @Nullable ByteBuffer attribute(
      ByteBuffer message, Map<String, double[]> numbers, Map<String, List<String>> texts)
      throws BadWeights {
    String name = "";
    DoubleStream.Builder values = DoubleStream.builder();
    List<String> words = new ArrayList<>();
    ByteBuffer constant = null;
    Protobuf attribute = new Protobuf(message);
    for (int field = attribute.next(); field != 0; field = attribute.next()) {
      switch (field) {
        case 1 -> name = attribute.text();
        case 2 -> values.add(attribute.real());
        case 3 -> values.add(attribute.number());
        case 4, 9 -> words.add(attribute.shortText());
        case 5 -> constant = attribute.bytes();
        case 7 -> attribute.reals(values);
        case 8 -> {
          for (long value : attribute.numbers()) {
            values.add(value);
          }
        }
        default -> attribute.skip();
      }
    }
    numbers.put(name, values.build().toArray());
    texts.put(name, words);
    return constant;
  }
}
