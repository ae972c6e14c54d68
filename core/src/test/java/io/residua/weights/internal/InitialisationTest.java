package io.residua.weights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.residua.nn.Head;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Parameter;
import io.residua.nn.internal.ResNetSpec;
import io.residua.nn.internal.Shape;
import io.residua.weights.internal.Initialisation.LinearRule;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;

class InitialisationTest {
  private static final Network NETWORK = ResNetSpec.named("resnet18").network(10);
  private static final WeightMap WEIGHTS = new Initialisation(3, LinearRule.TORCH).weights(NETWORK);

  @Test
  void everyParameterIsCovered() {
    assertThat(Coverage.of(NETWORK, WEIGHTS).exact()).isTrue();
    assertThat(WEIGHTS.names())
        .containsExactlyElementsOf(NETWORK.parameters().stream().map(Parameter::name).toList());
  }

  @Test
  void convolutionsAreHeNormalByFanOut() {
    float[] conv = WEIGHTS.get("layer4.1.conv2.weight").toArray();
    double std = Math.sqrt(2.0 / (512 * 9));
    Moments m = moments(conv);
    assertThat(m.mean()).isCloseTo(0, within(std * 0.003));
    assertThat(m.std()).isCloseTo(std, within(std * 0.003));
    assertThat(share(conv, std)).as("within one deviation").isCloseTo(0.6827, within(0.002));
    assertThat(share(conv, 3 * std)).as("within three").isCloseTo(0.9973, within(0.0003));
    assertThat(moments(WEIGHTS.get("conv1.weight").toArray()).std())
        .isCloseTo(Math.sqrt(2.0 / (64 * 49)), within(0.0005));
  }

  @Test
  void batchNormBeginsAsTheIdentity() {
    assertThat(WEIGHTS.get("bn1.weight").toArray()).containsOnly(1f);
    assertThat(WEIGHTS.get("bn1.bias").toArray()).containsOnly(0f);
    assertThat(WEIGHTS.get("bn1.running_mean").toArray()).containsOnly(0f);
    assertThat(WEIGHTS.get("bn1.running_var").toArray()).containsOnly(1f);
  }

  @Test
  void linearLayersFollowTheirRule() {
    Network mlp =
        Head.parse("gap-mlp:384").on(ResNetSpec.named("resnet50-v1").backbone(), Shape.rgb(64), 6);
    Network head = mlp.after("layer4.2.relu");

    WeightMap torch = new Initialisation(1, LinearRule.TORCH).weights(head);
    double bound = 1 / Math.sqrt(2048);
    assertUniform(torch.get("fc.0.weight").toArray(), bound, 0.01);
    assertUniform(torch.get("fc.0.bias").toArray(), bound, 0.1);

    WeightMap glorot = new Initialisation(1, LinearRule.GLOROT_UNIFORM).weights(head);
    assertUniform(glorot.get("fc.0.weight").toArray(), Math.sqrt(6.0 / (2048 + 384)), 0.01);
    assertThat(glorot.get("fc.0.bias").toArray()).containsOnly(0f);
    assertThat(
            new Initialisation(1, LinearRule.TORCH)
                .weights(mlp.upTo("bn1"))
                .get("conv1.bias")
                .toArray())
        .as("a bias before batch normalisation")
        .containsOnly(0f);
  }

  @Test
  void aParameterDependsOnSeedAndNameAlone() throws InterruptedException, ExecutionException {
    Network part = NETWORK.upTo("layer2.0.relu");
    ForkJoinPool one = new ForkJoinPool(1);
    WeightMap alone;
    try {
      alone = one.submit(() -> new Initialisation(3, LinearRule.TORCH).weights(part)).get();
    } finally {
      one.shutdown();
    }
    for (String name : alone.names()) {
      assertThat(alone.get(name).toArray()).as(name).isEqualTo(WEIGHTS.get(name).toArray());
    }
    assertThat(WEIGHTS.get("layer1.0.conv1.weight").toArray())
        .isNotEqualTo(WEIGHTS.get("layer1.0.conv2.weight").toArray())
        .isNotEqualTo(
            new Initialisation(8, LinearRule.TORCH)
                .weights(part)
                .get("layer1.0.conv1.weight")
                .toArray());
  }

  @Test
  void theSequencesAreTheSameInEveryVersion() {
    float[] conv =
        new Initialisation(42, LinearRule.TORCH)
            .weights(NETWORK.upTo("conv1"))
            .get("conv1.weight")
            .toArray();
    assertThat(new float[] {conv[0], conv[1], conv[9407]}).containsExactly(PINNED);
  }

  private static final float[] PINNED = {-0.0316195376f, -0.0261427853f, 0.0388072245f};

  private static void assertUniform(float[] values, double bound, double tolerance) {
    Moments m = moments(values);
    assertThat(m.mean()).isCloseTo(0, within(bound * tolerance));
    assertThat(m.std()).isCloseTo(bound / Math.sqrt(3), within(bound * tolerance));
    assertThat(share(values, bound)).isEqualTo(1);
    assertThat(share(values, bound * 0.9)).isLessThan(1);
  }

  private record Moments(double mean, double std) {}

  private static Moments moments(float[] values) {
    double mean = 0;
    for (float v : values) {
      mean += v / values.length;
    }
    double variance = 0;
    for (float v : values) {
      variance += (v - mean) * (v - mean) / values.length;
    }
    return new Moments(mean, Math.sqrt(variance));
  }

  private static double share(float[] values, double bound) {
    int inside = 0;
    for (float v : values) {
      inside += Math.abs(v) <= bound ? 1 : 0;
    }
    return (double) inside / values.length;
  }
}
