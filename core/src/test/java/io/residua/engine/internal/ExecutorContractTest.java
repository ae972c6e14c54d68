package io.residua.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.residua.UsageException;
import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.engine.RandomWeights;
import io.residua.engine.internal.TrainingSession.Trainable;
import io.residua.nn.Head;
import io.residua.nn.internal.Layer;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Network.Node;
import io.residua.nn.internal.Parameter;
import io.residua.nn.internal.ResNetSpec;
import io.residua.nn.internal.Shape;
import io.residua.weights.internal.Initialisation;
import io.residua.weights.internal.Initialisation.LinearRule;
import io.residua.weights.internal.WeightMap;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every executor there is must do: the same as plain Java, whatever it fuses, freezes or
 * shares out.
 */
@Tag("processors")
class ExecutorContractTest {
  private static final Shape PICTURE = new Shape(3, 20, 18);
  private static final int BATCH = 4;

  static Stream<Executor> executors() {
    return Executors.ALL.stream();
  }

  private static Stream<Arguments> each(String... cases) {
    return executors().flatMap(e -> Arrays.stream(cases).map(c -> Arguments.of(e, c)));
  }

  private static void assumeComputes(Executor executor) {
    assumeTrue(executor.problem().isEmpty(), executor.label() + " does not compute here");
  }

  /** Those that need no calibration and that this processor has. */
  private static List<Precision> types(Executor executor, boolean training) {
    List<Precision> types = new ArrayList<>();
    for (Precision type : List.of(Precision.FP32, Precision.BF16)) {
      try {
        executor.require(type, training);
        types.add(type);
      } catch (NativesException | IllegalArgumentException e) {
        assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
      }
    }
    return types;
  }

  private static Inference inference(
      Network network, WeightMap weights, Shape picture, Executor executor, Precision type) {
    return new Inference(network, weights, picture, new Compute(executor.device(), type, 2), null);
  }

  /** Every layer kind, values with several uses, and sums that may or may not be done in place. */
  private static Network oddNetwork() {
    List<Node> n = new ArrayList<>();
    add(n, "conv1", new Layer.Conv(3, 8, 3, 1, 1, 1, true), Network.INPUT);
    add(n, "relu1", new Layer.Relu(), "conv1");
    add(n, "grouped", new Layer.Conv(8, 8, 3, 1, 1, 4, false), "relu1");
    add(n, "bn1", new Layer.BatchNorm(8, 1e-3, 0.1), "grouped");
    add(n, "sum1", new Layer.Add(), "bn1", "relu1"); // no ReLU after it, summand dies here
    add(n, "bn2", new Layer.BatchNorm(8, 1e-5, 0.1), "sum1"); // no convolution before it
    add(n, "relu2", new Layer.Relu(), "bn2");
    add(n, "conv2", new Layer.Conv(8, 8, 1, 1, 0, 1, false), "relu2");
    add(n, "sum2", new Layer.Add(), "conv2", "relu2"); // the convolution reads its own summand
    add(n, "pool", new Layer.MaxPool(3, 2, 1), "sum2");
    add(n, "conv3", new Layer.Conv(8, 16, 3, 2, 1, 1, false), "pool");
    add(n, "bn3", new Layer.BatchNorm(16, 1e-5, 0.2), "conv3");
    add(n, "shortcut", new Layer.PadShortcut(2, 16), "pool");
    add(n, "sum3", new Layer.Add(), "shortcut", "bn3");
    add(n, "relu3", new Layer.Relu(), "sum3");
    add(n, "drop", new Layer.Dropout(0.3), "relu3");
    add(n, "average", new Layer.AvgPool(2, 1, 1), "drop");
    add(n, "again", new Layer.Add(), "average", "average"); // one value twice
    return Head.parse("flatten-mlp:12").on(new Network("odd", n), PICTURE, 5);
  }

  private static void add(List<Node> nodes, String name, Layer layer, String... inputs) {
    nodes.add(new Node(name, layer, List.of(inputs)));
  }

  private static float[] pictures(Shape picture) {
    Random random = new Random(3);
    float[] input = new float[BATCH * picture.size()];
    for (int i = 0; i < input.length; i++) {
      input[i] = (float) random.nextGaussian();
    }
    return input;
  }

  @ParameterizedTest
  @MethodSource("executors")
  void itIsFoundByItsNameAndComputesInOneTypeAtLeast(Executor executor) {
    assertThat(Device.of(executor.device().text())).isEqualTo(executor.device());
    assertThat(Device.all()).containsOnlyOnce(executor.device());
    assertThat(executor.precisions()).contains(Precision.FP32, executor.usual());
    assertThat(executor.usual()).isNotEqualTo(Precision.INT8);
    for (Precision type : Precision.values()) {
      if (!executor.precisions().contains(type)) {
        assertThatExceptionOfType(UsageException.class)
            .isThrownBy(() -> new Compute(executor.device(), type, 1))
            .withMessageContaining(executor.label());
      }
    }
    assumeComputes(executor);
    executor.require(executor.usual(), false);
    assertThat(executor.version()).isNotBlank().doesNotContain("\n");
    assertThat(types(executor, false)).contains(executor.usual());
    assertThat(types(executor, true)).contains(Precision.FP32);
  }

  static Stream<Arguments> parts() {
    return each("relu1", "sum1", "bn2", "sum2", "pool", "sum3", "drop", "again", "fc.1", "fc.2");
  }

  @ParameterizedTest
  @MethodSource("parts")
  void everyPartOfAnOddNetworkGivesTheSame(Executor executor, String upTo) {
    Network network = oddNetwork().upTo(upTo);
    WeightMap weights = RandomWeights.of(network, new Random(1));
    assumeComputes(executor);
    for (Precision type : types(executor, false)) {
      agree(executor, network, weights, PICTURE, type, type == Precision.FP32 ? 2e-5 : 0.04);
    }
  }

  static Stream<Arguments> resNets() {
    return each(
        "resnet18",
        "resnet50",
        "resnet50-v1",
        "resnet8-cifar",
        "resnet20-cifar",
        "resnet20-cifar-b");
  }

  @ParameterizedTest
  @MethodSource("resNets")
  void resNetsGiveTheSame(Executor executor, String name) {
    Network network = ResNetSpec.named(name).network(7);
    WeightMap weights = new Initialisation(1, LinearRule.TORCH).weights(network);
    Shape picture = Shape.rgb(name.endsWith("cifar") || name.endsWith("-b") ? 32 : 64);
    assumeComputes(executor);
    agree(executor, network, weights, picture, Precision.FP32, 1e-4);
  }

  static Stream<Arguments> heads() {
    return each(
        "gap+batch-norm:0.001+linear:16+batch-norm+relu+dropout:0.5+linear",
        "flatten+batch-norm+relu+linear:12+relu+batch-norm+linear");
  }

  @ParameterizedTest
  @MethodSource("heads")
  void headsOfManyStepsGiveTheSame(Executor executor, String head) {
    Shape picture = Shape.rgb(32);
    Network network =
        Head.parse(head).on(ResNetSpec.named("resnet8-cifar").backbone(picture), picture, 7);
    WeightMap weights = RandomWeights.of(network, new Random(1));
    assumeComputes(executor);
    agree(executor, network, weights, picture, Precision.FP32, 1e-4);
  }

  /** The largest difference, relative to the largest value, is within the tolerance. */
  private static void agree(
      Executor executor,
      Network network,
      WeightMap weights,
      Shape picture,
      Precision type,
      double tolerance) {
    float[] expected = expected(network, weights, picture);
    Inference what = inference(network, weights, picture, executor, type);
    try (InferenceSession session = executor.inference(what, BATCH)) {
      close("output", run(session, picture, 0, BATCH), expected, tolerance * peak(expected));
    }
  }

  /** What plain Java gives. */
  private static float[] expected(Network network, WeightMap weights, Shape picture) {
    Executor java = Device.JAVA.executor();
    Inference what = inference(network, weights, picture, java, Precision.FP32);
    try (InferenceSession session = java.inference(what, BATCH)) {
      return run(session, picture, 0, BATCH);
    }
  }

  private static float[] run(InferenceSession session, Shape picture, int first, int count) {
    float[] output = new float[count * session.outputSize()];
    session.run(
        Arrays.copyOfRange(
            pictures(picture), first * picture.size(), (first + count) * picture.size()),
        count,
        output);
    return output;
  }

  @ParameterizedTest
  @MethodSource("executors")
  void sessionsThatShareWeightsGiveTheSame(Executor executor) {
    assumeComputes(executor);
    Network network = oddNetwork();
    WeightMap weights = RandomWeights.of(network, new Random(1));
    float[] expected = expected(network, weights, PICTURE);
    double tolerance = 2e-5 * peak(expected);
    int size = expected.length / BATCH;
    Inference what = inference(network, weights, PICTURE, executor, Precision.FP32);
    List<InferenceSession> workers = executor.workers(what, new SessionShape(2, 3));
    assertThat(workers).hasSize(executor.sideBySide() ? 2 : 1);
    for (int i = workers.size() - 1; i >= 0; i--) {
      try (InferenceSession worker = workers.get(i)) {
        assertThat(worker.batchSize()).isEqualTo(3);
        close("worker", run(worker, PICTURE, 1, 3), part(expected, size, 4 * size), tolerance);
      }
    }
    try (InferenceSession alone = executor.inference(what, 1)) {
      close("alone", run(alone, PICTURE, 2, 1), part(expected, 2 * size, 3 * size), tolerance);
      assertThat(alone instanceof Executor.Sharing).isEqualTo(executor.sideBySide());
      if (alone instanceof Executor.Sharing sharing) {
        try (InferenceSession another = sharing.another(1)) {
          close(
              "another",
              run(another, PICTURE, 3, 1),
              part(expected, 3 * size, 4 * size),
              tolerance);
        }
      }
    }
  }

  private static float[] part(float[] values, int from, int to) {
    return Arrays.copyOfRange(values, from, to);
  }

  @ParameterizedTest
  @MethodSource("executors")
  void callsThatDoNotFitAreRefused(Executor executor) {
    assumeComputes(executor);
    Network network = oddNetwork();
    WeightMap weights = RandomWeights.of(network, new Random(1));
    Inference what = inference(network, weights, PICTURE, executor, Precision.FP32);
    InferenceSession session = executor.inference(what, 2);
    float[] input = pictures(PICTURE);
    float[] output = new float[BATCH * session.outputSize()];
    assertThatIllegalArgumentException().isThrownBy(() -> session.run(input, 3, output));
    assertThatIllegalArgumentException().isThrownBy(() -> session.run(input, 0, output));
    assertThatIllegalArgumentException().isThrownBy(() -> session.run(new float[1], 1, output));
    assertThatIllegalArgumentException().isThrownBy(() -> session.run(input, 1, new float[1]));
    session.close();
    session.close();
    assertThatIllegalStateException().isThrownBy(() -> session.run(input, 1, output));
    assertThatIllegalArgumentException().isThrownBy(() -> executor.inference(what, 0));
    Inference small = inference(network, weights, new Shape(1, 20, 18), executor, Precision.FP32);
    assertThatIllegalArgumentException().isThrownBy(() -> executor.inference(small, 1));
  }

  @ParameterizedTest
  @MethodSource("executors")
  void theSameValuesAreSeenWithin(Executor executor) {
    assumeComputes(executor);
    Network network = oddNetwork();
    WeightMap weights = RandomWeights.of(network, new Random(1));
    Set<String> names = Set.of(Network.INPUT, "bn1", "conv2", "sum2", "pool", "fc.2");
    Map<String, float[]> expected = seen(Device.JAVA.executor(), network, weights, names);
    Map<String, float[]> found = seen(executor, network, weights, names);
    assertThat(found.keySet()).isEqualTo(names).isEqualTo(expected.keySet());
    expected.forEach(
        (name, values) -> close(name, found.get(name), values, 2e-5 * Math.max(1, peak(values))));
  }

  /** Every value sorted, for a probe shows it in an order of its own. */
  private static Map<String, float[]> seen(
      Executor executor, Network network, WeightMap weights, Set<String> names) {
    try (ActivationProbe probe = executor.probe(network, weights, PICTURE, names, 2)) {
      probe.run(part(pictures(PICTURE), PICTURE.size(), 2 * PICTURE.size()));
      probe.run(part(pictures(PICTURE), 0, PICTURE.size()));
      return probe.values().entrySet().stream()
          .collect(Collectors.toMap(Map.Entry::getKey, e -> sorted(e.getValue())));
    }
  }

  private static float[] sorted(FloatBuffer buffer) {
    float[] values = new float[buffer.capacity()];
    buffer.get(0, values);
    Arrays.sort(values);
    return values;
  }

  static Stream<Arguments> frozen() {
    return each("", "conv1", "conv1,grouped,bn1,bn2,conv2", "conv3", "fc.0", "bn1,bn3,fc.2");
  }

  @ParameterizedTest
  @MethodSource("frozen")
  void trainingTheSamePartGivesTheSameGradientsAndStatistics(
      Executor executor, String frozenLayers) {
    assumeComputes(executor);
    Network network = oddNetwork();
    WeightMap weights = RandomWeights.of(network, new Random(1));
    TrainingOptions options = options(network, frozenLayers);
    Trained java = train(Device.JAVA.executor().training(network, weights, PICTURE, options));
    Trained found = train(executor.training(network, weights, PICTURE, options));
    close("logits", found.logits, java.logits, 2e-5 * peak(java.logits));
    assertThat(found.moved.keySet()).isEqualTo(java.moved.keySet());
    java.moved.forEach(
        (name, values) ->
            close(name, found.moved.get(name), values, 1e-4 * Math.max(1, peak(values))));
  }

  private static TrainingOptions options(Network network, String frozenLayers) {
    Set<String> frozen = Set.of(frozenLayers.split(","));
    Set<String> trainable =
        network.parameters().stream()
            .filter(p -> p.kind().learned() && !frozen.contains(p.layer()))
            .map(Parameter::name)
            .collect(Collectors.toSet());
    Set<String> statistics = new HashSet<>(frozen);
    statistics.removeIf(n -> !n.startsWith("bn"));
    return new TrainingOptions(BATCH, Precision.FP32, 2, 9, trainable, statistics);
  }

  @ParameterizedTest
  @MethodSource("frozen")
  void aSessionGoesOnWithTheWeightsOfAnother(Executor executor, String frozenLayers) {
    assumeComputes(executor);
    Network network = oddNetwork();
    WeightMap weights = RandomWeights.of(network, new Random(1));
    TrainingOptions options = options(network, frozenLayers);
    Trained once = train(executor.training(network, weights, PICTURE, options));
    WeightMap moved = weights.with(once.weights);
    try (TrainingSession session = executor.training(network, weights, PICTURE, options)) {
      List<String> statistics =
          session.statistics().stream().map(t -> t.parameter().name()).sorted().toList();
      assertThat(statistics)
          .isEqualTo(
              network.parameters().stream()
                  .filter(p -> !p.kind().learned())
                  .filter(p -> !options.frozenStatistics().contains(p.layer()))
                  .map(Parameter::name)
                  .sorted()
                  .toList());
      session.set(moved);
      assertThat(values(session.weights())).usingRecursiveComparison().isEqualTo(once.moved);
    }
    Trained twice = train(executor.training(network, moved, PICTURE, options));
    TrainingSession other = executor.training(network, weights, PICTURE, options);
    other.set(moved);
    assertThat(train(other).moved).usingRecursiveComparison().isEqualTo(twice.moved);
  }

  private static void close(String what, float[] found, float[] expected, double tolerance) {
    assertThat(found).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat((double) found[i]).as("%s[%d]", what, i).isCloseTo(expected[i], within(tolerance));
    }
  }

  private static double peak(float[] values) {
    float peak = 0;
    for (float v : values) {
      peak = Math.max(peak, Math.abs(v));
    }
    return peak;
  }

  private record Trained(float[] logits, WeightMap weights, Map<String, float[]> moved) {}

  private static Map<String, float[]> values(WeightMap weights) {
    return weights.asMap().entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().toArray()));
  }

  /** One step of plain gradient descent, so that weights show gradients whatever their layout. */
  private static Trained train(TrainingSession session) {
    try (session) {
      float[] logits = new float[BATCH * session.outputSize()];
      session.forward(pictures(PICTURE), BATCH, 5, logits);
      float[] gradient = new float[logits.length];
      Random random = new Random(4);
      for (int i = 0; i < gradient.length; i++) {
        gradient[i] = (float) random.nextGaussian() * 0.1f;
      }
      session.backward(gradient);
      for (Trainable t : session.trainables()) {
        for (int i = 0; i < t.values().capacity(); i++) {
          t.values().put(i, t.values().get(i) - t.gradient().get(i));
        }
      }
      WeightMap weights = session.weights();
      return new Trained(logits, weights, values(weights));
    }
  }

  @ParameterizedTest
  @MethodSource("executors")
  void aTrainingStepRepeatsBitForBit(Executor executor) {
    assumeComputes(executor);
    Network network = ResNetSpec.named("resnet18").network(4);
    WeightMap weights = RandomWeights.of(network, new Random(1));
    Shape picture = Shape.rgb(64);
    Set<String> all =
        network.parameters().stream()
            .filter(p -> p.kind().learned())
            .map(Parameter::name)
            .collect(Collectors.toSet());
    for (Precision type : types(executor, true)) {
      TrainingOptions options = new TrainingOptions(BATCH, type, 2, 9, all, Set.of());
      List<float[]> gradients = new ArrayList<>();
      for (int run = 0; run < 2; run++) {
        try (TrainingSession session = executor.training(network, weights, picture, options)) {
          float[] logits = new float[BATCH * 4];
          session.forward(pictures(picture), BATCH, 0, logits);
          session.backward(logits);
          for (Trainable t : session.trainables()) {
            float[] g = new float[t.gradient().capacity()];
            t.gradient().get(0, g);
            gradients.add(g);
          }
        }
      }
      int half = gradients.size() / 2;
      for (int i = 0; i < half; i++) {
        assertThat(Arrays.equals(gradients.get(half + i), gradients.get(i)))
            .as("%s, array %d", type, i)
            .isTrue();
      }
    }
  }
}
