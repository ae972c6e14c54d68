package io.residua.engine.onednn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.engine.RandomWeights;
import io.residua.engine.internal.Engine;
import io.residua.engine.internal.NativesException;
import io.residua.engine.internal.TrainingOptions;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Parameter;
import io.residua.nn.internal.ResNetSpec;
import io.residua.nn.internal.Shape;
import io.residua.weights.internal.WeightMap;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What oneDNN says of processors that lack something. */
@Tag("processors")
class OneDnnExecutorTest {
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
          .hasMessage("this processor does not train in bf16, which needs AVX-512: use fp32");
      assertThatThrownBy(() -> Compute.resolve(oneDnn, Optional.of(Precision.BF16), 1))
          .isInstanceOf(NativesException.class)
          .hasMessageStartingWith("this processor does not compute in bf16")
          .hasMessageNotContaining("\n");
      assertThat(Compute.resolve(oneDnn, Optional.empty(), 1).precision())
          .isEqualTo(Precision.FP32);
    }
  }
}
