package io.residua.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.engine.onednn.Natives;
import io.residua.nn.Head;
import io.residua.nn.internal.Architecture;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Parameter;
import io.residua.nn.internal.Shape;
import io.residua.testkit.Precisions;
import io.residua.train.Optimizer;
import io.residua.train.Schedule;
import io.residua.train.internal.TrainingStep;
import io.residua.weights.internal.Initialisation;
import io.residua.weights.internal.Initialisation.LinearRule;
import io.residua.weights.internal.WeightMap;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The networks for small pictures learn what they are shown, on either executor. */
class NetworksTrainTest {
  private static final int BATCH = 4;
  private static final int CLASSES = 2;
  private static final int STEPS = 6;
  private static final double LEARNING_RATE = 1e-3;

  static Stream<Arguments> small() {
    return Stream.of(
            java("resnet9", 16),
            oneDnn("resnet9", 32),
            java("resnet9-cifar", 8),
            oneDnn("resnet9-cifar", 16),
            oneDnn("resnet18-cifar", 16))
        .flatMap(List::stream);
  }

  static Stream<Arguments> large() {
    return Stream.of(
            java("resnet9", 150),
            oneDnn("resnet9", 150),
            java("resnet18-cifar", 16),
            java("resnet34-cifar", 16),
            oneDnn("resnet34-cifar", 16),
            java("resnet50-cifar", 16),
            oneDnn("resnet50-cifar", 16))
        .flatMap(List::stream);
  }

  private static List<Arguments> java(String name, int sizePx) {
    return List.of(Arguments.of(name, sizePx, Device.JAVA, Precision.FP32));
  }

  private static List<Arguments> oneDnn(String name, int sizePx) {
    return Precisions.ofTraining().stream()
        .map(precision -> Arguments.of(name, sizePx, Device.CPU, precision))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("small")
  void smallNetworksLearn(String name, int sizePx, Device device, Precision precision) {
    theLossFalls(name, sizePx, device, precision);
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("large")
  void largeNetworksLearn(String name, int sizePx, Device device, Precision precision) {
    theLossFalls(name, sizePx, device, precision);
  }

  private static void theLossFalls(String name, int sizePx, Device device, Precision precision) {
    assumeTrue(device == Device.JAVA || Natives.available(), "no oneDNN natives on this platform");
    Shape picture = Shape.rgb(sizePx);
    Network network =
        Head.gapLinear().on(Architecture.named(name).backbone(picture), picture, CLASSES);
    WeightMap weights = new Initialisation(1, LinearRule.TORCH).weights(network);
    Set<String> trainable =
        network.parameters().stream()
            .filter(p -> p.kind().learned())
            .map(Parameter::name)
            .collect(Collectors.toSet());
    TrainingOptions options = new TrainingOptions(BATCH, precision, 1, 1, trainable, Set.of());
    try (TrainingSession session = Engine.training(network, weights, picture, options, device)) {
      TrainingStep step = new TrainingStep(session, Optimizer.parse("adam"), 1);
      float[] input = twoClasses(picture);
      int[] labels = IntStream.range(0, BATCH).map(n -> n % CLASSES).toArray();
      double[] losses = new double[STEPS];
      Arrays.setAll(losses, n -> step.run(input, labels, n, Schedule.Rate.of(LEARNING_RATE)));
      assertThat(losses[0]).isBetween(0.1, 3.0);
      assertThat(losses[STEPS - 1]).as(Arrays.toString(losses)).isLessThan(losses[0] / 2);
    }
  }

  /** Noise; every other picture is brighter on its left, the others on their right half. */
  private static float[] twoClasses(Shape picture) {
    Random random = new Random(3);
    float[] input = new float[BATCH * picture.size()];
    for (int i = 0; i < input.length; i++) {
      int position = i / picture.channels() % (picture.height() * picture.width());
      boolean left = position % picture.width() < picture.width() / 2;
      boolean bright = left == (i / picture.size() % CLASSES == 0);
      input[i] = (float) random.nextGaussian() * 0.3f + (bright ? 1 : -1);
    }
    return input;
  }
}
