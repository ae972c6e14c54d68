package io.residua.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.engine.RandomWeights;
import io.residua.engine.internal.TrainingSession.Trainable;
import io.residua.nn.internal.Layer.Conv;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Network.Node;
import io.residua.nn.internal.Parameter;
import io.residua.nn.internal.Shape;
import io.residua.weights.internal.WeightMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/**
 * Convolutions of so few channels that they fill no vector register have the gradients of plain
 * Java, on whatever kernels oneDNN has for the processor. All outputs count, so that nothing is
 * averaged away.
 */
@Tag("processors")
class NarrowConvGradientsTest {
  private static final int BATCH = 8;
  private static final int SIZE = 32;
  private static final List<Integer> IN_CHANNELS =
      List.of(1, 2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 17, 20);
  private static final List<Integer> OUT_CHANNELS = List.of(8, 16, 20);

  private static Stream<Conv> convolutions() {
    return Stream.of(1, 3)
        .flatMap(
            kernel ->
                IN_CHANNELS.stream()
                    .flatMap(
                        in ->
                            OUT_CHANNELS.stream()
                                .map(out -> new Conv(in, out, kernel, 2, kernel / 2, 1, false))));
  }

  /** What writes past its memory may also never come back. */
  @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
  @Test
  void gradientsOfNarrowConvolutionsWithStrideAreThoseOfPlainJava() {
    convolutions().forEach(conv -> agree(conv, SIZE));
    // Of pictures this large AVX-512's kernels write kilobytes past their memory.
    Stream.of(4, 8, 12).forEach(in -> agree(new Conv(in, 16, 1, 2, 0, 1, false), 4 * SIZE));
  }

  private static void agree(Conv conv, int size) {
    Network network =
        new Network(
            "narrow",
            List.of(
                new Node(
                    "first",
                    new Conv(3, conv.inChannels(), 1, 1, 0, 1, false),
                    List.of(Network.INPUT)),
                new Node("conv", conv, List.of("first"))));
    WeightMap weights = RandomWeights.of(network, new Random(1));
    Set<String> trainable =
        network.parameters().stream().map(Parameter::name).collect(Collectors.toSet());
    Shape picture = Shape.rgb(size);
    TrainingOptions options = new TrainingOptions(BATCH, Precision.FP32, 2, 1, trainable, Set.of());
    Map<String, float[]> expected =
        moved(Engine.training(network, weights, picture, options, Device.JAVA));
    Map<String, float[]> found =
        moved(Engine.training(network, weights, picture, options, Device.CPU));
    expected.forEach(
        (name, values) ->
            assertThat(distance(found.get(name), values))
                .as("%s of %s", name, conv)
                .isLessThan(1e-5));
  }

  /** How far apart two arrays are, as a part of their length. */
  private static double distance(float[] found, float[] expected) {
    double apart = 0;
    double length = 0;
    for (int i = 0; i < expected.length; i++) {
      apart += Math.pow(found[i] - expected[i], 2);
      length += Math.pow(expected[i], 2);
    }
    return Math.sqrt(apart / length);
  }

  /** Every array less its gradient, after three steps alike. */
  private static Map<String, float[]> moved(TrainingSession session) {
    try (session) {
      float[] pictures = random(BATCH * session.inputSize(), 3);
      float[] logits = new float[BATCH * session.outputSize()];
      float[] gradient = random(logits.length, 4);
      for (int step = 0; step < 3; step++) {
        session.forward(pictures, BATCH, step, logits);
        session.backward(gradient);
      }
      for (Trainable t : session.trainables()) {
        for (int i = 0; i < t.values().capacity(); i++) {
          t.values().put(i, t.values().get(i) - t.gradient().get(i));
        }
      }
      return session.weights().asMap().entrySet().stream()
          .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().toArray()));
    }
  }

  private static float[] random(int count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
