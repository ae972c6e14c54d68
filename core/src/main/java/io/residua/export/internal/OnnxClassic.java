package io.residua.export.internal;

import io.residua.classic.internal.ClassicModel;
import io.residua.classic.internal.ClassicPipeline;
import io.residua.classic.internal.KNearestNeighbours;
import io.residua.classic.internal.Kernel;
import io.residua.classic.internal.LogisticRegression;
import io.residua.classic.internal.Matrix;
import io.residua.classic.internal.StandardScaler;
import io.residua.classic.internal.Svc;
import io.residua.export.OnnxExport;
import io.residua.export.internal.OnnxGraph.Type;
import io.residua.internal.ProtobufMessage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Scaler and classifier as operations: of {@code ai.onnx.ml} for support vector machines and
 * logistic regression, of ONNX' own for nearest neighbours. They compute in 32-bit floats.
 */
public final class OnnxClassic {
  static final String LABEL = "label";
  private static final String SCALED = "features.scaled";

  private final OnnxGraph graph;
  private final ClassicPipeline pipeline;
  private final int classes;

  /**
   * @param classes how many the model has; the classifier may know fewer
   */
  public OnnxClassic(OnnxGraph graph, ClassicPipeline pipeline, int classes) {
    this.graph = graph;
    this.pipeline = pipeline;
    this.classes = classes;
  }

  /** Appends everything from features to {@code label} and {@code probabilities}. */
  public void append(String features) {
    StandardScaler scaler = pipeline.scaler();
    double[] factors = scaler.scale();
    Arrays.setAll(factors, i -> 1 / factors[i]);
    graph.node(
        OnnxGraph.ML,
        "Scaler",
        List.of(features),
        List.of(SCALED),
        OnnxAttribute.of("offset", floats(scaler.mean())),
        OnnxAttribute.of("scale", floats(factors)));
    ClassicModel model = pipeline.model();
    int[] known = model.classes();
    boolean all = known.length == classes;
    String scores = all ? OnnxExport.PROBABILITIES : OnnxExport.PROBABILITIES + ".known";
    if (model instanceof Svc svc) {
      machine(svc, scores);
    } else if (model instanceof LogisticRegression logistic) {
      logistic(logistic, scores);
    } else {
      neighbours((KNearestNeighbours) model, scores);
    }
    if (!all) {
      float[] columns = new float[known.length * classes];
      for (int i = 0; i < known.length; i++) {
        columns[i * classes + known[i]] = 1;
      }
      graph.node(
          "MatMul",
          List.of(scores, graph.floats("classes", List.of(known.length, classes), columns)),
          OnnxExport.PROBABILITIES);
    }
    graph.output(LABEL, Type.INT64);
  }

  private void machine(Svc svc, String scores) {
    if (svc.classes().length == 2) {
      machineOfTwo(svc, scores);
      return;
    }
    Svc.Sigmoids sigmoids = svc.sigmoids().orElseThrow(); // a model's machine has them
    List<ProtobufMessage> attributes = kernel(svc);
    attributes.add(OnnxAttribute.of("classlabels_ints", longs(svc.classes())));
    attributes.add(OnnxAttribute.of("vectors_per_class", longs(svc.supportPerClass())));
    attributes.add(OnnxAttribute.of("prob_a", floats(sigmoids.slopes())));
    attributes.add(OnnxAttribute.of("prob_b", floats(sigmoids.offsets())));
    graph.node(
        OnnxGraph.ML,
        "SVMClassifier",
        List.of(SCALED),
        List.of(LABEL, scores),
        attributes.toArray(new ProtobufMessage[0]));
  }

  /**
   * A single pair's probability is its sigmoid. ONNX Runtime's classifier would couple it by
   * iterations that stop short of that, so the decision comes from the regressor.
   */
  private void machineOfTwo(Svc svc, String scores) {
    Svc.Sigmoids sigmoids = svc.sigmoids().orElseThrow();
    List<ProtobufMessage> attributes = kernel(svc);
    attributes.add(OnnxAttribute.of("n_supports", (long) svc.supportVectors().rows()));
    String decision = "machine.decision";
    graph.node(
        OnnxGraph.ML,
        "SVMRegressor",
        List.of(SCALED),
        List.of(decision),
        attributes.toArray(new ProtobufMessage[0]));
    List<Integer> single = List.of(1);
    String slope = graph.floats("machine.slope", single, (float) -sigmoids.slopes()[0]);
    String offset = graph.floats("machine.offset", single, (float) -sigmoids.offsets()[0]);
    graph.node("Mul", List.of(decision, slope), "machine.scaled");
    graph.node("Add", List.of("machine.scaled", offset), "machine.shifted");
    graph.node("Sigmoid", List.of("machine.shifted"), "machine.first");
    String one = graph.floats("machine.one", single, 1);
    graph.node("Sub", List.of(one, "machine.first"), "machine.second");
    ProtobufMessage axis = OnnxAttribute.of("axis", 1);
    graph.node("Concat", List.of("machine.first", "machine.second"), scores, axis);
    graph.node(
        "Greater", List.of(decision, graph.floats("machine.zero", single, 0)), "machine.wins");
    int[] labels = svc.classes();
    graph.node(
        "Where",
        List.of(
            "machine.wins",
            graph.longs("machine.label0", labels[0]),
            graph.longs("machine.label1", labels[1])),
        "machine.label");
    graph.node("Squeeze", List.of("machine.label", graph.longs("machine.axis", 1)), LABEL);
  }

  private static List<ProtobufMessage> kernel(Svc svc) {
    Kernel kernel = svc.kernel();
    return new ArrayList<>(
        List.of(
            OnnxAttribute.of("support_vectors", floats(svc.supportVectors().toArray())),
            OnnxAttribute.of("coefficients", floats(flat(svc.dualCoefficients()))),
            OnnxAttribute.of("rho", floats(svc.intercepts())),
            OnnxAttribute.of("kernel_type", kernel.type().name()),
            OnnxAttribute.of(
                "kernel_params",
                (float) svc.gamma(),
                (float) kernel.coef0(),
                (float) kernel.degree()),
            OnnxAttribute.of("post_transform", "NONE")));
  }

  private void logistic(LogisticRegression model, String scores) {
    double[][] weights = model.weights();
    double[] intercepts = model.intercepts();
    int k = model.classes().length;
    int absent = k - weights.length; // of two classes, the first has the score 0
    double[][] rows = new double[k][model.features()];
    double[] constants = new double[k];
    for (int i = 0; i < weights.length; i++) {
      rows[i + absent] = weights[i];
      constants[i + absent] = intercepts[i];
    }
    graph.node(
        OnnxGraph.ML,
        "LinearClassifier",
        List.of(SCALED),
        List.of(LABEL, scores),
        OnnxAttribute.of("classlabels_ints", longs(model.classes())),
        OnnxAttribute.of("coefficients", floats(flat(rows))),
        OnnxAttribute.of("intercepts", floats(constants)),
        OnnxAttribute.of("multi_class", 0),
        OnnxAttribute.of("post_transform", "SOFTMAX"));
  }

  /** Half the squared distance, less what is the same for all samples, is |s|²/2 - x·s. */
  private void neighbours(KNearestNeighbours model, String scores) {
    Matrix samples = model.samples();
    int count = samples.rows();
    int width = samples.columns();
    int k = model.classes().length;
    float[] halfNorms = new float[count];
    double[] norms = samples.squaredNorms();
    float[] votes = new float[count * k];
    int[] targets = model.targets();
    for (int i = 0; i < count; i++) {
      halfNorms[i] = (float) (norms[i] / 2);
      votes[i * k + targets[i]] = 1f / model.spec().k();
    }
    String nearness = "neighbours.distances";
    graph.node(
        "Gemm",
        List.of(
            SCALED,
            graph.floats("neighbours.samples", List.of(count, width), floats(samples.toArray())),
            graph.floats("neighbours.norms", List.of(count), halfNorms)),
        nearness,
        OnnxAttribute.of("alpha", -1f),
        OnnxAttribute.of("transB", 1));
    graph.node(
        "",
        "TopK",
        List.of(nearness, graph.longs("neighbours.k", model.spec().k())),
        List.of("neighbours.nearest", "neighbours.rows"),
        OnnxAttribute.of("largest", 0),
        OnnxAttribute.of("axis", 1));
    graph.node(
        "Gather",
        List.of(graph.floats("neighbours.votes", List.of(count, k), votes), "neighbours.rows"),
        "neighbours.voting");
    graph.node(
        "ReduceSum",
        List.of("neighbours.voting", graph.longs("neighbours.axis", 1)),
        scores,
        OnnxAttribute.of("keepdims", 0));
    graph.node(
        "ArgMax",
        List.of(scores),
        "neighbours.best",
        OnnxAttribute.of("axis", 1),
        OnnxAttribute.of("keepdims", 0));
    graph.node(
        "Gather",
        List.of(graph.longs("neighbours.labels", longs(model.classes())), "neighbours.best"),
        LABEL);
  }

  private static double[] flat(double[][] rows) {
    return Arrays.stream(rows).flatMapToDouble(Arrays::stream).toArray();
  }

  private static float[] floats(double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  private static long[] longs(int[] values) {
    return Arrays.stream(values).asLongStream().toArray();
  }
}
