package io.residua.weights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.residua.nn.internal.Network;
import io.residua.nn.internal.ResNetSpec;
import io.residua.weights.internal.Initialisation.LinearRule;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CoverageTest {
  private static final Network NETWORK = ResNetSpec.named("resnet18").network(10);
  private static final WeightMap WEIGHTS = new Initialisation(1, LinearRule.TORCH).weights(NETWORK);

  @Test
  void ownWeightsCoverExactly() {
    Coverage coverage = Coverage.of(NETWORK, with("bn1.num_batches_tracked", 1));
    assertThat(coverage.exact()).isTrue();
    assertThat(coverage.matched()).hasSize(102);
    coverage.requireExact("resnet18.safetensors");
    assertThat(coverage.report()).startsWith("102 matched, 0 missing, 0 unexpected, 0 mis-shaped");
  }

  @Test
  void anotherHeadIsAnErrorUnlessTheCallerNamesIt() {
    Coverage coverage = Coverage.of(ResNetSpec.named("resnet18").network(2), WEIGHTS);
    assertThatThrownBy(() -> coverage.requireExact("resnet18.safetensors"))
        .isInstanceOf(WeightsException.class)
        .hasMessage(
            "resnet18.safetensors does not fit the network: 100 matched, 2 mis-shaped"
                + " (fc.weight [10, 512] instead of [2, 512], fc.bias [10] instead of [2])");
    coverage.requireExact("resnet18.safetensors", name -> name.startsWith("fc."));
    assertThat(coverage.matching(WEIGHTS).names())
        .hasSize(100)
        .startsWith("conv1.weight")
        .noneMatch(name -> name.startsWith("fc"));
  }

  @Test
  void missingAndUnexpectedAreCountedAndTheFirstNamed() {
    Map<String, FloatTensor> tensors = new LinkedHashMap<>(WEIGHTS.asMap());
    for (int i = 0; i < 2; i++) {
      tensors.put(
          "layer9.%d.odd\n".formatted(i), tensors.remove("layer1.%d.bn1.bias".formatted(i)));
    }
    tensors.remove("conv1.weight");
    tensors.remove("bn1.weight");
    Coverage coverage = Coverage.of(NETWORK, new WeightMap(tensors));
    assertThatThrownBy(() -> coverage.requireExact("a.safetensors", n -> n.startsWith("fc")))
        .hasMessage(
            "a.safetensors does not fit the network: 98 matched, 4 missing (conv1.weight,"
                + " bn1.weight, layer1.0.bn1.bias, …), 2 unexpected (layer9.0.odd\\u000a,"
                + " layer9.1.odd\\u000a)");
    assertThat(coverage.report().lines()).hasSize(7).contains("missing     bn1.weight");
  }

  @Test
  void weightsOfSomethingElseNeverFit() {
    WeightMap other = new WeightMap(Map.of("fc1.weight", WEIGHTS.get("fc.weight")));
    assertThatThrownBy(() -> Coverage.of(NETWORK, other).requireExact("x", name -> true))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("0 matched");
  }

  private WeightMap with(String name, float value) {
    FloatTensor scalar = new FloatTensor(List.of(), FloatBuffer.wrap(new float[] {value}));
    return WEIGHTS.with(new WeightMap(Map.of(name, scalar)));
  }
}
