package io.residua.engine.plain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.residua.engine.Precision;
import io.residua.engine.RandomWeights;
import io.residua.engine.internal.DropoutMask;
import io.residua.engine.internal.TrainingOptions;
import io.residua.engine.internal.TrainingSession;
import io.residua.nn.Head;
import io.residua.nn.internal.Layer;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Network.Node;
import io.residua.nn.internal.Shape;
import io.residua.weights.internal.WeightMap;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class JavaTrainingTest {
  private static final Shape PICTURE = new Shape(3, 8, 8);
  private static final Network NETWORK = network();
  private static final WeightMap WEIGHTS = RandomWeights.of(NETWORK, new Random(1));

  private static Network network() {
    Network backbone =
        new Network(
            "test",
            List.of(
                new Node("conv", new Layer.Conv(3, 4, 3, 1, 1, 1, false), List.of(Network.INPUT)),
                new Node("bn", new Layer.BatchNorm(4, 1e-5, 0.1), List.of("conv")),
                new Node("relu", new Layer.Relu(), List.of("bn"))));
    return Head.parse("flatten-dropout:0.5").on(backbone, PICTURE, 3);
  }

  private static TrainingOptions options(int batch, Set<String> trainable, Set<String> frozen) {
    return new TrainingOptions(batch, Precision.FP32, 2, 42, trainable, frozen);
  }

  private static Set<String> all() {
    return NETWORK.parameters().stream()
        .filter(p -> p.kind().learned())
        .map(p -> p.name())
        .collect(Collectors.toSet());
  }

  private static float[] batch(int count) {
    Random random = new Random(2);
    float[] input = new float[count * PICTURE.size()];
    for (int i = 0; i < input.length; i++) {
      input[i] = random.nextFloat();
    }
    return input;
  }

  @Test
  void dropoutDependsOnSeedAndStepOnly() {
    float[] first = logits(42, 7);
    assertThat(logits(42, 7)).containsExactly(first);
    assertThat(logits(42, 8)).isNotEqualTo(first);
    assertThat(logits(43, 7)).isNotEqualTo(first);
  }

  private static float[] logits(long seed, long step) {
    TrainingOptions options = new TrainingOptions(2, Precision.FP32, 1, seed, Set.of(), Set.of());
    try (TrainingSession session = new JavaTraining(NETWORK, WEIGHTS, PICTURE, options)) {
      float[] logits = new float[6];
      session.forward(batch(2), 2, step, logits);
      return logits;
    }
  }

  @Test
  void gradientsAreTheSameBitsOnAnyNumberOfThreads() {
    assertThat(gradients(1)).isEqualTo(gradients(3));
  }

  private static List<List<Float>> gradients(int threads) {
    TrainingOptions options = new TrainingOptions(4, Precision.FP32, threads, 1, all(), Set.of());
    try (TrainingSession session = new JavaTraining(NETWORK, WEIGHTS, PICTURE, options)) {
      session.forward(batch(4), 4, 0, new float[12]);
      float[] gradient = new float[12];
      java.util.Arrays.fill(gradient, 0.25f);
      session.backward(gradient);
      return session.trainables().stream()
          .map(
              t -> {
                List<Float> values = new java.util.ArrayList<>();
                for (int i = 0; i < t.gradient().capacity(); i++) {
                  values.add(t.gradient().get(i));
                }
                return values;
              })
          .toList();
    }
  }

  @Test
  void onlyWhatIsTrainableHasGradientsAndFrozenStatisticsStay() {
    TrainingOptions options = options(2, Set.of("fc.1.weight"), Set.of("bn"));
    try (TrainingSession session = new JavaTraining(NETWORK, WEIGHTS, PICTURE, options)) {
      assertThat(session.trainables()).hasSize(1);
      assertThat(session.trainables().get(0).parameter().name()).isEqualTo("fc.1.weight");
      session.forward(batch(2), 2, 0, new float[6]);
      session.backward(new float[] {1, 0, 0, 0, 1, 0});
      session.trainables().get(0).values().put(0, 3);
      WeightMap now = session.weights();
      assertThat(now.names()).containsExactlyElementsOf(WEIGHTS.names());
      assertThat(now.get("fc.1.weight").toArray()[0]).isEqualTo(3);
      assertThat(now.get("bn.running_mean").toArray())
          .containsExactly(WEIGHTS.get("bn.running_mean").toArray());
      session.forward(
          batch(1), 1, 1, new float[3]); // a part of a batch, as no statistics are taken
    }
    assertThat(WEIGHTS.get("fc.1.weight").toArray()[0]).isNotEqualTo(3);
  }

  @Test
  void batchStatisticsMoveTheRunningOnes() {
    try (TrainingSession session =
        new JavaTraining(NETWORK, WEIGHTS, PICTURE, options(2, Set.of(), Set.of()))) {
      session.forward(batch(2), 2, 0, new float[6]);
      assertThat(session.weights().get("bn.running_mean").toArray())
          .isNotEqualTo(WEIGHTS.get("bn.running_mean").toArray());
    }
  }

  @Test
  void saysWhatIsWrongWithOptionsAndCalls() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> session(options(2, Set.of("conv.wait"), Set.of())))
        .withMessage("test has no parameter 'conv.wait' that could be trained");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> session(options(2, Set.of("bn.running_mean"), Set.of())))
        .withMessageContaining("'bn.running_mean'");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> session(options(2, Set.of(), Set.of("conv"))))
        .withMessageContaining("no batch normalisation");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> session(options(0, Set.of(), Set.of())))
        .withMessageContaining("batch size is 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> session(new TrainingOptions(2, Precision.BF16, 1, 1, Set.of(), Set.of())))
        .withMessageContaining("fp32");
    TrainingSession session = session(options(2, all(), Set.of()));
    assertThatIllegalStateException()
        .isThrownBy(() -> session.backward(new float[6]))
        .withMessage("backward needs a forward before it");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> session.forward(batch(2), 1, 0, new float[6]))
        .withMessageContaining("batch statistics need whole batches");
    session.close();
    session.close();
    assertThatIllegalStateException().isThrownBy(session::weights);
    assertThatIllegalStateException().isThrownBy(session::trainables);
    assertThatIllegalStateException()
        .isThrownBy(() -> session.forward(batch(2), 2, 0, new float[6]));
  }

  private static TrainingSession session(TrainingOptions options) {
    return new JavaTraining(NETWORK, WEIGHTS, PICTURE, options);
  }

  @Test
  void dropoutDropsTheRateItSaysAndKeepsTheMean() {
    DropoutMask mask = new DropoutMask(1, "fc.0", 0.3);
    long key = mask.key(5);
    int dropped = 0;
    double sum = 0;
    for (int i = 0; i < 100_000; i++) {
      float factor = mask.factor(key, i);
      dropped += factor == 0 ? 1 : 0;
      sum += factor;
    }
    assertThat(dropped).isBetween(29_500, 30_500);
    assertThat(sum / 100_000).isBetween(0.99, 1.01);
    assertThat(new DropoutMask(1, "fc.0", 0).factor(key, 3)).isEqualTo(1);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DropoutMask(1, "fc.0", 1))
        .withMessage("layer fc.0 drops with probability 1.0, not 0 up to 1");
  }
}
