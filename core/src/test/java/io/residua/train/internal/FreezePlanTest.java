package io.residua.train.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.residua.UsageException;
import io.residua.engine.internal.FrozenPrefix;
import io.residua.image.Preprocessing;
import io.residua.model.ModelSpec;
import io.residua.nn.Head;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.ResNetSpec;
import io.residua.train.FreezePlan;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FreezePlanTest {
  private static final Network NETWORK = ResNetSpec.named("resnet50").network(10);

  @Test
  void aFrozenBackboneLeavesTheHead() {
    FreezePlan plan = FreezePlan.of(NETWORK, "backbone");
    assertThat(plan.trainable()).containsExactlyInAnyOrder("fc.weight", "fc.bias");
    assertThat(plan.trained()).isEqualTo(20_490);
    assertThat(plan.frozenStatistics()).hasSize(53);
    assertThat(FrozenPrefix.output(NETWORK, plan.trainable(), plan.frozenStatistics()))
        .contains("flatten");
  }

  @Test
  void patternsFreezeLayersAndAllBelowThem() {
    FreezePlan plan = FreezePlan.of(NETWORK, "conv1, bn1, layer1.*, layer2, layer4.0.downsample");
    assertThat(plan.trainable())
        .contains("layer3.0.conv1.weight", "layer4.0.bn1.weight", "fc.bias")
        .doesNotContain("conv1.weight", "layer2.3.bn3.bias", "layer4.0.downsample.1.weight");
    assertThat(plan.frozenStatistics()).contains("bn1", "layer4.0.downsample.1");
    assertThat(plan.toText())
        .contains("layer1 ", "layer4.0.downsample ", "layer4.0.conv1 ", "layer4.1 ", "total");
    assertThat(FrozenPrefix.output(NETWORK, plan.trainable(), plan.frozenStatistics()))
        .contains("layer2.3.relu");
  }

  @Test
  void nothingFrozenTrainsAllThatIsLearned() {
    FreezePlan plan = FreezePlan.of(NETWORK, "none");
    assertThat(plan.trained()).isEqualTo(plan.parameters() - 53_120);
    assertThat(plan.frozenStatistics()).isEmpty();
    assertThat(FrozenPrefix.output(NETWORK, plan.trainable(), plan.frozenStatistics())).isEmpty();
  }

  @Test
  void allButSomeLayersAreFrozen() {
    FreezePlan plan = FreezePlan.of(NETWORK, "all-but:layer4.2.conv3,fc");
    assertThat(plan.trainable())
        .containsExactlyInAnyOrder("layer4.2.conv3.weight", "fc.weight", "fc.bias");
    assertThat(plan.frozenStatistics()).hasSize(53);
  }

  /** As Keras counts it: the tutorial's table, though it believed that two layers were frozen. */
  @Test
  void theFruitTutorialsTopTwoLayersHoldNoWeights() {
    Network fruits =
        new ModelSpec(
                "resnet50-v1",
                Head.parse("flatten-dropout:0.5"),
                List.of("a", "b", "c", "d", "e", "f"),
                List.of(),
                Preprocessing.preset("keras-caffe"))
            .network();
    FreezePlan plan = FreezePlan.of(fruits, "input");
    assertThat(plan.parameters()).isEqualTo(24_189_830);
    assertThat(plan.trained()).isEqualTo(24_136_710);
    assertThat(FreezePlan.withoutWeights(fruits, "input, relu, conv1"))
        .containsExactly("input", "relu");
  }

  @Test
  void aPatternThatMatchesNothingIsAnError() {
    for (String pattern : new String[] {"layer5", "layer1.*,relus", "", "conv", "layer1,"}) {
      assertThatExceptionOfType(UsageException.class)
          .as(pattern)
          .isThrownBy(() -> FreezePlan.of(NETWORK, pattern))
          .withMessageContaining("matches no layer");
    }
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> FreezePlan.of(NETWORK, "*"))
        .withMessageContaining("nothing is left to train");
  }

  @ParameterizedTest
  @CsvSource({
    "layr1, layer1",
    "layer1.*.conv9, layer1.*.conv1",
    "layer1*.conv9, layer1*.conv1",
    "nothing*.conv9, ",
    "layr3.*, layer3.*",
    "layer4.0.downsampl, layer4.0.downsample",
    "*.downsampel, *.downsample",
    "*.con2, *.conv2",
    "bakcbone, backbone",
    "all-but:fv, fc",
    "xyzzy, ",
  })
  void whatWasProbablyMeantIsAPatternThatMatches(String typed, String meant) {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> FreezePlan.of(NETWORK, typed))
        .withMessageContaining(
            meant == null
                ? "which has conv1, bn1, layer1, layer2, layer3, layer4, fc"
                : "; did you mean '%s'?".formatted(meant))
        .matches(e -> e.getMessage().lines().count() == 1);
    if (meant != null) {
      assertThat(FreezePlan.matching(NETWORK, "freeze", meant)).isNotEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "*, true",
    "**, true",
    "layer1, true",
    "layer1*, true",
    "layer, false",
    "layer*.0, true",
    "*.conv1, true",
    "*conv1, true",
    "*.conv, false",
    "l*r1*c*1, true",
    "*1*1*1, false",
    "layer1.0.conv1, true",
    "layer1.0.conv1.*, false",
    "layer1.0.conv1*, true",
    "*.0*, true",
    "*.0.c*.*, false",
    "backbone, true",
  })
  void aStarStandsForAnythingAndModulesForTheirLayers(String pattern, boolean matches) {
    assertThat(LayerPattern.of(pattern).matches("layer1.0.conv1")).isEqualTo(matches);
  }

  /** A backtracking matcher would try some 10^30 ways to divide the name among the stars. */
  @Test
  void manyStarsTakeNoTime() {
    String pattern = "*a".repeat(5_000) + "*b";
    assertThat(LayerPattern.of(pattern).matches("a".repeat(20_000))).isFalse();
    assertThat(LayerPattern.of(pattern).matches("a".repeat(20_000) + "b")).isTrue();
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> FreezePlan.of(NETWORK, pattern))
        .matches(e -> e.getMessage().length() < 300);
  }
}
