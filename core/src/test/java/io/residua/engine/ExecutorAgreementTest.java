package io.residua.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.residua.engine.TrainingSession.Trainable;
import io.residua.engine.onednn.Natives;
import io.residua.nn.Head;
import io.residua.nn.Layer;
import io.residua.nn.Network;
import io.residua.nn.Network.Node;
import io.residua.nn.Parameter;
import io.residua.nn.ResNetSpec;
import io.residua.nn.Shape;
import io.residua.weights.Initialisation;
import io.residua.weights.Initialisation.LinearRule;
import io.residua.weights.WeightMap;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** oneDNN and plain Java run the same graphs alike, whatever is fused, frozen or shared. */
@Tag("processors")
class ExecutorAgreementTest {
  private static final Shape PICTURE = new Shape(3, 20, 18);
  private static final int BATCH = 4;

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
  @ValueSource(
      strings = {"relu1", "sum1", "bn2", "sum2", "pool", "sum3", "drop", "again", "fc.1", "fc.2"})
  void everyPartOfAnOddNetworkGivesTheSame(String upTo) {
    Network network = oddNetwork().upTo(upTo);
    WeightMap weights = RandomWeights.of(network, new Random(1));
    agree(network, weights, PICTURE, Precision.FP32, 2e-5);
    if (Natives.computes(Precision.BF16, false)) {
      agree(network, weights, PICTURE, Precision.BF16, 0.04);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet18", "resnet50", "resnet50-v1"})
  void resNetsGiveTheSame(String name) {
    Network network = ResNetSpec.named(name).network(7);
    WeightMap weights = new Initialisation(1, LinearRule.TORCH).weights(network);
    agree(network, weights, Shape.rgb(64), Precision.FP32, 1e-4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gap+batch-norm:0.001+linear:16+batch-norm+relu+dropout:0.5+linear",
        "flatten+batch-norm+relu+linear:12+relu+batch-norm+linear"
      })
  void headsOfManyStepsGiveTheSame(String head) {
    Shape picture = Shape.rgb(32);
    Network network =
        Head.parse(head).on(ResNetSpec.named("resnet8-cifar").backbone(picture), picture, 7);
    WeightMap weights = RandomWeights.of(network, new Random(1));
    agree(network, weights, picture, Precision.FP32, 1e-4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet8-cifar", "resnet20-cifar", "resnet20-cifar-b"})
  void resNetsForSmallPicturesGiveTheSame(String name) {
    Network network = ResNetSpec.named(name).network(7);
    WeightMap weights = new Initialisation(1, LinearRule.TORCH).weights(network);
    agree(network, weights, Shape.rgb(32), Precision.FP32, 1e-4);
  }

  /** The largest difference, relative to the largest value, is within the tolerance. */
  private static void agree(
      Network network, WeightMap weights, Shape picture, Precision type, double tolerance) {
    float[] expected = run(network, weights, picture, Device.JAVA, Precision.FP32);
    float[] found = run(network, weights, picture, Device.CPU, type);
    double largest = 0;
    for (float v : expected) {
      largest = Math.max(largest, Math.abs(v));
    }
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i] / largest).isCloseTo(expected[i] / largest, within(tolerance));
    }
  }

  private static float[] run(
      Network network, WeightMap weights, Shape picture, Device device, Precision type) {
    try (InferenceSession session =
        Engine.inference(network, weights, picture, BATCH, new Compute(device, type, 2))) {
      float[] output = new float[BATCH * session.outputSize()];
      session.run(pictures(picture), BATCH, output);
      return output;
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "conv1", "conv1,grouped,bn1,bn2,conv2", "conv3", "fc.0", "bn1,bn3,fc.2"})
  void trainingTheSamePartGivesTheSameGradientsAndStatistics(String frozenLayers) {
    Network network = oddNetwork();
    WeightMap weights = RandomWeights.of(network, new Random(1));
    Set<String> frozen = Set.of(frozenLayers.split(","));
    Set<String> trainable =
        network.parameters().stream()
            .filter(p -> p.kind().learned() && !frozen.contains(p.layer()))
            .map(Parameter::name)
            .collect(Collectors.toSet());
    Set<String> statistics = new HashSet<>(frozen);
    statistics.removeIf(n -> !n.startsWith("bn"));
    TrainingOptions options =
        new TrainingOptions(BATCH, Precision.FP32, 2, 9, trainable, statistics);
    Trained java = train(Engine.training(network, weights, PICTURE, options, Device.JAVA));
    Trained oneDnn = train(Engine.training(network, weights, PICTURE, options, Device.CPU));
    close("logits", oneDnn.logits, java.logits, 2e-5f * peak(java.logits));
    assertThat(oneDnn.moved.keySet()).isEqualTo(java.moved.keySet());
    java.moved.forEach(
        (name, values) ->
            close(name, oneDnn.moved.get(name), values, 1e-4f * Math.max(1, peak(values))));
  }

  private static void close(String what, float[] found, float[] expected, float tolerance) {
    assertThat(found).as(what).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(found[i]).as("%s[%d]", what, i).isCloseTo(expected[i], within(tolerance));
    }
  }

  private static float peak(float[] values) {
    float peak = 0;
    for (float v : values) {
      peak = Math.max(peak, Math.abs(v));
    }
    return peak;
  }

  private record Trained(float[] logits, Map<String, float[]> moved) {}

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
      return new Trained(
          logits,
          session.weights().asMap().entrySet().stream()
              .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().toArray())));
    }
  }

  @Test
  void aTrainingStepRepeatsBitForBit() {
    Network network = ResNetSpec.named("resnet18").network(4);
    WeightMap weights = RandomWeights.of(network, new Random(1));
    Shape picture = Shape.rgb(64);
    Set<String> all =
        network.parameters().stream()
            .filter(p -> p.kind().learned())
            .map(Parameter::name)
            .collect(Collectors.toSet());
    for (Precision type : List.of(Precision.FP32, Precision.BF16)) {
      if (!Natives.computes(type, true)) {
        continue;
      }
      TrainingOptions options = new TrainingOptions(BATCH, type, 2, 9, all, Set.of());
      List<float[]> gradients = new ArrayList<>();
      for (int run = 0; run < 2; run++) {
        try (TrainingSession session =
            Engine.training(network, weights, picture, options, Device.CPU)) {
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

  @Test
  void bf16IsComputedOrRefusedInOneLine() {
    Network network = ResNetSpec.named("resnet8-cifar").network(3);
    WeightMap weights = RandomWeights.of(network, new Random(1));
    Set<String> all =
        network.parameters().stream()
            .filter(p -> p.kind().learned())
            .map(Parameter::name)
            .collect(Collectors.toSet());
    TrainingOptions options = new TrainingOptions(2, Precision.BF16, 1, 1, all, Set.of());
    Optional<Device> oneDnn = Optional.of(Device.CPU);
    if (Natives.computes(Precision.BF16, true)) {
      Engine.training(network, weights, Shape.rgb(32), options, Device.CPU).close();
      assertThat(Compute.resolve(oneDnn, Optional.of(Precision.BF16), 1).precision())
          .isEqualTo(Precision.BF16);
    } else {
      assertThatThrownBy(
              () -> Engine.training(network, weights, Shape.rgb(32), options, Device.CPU))
          .isInstanceOf(NativesException.class)
          .hasMessage(
              "this processor does not train in bf16, which needs AVX-512: use fp32 (--precision"
                  + " fp32)");
      assertThatThrownBy(() -> Compute.resolve(oneDnn, Optional.of(Precision.BF16), 1))
          .isInstanceOf(NativesException.class)
          .hasMessageStartingWith("this processor does not compute in bf16")
          .hasMessageNotContaining("\n");
      assertThat(Compute.resolve(oneDnn, Optional.empty(), 1).precision())
          .isEqualTo(Precision.FP32);
    }
  }
}
