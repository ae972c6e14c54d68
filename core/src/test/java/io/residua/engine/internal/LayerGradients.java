package io.residua.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.residua.engine.Precision;
import io.residua.engine.internal.TrainingSession.Trainable;
import io.residua.nn.internal.Layer;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Network.Node;
import io.residua.nn.internal.Parameter;
import io.residua.nn.internal.Shape;
import io.residua.weights.internal.FloatTensor;
import io.residua.weights.internal.WeightMap;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Compares every layer kind's gradients, by each input element and each weight, with finite
 * differences; an executor's own test extends this.
 *
 * <p>The picture has one channel for each position of the batch, which is one there and zero
 * elsewhere, so the weights of a 1x1 convolution ("probe") are the tested layer's input itself.
 */
abstract class LayerGradients {
  private static final int BATCH = 2;
  private static final double STEP = 0.04;

  /** A session of the executor that is tested. */
  abstract TrainingSession session(
      Network network, WeightMap weights, Shape picture, TrainingOptions options);

  /** Every how-manieth element is checked; more than 1 where an executor is slow on odd shapes. */
  int stride() {
    return 1;
  }

  /**
   * @param input shape of the tested layer's input
   * @param nodes the layer (named "layer") and what it needs around it; "probe" is the input
   */
  record Case(String name, Shape input, List<Node> nodes, Set<String> frozenStatistics) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    Shape small = new Shape(4, 5, 6);
    return Stream.of(
        layer("conv 3x3", small, new Layer.Conv(4, 3, 3, 1, 1, 1, false)),
        layer("conv 3x3 stride 2, bias", small, new Layer.Conv(4, 5, 3, 2, 1, 1, true)),
        layer("conv 3x3 stride 2, padded after", small, new Layer.Conv(4, 3, 3, 2, 0, 1, 1, false)),
        layer("conv 1x1", small, new Layer.Conv(4, 6, 1, 1, 0, 1, false)),
        layer("conv 1x1 stride 2", small, new Layer.Conv(4, 6, 1, 2, 0, 1, false)),
        layer(
            "conv 7x7 stride 2, bias", new Shape(3, 9, 8), new Layer.Conv(3, 4, 7, 2, 3, 1, true)),
        layer("conv 2 groups", small, new Layer.Conv(4, 6, 3, 1, 1, 2, true)),
        layer("conv by channel, stride 2", small, new Layer.Conv(4, 4, 3, 2, 1, 4, false)),
        layer("batch norm", small, new Layer.BatchNorm(4, 1e-3, 0.1)),
        layer("batch norm of a vector", Shape.vector(5), new Layer.BatchNorm(5, 0.1, 0.1)),
        new Case(
            "batch norm, frozen statistics",
            small,
            List.of(new Node("layer", new Layer.BatchNorm(4, 1e-3, 0.1), List.of("probe"))),
            Set.of("layer")),
        layer("relu", small, new Layer.Relu()),
        layer("max pool 3 stride 2", small, new Layer.MaxPool(3, 2, 1)),
        layer("max pool 2", small, new Layer.MaxPool(2, 2, 0)),
        layer("average pool 2", small, new Layer.AvgPool(2, 2, 0)),
        layer("average pool 3, padded", small, new Layer.AvgPool(3, 2, 1)),
        layer("global average pool", small, new Layer.GlobalAvgPool()),
        layer("padding shortcut", small, new Layer.PadShortcut(2, 8)),
        layer("dropout", small, new Layer.Dropout(0.4)),
        new Case(
            "add of two branches",
            small,
            List.of(
                new Node("conv", new Layer.Conv(4, 4, 3, 1, 1, 1, false), List.of("probe")),
                new Node("layer", new Layer.Add(), List.of("conv", "probe"))),
            Set.of()),
        new Case(
            "add of a tensor to itself",
            small,
            List.of(new Node("layer", new Layer.Add(), List.of("probe", "probe"))),
            Set.of()),
        new Case(
            "flatten and linear",
            small,
            List.of(
                new Node("flat", new Layer.Flatten(), List.of("probe")),
                new Node("layer", new Layer.Linear(120, 7), List.of("flat"))),
            Set.of()));
  }

  private static Case layer(String name, Shape input, Layer layer) {
    return new Case(name, input, List.of(new Node("layer", layer, List.of("probe"))), Set.of());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAreThoseOfFiniteDifferences(Case c) {
    int plane = c.input().height() * c.input().width();
    Shape picture = new Shape(plane * BATCH, c.input().height(), c.input().width());
    List<Node> nodes = new ArrayList<>();
    nodes.add(
        new Node(
            "probe",
            new Layer.Conv(picture.channels(), c.input().channels(), 1, 1, 0, 1, false),
            List.of(Network.INPUT)));
    nodes.addAll(c.nodes());
    Network network = new Network("gradient", nodes);
    Set<String> trainable =
        network.parameters().stream()
            .filter(p -> p.kind().learned())
            .map(Parameter::name)
            .collect(Collectors.toSet());
    TrainingOptions options =
        new TrainingOptions(BATCH, Precision.FP32, 1, 5, trainable, c.frozenStatistics());
    try (TrainingSession session = session(network, spacedWeights(network), picture, options)) {
      check(session, oneHot(picture, plane));
    }
  }

  private void check(TrainingSession session, float[] input) {
    Random random = new Random(3);
    int outputs = BATCH * session.outputSize();
    float[] factors = new float[outputs];
    for (int i = 0; i < outputs; i++) {
      factors[i] = random.nextFloat() + 0.5f;
    }
    float[] logits = new float[outputs];
    session.forward(input, BATCH, 9, logits);
    session.backward(factors);
    List<float[]> gradients = session.trainables().stream().map(t -> copy(t.gradient())).toList();
    int nonZero = 0;
    for (int k = 0; k < gradients.size(); k++) {
      Trainable t = session.trainables().get(k);
      for (int i = 0; i < t.values().capacity(); i += stride()) {
        float value = t.values().get(i);
        double[] f = new double[5];
        for (int s = -2; s <= 2; s++) {
          t.values().put(i, (float) (value + s * STEP));
          session.forward(input, BATCH, 9, logits);
          f[s + 2] =
              IntStream.range(0, outputs).mapToDouble(j -> (double) logits[j] * factors[j]).sum();
        }
        t.values().put(i, value);
        double expected = (f[0] - 8 * f[1] + 8 * f[3] - f[4]) / (12 * STEP);
        double got = gradients.get(k)[i];
        nonZero += got != 0 ? 1 : 0;
        assertThat(got)
            .as("gradient by element %d of %s", i, t.parameter().name())
            .isCloseTo(expected, within(1e-3 * Math.max(1, Math.abs(expected))));
      }
    }
    assertThat(nonZero).isPositive();
  }

  private static float[] copy(java.nio.FloatBuffer buffer) {
    float[] values = new float[buffer.capacity()];
    buffer.get(0, values);
    return values;
  }

  /** Channel n·plane + p is one at position p of picture n. */
  private static float[] oneHot(Shape picture, int plane) {
    float[] input = new float[BATCH * picture.size()];
    for (int n = 0; n < BATCH; n++) {
      for (int p = 0; p < plane; p++) {
        input[(n * plane + p) * picture.channels() + n * plane + p] = 1;
      }
    }
    return input;
  }

  /** Random values; where there are kinks, too far from each other and zero to step over one. */
  private static WeightMap spacedWeights(Network network) {
    Random random = new Random(11);
    boolean kinks =
        network.nodes().stream()
            .anyMatch(n -> n.layer() instanceof Layer.Relu || n.layer() instanceof Layer.MaxPool);
    Map<String, FloatTensor> tensors = new LinkedHashMap<>();
    for (Parameter p : network.parameters()) {
      double spacing = kinks && p.layer().equals("probe") ? 5 * STEP : 3.0 / p.size();
      double middle = p.kind() == Parameter.Kind.RUNNING_VARIANCE ? 2 : 0;
      List<Integer> order = new ArrayList<>(IntStream.range(0, p.size()).boxed().toList());
      Collections.shuffle(order, random);
      float[] values = new float[p.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (middle + (order.get(i) - p.size() / 2 + 0.5) * spacing);
      }
      tensors.put(p.name(), FloatTensor.of(p, values));
    }
    return new WeightMap(tensors);
  }
}
