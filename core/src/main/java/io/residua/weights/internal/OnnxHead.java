package io.residua.weights.internal;

import io.residua.internal.Text;
import io.residua.nn.Head;
import io.residua.nn.Head.Pooling;
import io.residua.nn.Head.Step;
import io.residua.nn.internal.Architecture;
import io.residua.nn.internal.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What an ONNX graph computes of a backbone's last feature map: pooling, linear layers, batch norm
 * and ReLU, and a softmax or sigmoid at the end.
 *
 * @param features the value that its first operation takes
 * @param activation what is done to the last layer's outputs, as {@link LastActivation}
 * @param classes names of the outputs, as {@link OnnxLearned#CLASSES}
 */
record OnnxHead(
    String features,
    Pooling pooling,
    List<Part> parts,
    Optional<String> activation,
    Optional<String> classes) {
  private static final Map<String, String> ACTIVATIONS =
      Map.of("Softmax", "softmax", "LogSoftmax", "softmax", "Sigmoid", "sigmoid");

  /** What skl2onnx writes of scikit-learn's models. */
  private static final Set<String> CLASSIC =
      Set.of("LinearClassifier", "SVMClassifier", "TreeEnsembleClassifier", "ZipMap", "Scaler");

  /** What does not keep a head from being read. */
  private static final Set<String> COMPUTED =
      Set.of(
          "Add",
          "BatchNormalization",
          "Cast",
          "Constant",
          "Dropout",
          "Flatten",
          "Gemm",
          "GlobalAveragePool",
          "Identity",
          "MatMul",
          "ReduceMean",
          "Relu",
          "Reshape",
          "Sigmoid",
          "Softmax",
          "Squeeze");

  private static final int MOST_PARTS = 64;
  private static final int MOST_NAMED = 4;
  private static final double EPSILON = 1e-5;

  /** A layer; without parameters, a ReLU. */
  private record Part(Map<String, StoredTensor> parameters, double epsilon, String input) {
    boolean isLinear() {
      return parameters.containsKey("weight") && !parameters.containsKey("running_var");
    }

    private List<Integer> shape() {
      return Objects.requireNonNull(parameters.get("weight")).shape();
    }

    int inputs() {
      return shape().get(shape().size() - 1);
    }

    int outputs() {
      return shape().get(0);
    }
  }

  /** The one before an output of the graph. */
  static OnnxHead of(OnnxTrace trace, String output) {
    String at = trace.passed(output);
    Optional<String> activation = Optional.empty();
    OnnxGraph.Node op = trace.producer(at);
    Optional<String> classes = Optional.empty();
    OnnxGraph.Node learned = trace.producer(trace.before(OnnxLearned.PASSED, at));
    if (learned != null && OnnxLearned.linear(learned) != null) {
      at = learned.outputs().get(0);
      activation = OnnxLearned.activation(learned);
      classes = OnnxLearned.classes(learned);
    } else if (op != null && ACTIVATIONS.containsKey(op.op())) {
      activation = Optional.ofNullable(ACTIVATIONS.get(op.op()));
      at = trace.passed(op.inputs().get(0));
    }
    List<Part> parts = new ArrayList<>();
    Part part = part(trace, at, parts);
    while (part != null && parts.size() < MOST_PARTS) {
      parts.add(0, part);
      at = trace.passed(part.input);
      part = part(trace, at, parts);
    }
    op = trace.producer(at);
    boolean average = op != null && trace.isAverage(op);
    return new OnnxHead(
        average && op != null ? trace.passed(op.inputs().get(0)) : at,
        average ? Pooling.GAP : Pooling.FLATTEN,
        parts,
        activation,
        classes);
  }

  private static @Nullable Part part(OnnxTrace trace, String value, List<Part> after) {
    OnnxGraph.Node op = trace.producer(value);
    if (op == null) {
      return null;
    } else if (op.op().equals("Scaler") && !after.isEmpty() && after.get(0).isLinear()) {
      Map<String, StoredTensor> norm = OnnxLearned.norm(op, after.get(0).inputs());
      return norm == null ? null : new Part(norm, OnnxLearned.EPSILON, op.inputs().get(0));
    } else if (op.op().equals("Relu")) {
      String input = trace.passed(op.inputs().get(0));
      return layer(trace, input) == null ? null : new Part(Map.of(), 0, input);
    }
    return layer(trace, value);
  }

  private static @Nullable Part layer(OnnxTrace trace, String value) {
    OnnxGraph.Node op = trace.producer(value);
    if (op == null) {
      return null;
    }
    Map<String, StoredTensor> norm = trace.norm(op);
    if (norm != null) {
      OnnxGraph.Node before = trace.producer(trace.passed(op.inputs().get(0)));
      boolean ofConvolution = before != null && before.op().equals("Conv");
      return ofConvolution ? null : new Part(norm, epsilon(op), op.inputs().get(0));
    }
    return linear(trace, op);
  }

  /** As it was written before it became a 32-bit float: the shortest number of that float. */
  private static double epsilon(OnnxGraph.Node norm) {
    return Double.parseDouble(Float.toString((float) norm.number("epsilon", EPSILON)));
  }

  private static @Nullable Part linear(OnnxTrace trace, OnnxGraph.Node op) {
    boolean gemm =
        op.op().equals("Gemm")
            && op.number("alpha", 1) == 1
            && op.number("beta", 1) == 1
            && op.number("transA", 0) == 0;
    if (gemm) {
      StoredTensor bias = trace.tensor(op, 2);
      return OnnxTrace.has(op, 2) && bias == null
          ? null
          : linear(op, trace.tensor(op, 1), op.number("transB", 0) == 1, bias);
    } else if (op.op().equals("LinearClassifier")) {
      Map<String, StoredTensor> parameters = OnnxLearned.linear(op);
      return parameters == null ? null : new Part(parameters, 0, op.inputs().get(0));
    } else if (op.op().equals("MatMul")) {
      return linear(op, trace.tensor(op, 1), false, null);
    } else if (op.op().equals("Add") && op.inputs().size() == 2) {
      int constant = trace.tensor(op, 1) == null ? 0 : 1;
      OnnxGraph.Node product = trace.producer(trace.passed(op.inputs().get(1 - constant)));
      StoredTensor bias = trace.tensor(op, constant);
      return product != null && product.op().equals("MatMul") && bias != null
          ? linear(product, trace.tensor(product, 1), false, bias)
          : null;
    }
    return null;
  }

  private static @Nullable Part linear(
      OnnxGraph.Node op,
      @Nullable StoredTensor weight,
      boolean transposed,
      @Nullable StoredTensor bias) {
    if (weight == null || weight.shape().size() != 2) {
      return null;
    }
    List<Integer> shape = weight.shape();
    int in = shape.get(transposed ? 1 : 0);
    int out = shape.get(transposed ? 0 : 1);
    if (bias != null && !bias.shape().equals(List.of(out))) {
      return null;
    }
    Map<String, StoredTensor> parameters = new LinkedHashMap<>();
    parameters.put(
        "weight",
        transposed
            ? weight
            : new StoredTensor(
                weight.dtype(), List.of(out, in), weight.storage(), 0, List.of(1L, (long) out)));
    if (bias != null) {
      parameters.put("bias", bias);
    }
    return new Part(parameters, 0, op.inputs().get(0));
  }

  /**
   * The same as a head of Residua's.
   *
   * @param tensors gets its parameters, where it can be computed
   */
  FileHead on(Architecture network, Map<String, StoredTensor> tensors) {
    if (parts.isEmpty()) {
      return FileHead.NONE;
    } else if (!parts.get(parts.size() - 1).isLinear()) {
      return FileHead.notComputed("its head does not end with a linear layer");
    }
    Shape map = network.backbone().outputShape(Shape.rgb(network.pictureSizePx()));
    int size = pooling == Pooling.GAP ? map.channels() : map.size();
    for (Part part : parts) {
      if (!part.parameters.isEmpty() && part.inputs() != size) {
        return FileHead.notComputed(
            Text.of(
                "a layer of its head takes %,d values, what is before it gives %,d",
                part.inputs(), size));
      }
      size = part.parameters.isEmpty() ? size : part.outputs();
    }
    Head head;
    try {
      head = new Head(pooling, steps(parts.subList(0, parts.size() - 1)));
    } catch (IllegalArgumentException e) {
      return FileHead.notComputed("it has " + e.getMessage());
    }
    for (int i = 0; i < parts.size(); i++) {
      String name = i < parts.size() - 1 ? Head.stepName(i) : head.lastLayer();
      parts.get(i).parameters.forEach((p, tensor) -> tensors.put(name + "." + p, tensor));
    }
    return FileHead.of(head);
  }

  private static List<Step> steps(List<Part> parts) {
    List<Step> steps = new ArrayList<>();
    for (Part part : parts) {
      steps.add(
          part.parameters.isEmpty()
              ? new Step.Rectify()
              : part.isLinear() ? new Step.Dense(part.outputs()) : new Step.Norm(part.epsilon));
    }
    return steps;
  }

  /** Why a head of these operations is not read. */
  static String unread(List<OnnxGraph.Node> head) {
    List<String> others =
        head.stream()
            .map(OnnxGraph.Node::op)
            .filter(op -> !COMPUTED.contains(op))
            .distinct()
            .toList();
    return Text.of(
        "its head has %s, where the mean of each channel, linear layers, batch norm and ReLU are"
            + " computed here%s",
        others.isEmpty()
            ? "them in another order"
            : others.stream().limit(MOST_NAMED).map(OneLine::of).collect(Collectors.joining(", ")),
        others.stream().anyMatch(CLASSIC::contains)
            ? "; for a classifier of scikit-learn, fit one on this backbone with 'residua svm'; in place"
                + " of a file that 'residua export' wrote, give the model it was made of"
            : "");
  }
}
