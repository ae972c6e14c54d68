package io.residua.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.residua.Progress;
import io.residua.internal.NpmClient;
import io.residua.nn.internal.ResNetSpec;
import io.residua.weights.internal.Catalogue;
import io.residua.weights.internal.FloatTensor;
import io.residua.weights.internal.Initialisation;
import io.residua.weights.internal.Initialisation.LinearRule;
import io.residua.weights.internal.LoadedWeights;
import io.residua.weights.internal.Recognition;
import io.residua.weights.internal.Safetensors;
import io.residua.weights.internal.SafetensorsFile;
import io.residua.weights.internal.WeightMap;
import io.residua.weights.internal.WeightStore;
import io.residua.weights.internal.WeightSummary;
import io.residua.weights.internal.WeightSummary.TensorSummary;
import io.residua.weights.internal.WeightsException;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightSourceTest {
  @TempDir Path folder;

  @Test
  void loadsFilesAndSaysWhatIsKnownOtherwise() {
    Path home = folder.resolve("home");
    WeightSource source =
        new WeightSource(
            Catalogue.builtIn(),
            new WeightStore(home, new NpmClient("", Duration.ofSeconds(1))),
            Optional.empty(),
            true);
    Path file = folder.resolve("own.safetensors");
    Safetensors.write(file, values("w", 1, 2), Map.of("architecture", "mine"));
    LoadedWeights loaded = source.load(file.toString(), Progress.NONE);
    assertThat(loaded.entry()).isEmpty();
    assertThat(loaded.metadata()).containsEntry("architecture", "mine");
    assertThat(loaded.weights().get("w").toArray()).containsExactly(1, 2);

    assertThatThrownBy(() -> source.load("resnet51", Progress.NONE))
        .isInstanceOf(WeightsException.class)
        .hasMessage(
            "no weights 'resnet51': there is no such file, and the catalogue has"
                + " resnet50.keras_in1k,"
                + " resnet50.tv_in1k, resnet50.tv2_in1k, resnet50.a1_in1k, … ('residua"
                + " weights list' shows all)");
    assertThatThrownBy(() -> source.load("imagenet", Progress.NONE))
        .hasMessageContaining("must not be fetched, offline");
    assertThat(source.list())
        .first()
        .satisfies(
            l -> {
              assertThat(l.cached()).isFalse();
              assertThat(l.file()).startsWithRaw(home);
            });
    assertThat(home).doesNotExist();
  }

  @Test
  void summarisesEachTensor() {
    Path file = folder.resolve("a.safetensors");
    Safetensors.write(
        file,
        values("w", 1, 2, 3, 6)
            .with(values("odd", Float.NaN, 5, Float.NEGATIVE_INFINITY))
            .with(values("nothing", Float.NaN)),
        Map.of("k", "v"));
    WeightSummary summary = WeightSummary.of(SafetensorsFile.open(file));
    assertThat(summary.values()).isEqualTo(8);
    assertThat(summary.metadata()).containsEntry("k", "v");
    assertThat(summary.recognition()).isEmpty();
    TensorSummary w = summary.tensors().get(0);
    assertThat(List.of(w.min(), w.max(), w.mean())).containsExactly(1.0, 6.0, 3.0);
    assertThat(w.std()).isCloseTo(Math.sqrt(3.5), within(1e-12));
    assertThat(w.notFinite()).isZero();
    TensorSummary odd = summary.tensors().get(1);
    assertThat(List.of(odd.min(), odd.max(), odd.std())).containsExactly(5.0, 5.0, 0.0);
    assertThat(odd.notFinite()).isEqualTo(2);
    assertThat(summary.tensors().get(2).mean()).isNaN();
  }

  @Test
  void recognisesNetworksByTheirBackbone() {
    for (String name : List.of("resnet18", "resnet34")) {
      Path file = folder.resolve(name);
      Safetensors.write(
          file,
          new Initialisation(1, LinearRule.TORCH).weights(ResNetSpec.named(name).network(3)),
          Map.of());
      assertThat(WeightSummary.of(SafetensorsFile.open(file)).recognition())
          .map(Recognition::architecture)
          .contains(name);
    }
  }

  private static WeightMap values(String name, float... values) {
    return new WeightMap(
        Map.of(name, new FloatTensor(List.of(values.length), FloatBuffer.wrap(values))));
  }
}
