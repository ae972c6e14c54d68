package io.residua.weights.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An ONNX graph, followed from a value back to what it is computed from. */
final class OnnxTrace {
  private static final Set<String> PASSED_THROUGH =
      Set.of("Identity", "Dropout", "Cast", "Flatten", "Reshape", "Squeeze");

  private static final Set<String> COPIED = Set.of("Identity", "Cast");
  private static final Set<String> AVERAGES =
      Set.of("GlobalAveragePool", "AveragePool", "ReduceMean");

  private static final List<String> NORM = List.of("weight", "bias", "running_mean", "running_var");

  private static final int MOST_PASSED = 16;
  private static final int MOST_GATHERED = 1 << 20;
  private static final int DIMENSIONS = 4;

  private final OnnxGraph graph;
  private final Map<String, OnnxGraph.Node> producers = new HashMap<>();

  OnnxTrace(OnnxGraph graph) {
    this.graph = graph;
    graph.nodes().forEach(n -> n.outputs().forEach(o -> producers.put(o, n)));
  }

  OnnxGraph graph() {
    return graph;
  }

  /** The operation with inputs that a value comes out of; null where there is none. */
  OnnxGraph.@Nullable Node producer(String value) {
    OnnxGraph.Node op = producers.get(value);
    return op == null || op.inputs().isEmpty() ? null : op;
  }

  /** The value without operations that do not change its numbers' order. */
  String passed(String value) {
    String at = value;
    for (int i = 0; i < MOST_PASSED; i++) {
      String before = before(PASSED_THROUGH, at);
      OnnxGraph.Node op = producer(before);
      if (op == null || !takesAll(op)) {
        return before;
      }
      at = op.inputs().get(0);
    }
    return at;
  }

  /**
   * Whether it gathers all values in their order: what PyTorch's exporter makes of {@code
   * as_strided}, where a graph begins with a transposition.
   */
  private boolean takesAll(OnnxGraph.Node op) {
    StoredTensor indices = op.op().equals("Gather") ? tensor(op, 1) : null;
    if (indices == null
        || op.number("axis", 0) != 0
        || indices.dtype() != DType.I64
        || !indices.problem().isEmpty()
        || indices.size() > MOST_GATHERED) {
      return false;
    }
    FloatTensor values = indices.floats();
    for (int i = 0; i < values.data().limit(); i++) {
      if (values.data().get(i) != i) {
        return false;
      }
    }
    return indices.size() > 1;
  }

  /** What goes into the operations of some kinds that a value comes out of. */
  String before(Set<String> kinds, String value) {
    String at = value;
    for (int i = 0; i < MOST_PASSED; i++) {
      OnnxGraph.Node op = producer(at);
      if (op == null || !kinds.contains(op.op())) {
        break;
      }
      at = op.inputs().get(0);
    }
    return at;
  }

  /** The constant that is an operation's input; null where it has none. */
  @Nullable StoredTensor tensor(OnnxGraph.Node op, int input) {
    return has(op, input) ? graph.initialisers().get(before(COPIED, op.inputs().get(input))) : null;
  }

  /** Whether an operation has an input; optional ones may be left out or have no name. */
  static boolean has(OnnxGraph.Node op, int input) {
    return op.inputs().size() > input && !op.inputs().get(input).isEmpty();
  }

  /** The parameters of a batch normalisation by their names in a network; null if it is none. */
  @Nullable Map<String, StoredTensor> norm(OnnxGraph.Node op) {
    if (!op.op().equals("BatchNormalization") || op.inputs().size() < 1 + NORM.size()) {
      return null;
    }
    Map<String, StoredTensor> parameters = new HashMap<>();
    StoredTensor first = tensor(op, 1);
    for (int i = 0; i < NORM.size(); i++) {
      StoredTensor tensor = tensor(op, i + 1);
      if (tensor == null
          || tensor.shape().size() != 1
          || first == null
          || !tensor.shape().equals(first.shape())) {
        return null;
      }
      parameters.put(NORM.get(i), tensor);
    }
    return parameters;
  }

  /** Whether it is the mean over all positions of each channel. */
  boolean isAverage(OnnxGraph.Node op) {
    if (!op.op().equals("ReduceMean")) {
      return AVERAGES.contains(op.op());
    }
    double[] axes = op.numbers().get("axes");
    StoredTensor stored = tensor(op, 1);
    if (axes == null && (stored == null || stored.size() > DIMENSIONS || stored.size() == 0)) {
      return false;
    }
    double[] all = axes;
    if (all == null && stored != null) {
      if (!stored.problem().isEmpty()) {
        return false;
      }
      FloatTensor values = stored.floats();
      all = new double[values.data().remaining()];
      for (int i = 0; i < all.length; i++) {
        all[i] = values.data().get(i);
      }
    }
    double[] positive =
        Arrays.stream(all == null ? new double[0] : all)
            .map(a -> a < 0 ? a + DIMENSIONS : a)
            .sorted()
            .toArray();
    return Arrays.equals(positive, new double[] {2, 3});
  }

  /** A constant of one value. */
  static StoredTensor filled(int count, float value) {
    float[] values = new float[count];
    Arrays.fill(values, value);
    return stored(List.of(count), values);
  }

  /** A constant. */
  static StoredTensor stored(List<Integer> shape, float[] values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return StoredTensor.contiguous(DType.F32, shape, bytes);
  }
}
