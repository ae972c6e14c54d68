package io.residua.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.internal.NpmClient;
import io.residua.model.Classifier.Options;
import io.residua.testkit.Told;
import io.residua.weights.WeightSource;
import io.residua.weights.internal.Catalogue;
import io.residua.weights.internal.WeightStore;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keras models for grey pictures and for opacity, of src/test/fixtures/make_keras_channels.py. */
class KerasChannelsTest {
  private static final Compute FP32 = new Compute(Device.JAVA, Precision.FP32, 1);

  @TempDir private Path folder;

  private final Told progress = new Told();

  private static Path resource(String name) throws URISyntaxException {
    URL url = KerasChannelsTest.class.getResource("/io/residua/" + name);
    return Path.of(Objects.requireNonNull(url, name).toURI());
  }

  private Path unpacked(String name) throws Exception {
    Path file = folder.resolve(name);
    try (InputStream in =
        new GZIPInputStream(
            Files.newInputStream(resource("weights/keras_channels/" + name + ".gz")))) {
      Files.copy(in, file);
    }
    return file;
  }

  private WeightSource source() {
    return new WeightSource(
        Catalogue.builtIn(), new WeightStore(folder, NpmClient.ofEnvironment()));
  }

  private static List<Double> answers(String name) throws Exception {
    return Files.readAllLines(resource("weights/keras_channels/answers.txt")).stream()
        .filter(line -> line.startsWith(name + " "))
        .flatMap(line -> Stream.of(line.split(" ")).skip(1))
        .map(Double::valueOf)
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain.keras",
        "plain.h5",
        "plain.weights.h5",
        "rescaling.keras",
        "rescaling.h5",
        "opacity.keras"
      })
  void answersAsKerasDoesWhatLoadImgGivesIt(String name) throws Exception {
    Path file = unpacked(name);
    List<Double> expected = answers(name);
    assertThat(expected).hasSize(6);
    try (Classifier classifier =
        Classifier.open(file.toString(), source().withOffline(true), Options.on(FP32), progress)) {
      assertThat(classifier.spec().architecture()).isEqualTo("resnet8-cifar");
      int i = 0;
      for (String picture : List.of("opacity_ramp.png", "png_rgb8.png")) {
        Prediction given = classifier.predict(resource("image/formats/" + picture));
        for (double probability : given.probabilities()) {
          assertThat(probability).as(picture).isCloseTo(expected.get(i++), within(1e-4));
        }
      }
    }
    assertThat(progress.lines.stream().anyMatch(line -> line.contains("load_img")))
        .isEqualTo(name.startsWith("plain"));
  }

  @Test
  void greyMadeThreeChannelsIsRefusedInOneLine() throws Exception {
    Path file = unpacked("tripled.keras");
    assertThatThrownBy(
            () ->
                Classifier.open(
                    file.toString(), source().withOffline(true), Options.on(FP32), progress))
        .hasMessageContaining("it makes three channels of grey pictures, which is not done here")
        .message()
        .hasLineCount(1);
  }
}
