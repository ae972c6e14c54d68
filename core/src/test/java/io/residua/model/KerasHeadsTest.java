package io.residua.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.residua.Progress;
import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.internal.NpmClient;
import io.residua.model.Classifier.Options;
import io.residua.nn.internal.Architecture;
import io.residua.testkit.Pictures;
import io.residua.weights.WeightSource;
import io.residua.weights.internal.Catalogue;
import io.residua.weights.internal.Coverage;
import io.residua.weights.internal.LoadedWeights;
import io.residua.weights.internal.WeightStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Keras models with heads of their own, of src/test/fixtures/make_keras_heads.py and
 * make_keras2_heads.py, small ones, or those on a whole ResNet-50 in the folder {@code
 * -Dresidua.kerasHeads}.
 */
class KerasHeadsTest {
  private static final String WHOLE = System.getProperty("residua.kerasHeads", "");
  private static final Compute FP32 =
      new Compute(WHOLE.isEmpty() ? Device.JAVA : Device.CPU, Precision.FP32, 2);

  /** Float32 sums in another order, through up to 50 layers. */
  private static final double TOLERANCE = 1e-4;

  @TempDir private Path folder;

  /** A file and the probabilities for two pictures, or why there are none. */
  record Case(String name, List<Double> probabilities, String refused) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() throws IOException {
    StringBuilder text = new StringBuilder();
    for (String answers :
        WHOLE.isEmpty() ? List.of("answers.txt", "answers_keras2.txt") : List.of("answers.txt")) {
      try (InputStream in = open(answers)) {
        text.append(new String(in.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    return text.toString()
        .lines()
        .map(
            line -> {
              String[] parts = line.split(" ", 3);
              return parts[1].equals("refused")
                  ? new Case(parts[0], List.of(), parts[2])
                  : new Case(
                      parts[0],
                      Stream.of(line.split(" ")).skip(1).map(Double::parseDouble).toList(),
                      "");
            });
  }

  private static InputStream open(String name) throws IOException {
    return WHOLE.isEmpty()
        ? Objects.requireNonNull(
            KerasHeadsTest.class.getResourceAsStream("/io/residua/weights/keras_heads/" + name),
            name)
        : Files.newInputStream(Path.of(WHOLE, name));
  }

  private Path file(Case c) throws IOException {
    if (!WHOLE.isEmpty()) {
      return Path.of(WHOLE, c.name);
    }
    if (c.name.endsWith("/model.json")) {
      unpacked(c.name.replace("model.json", "group1-shard1of1.bin"));
    }
    return unpacked(c.name);
  }

  private Path unpacked(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    try (InputStream in = new GZIPInputStream(open(name + ".gz"))) {
      Files.copy(in, file);
    }
    return file;
  }

  private WeightSource source() {
    return new WeightSource(
        Catalogue.builtIn(), new WeightStore(folder, NpmClient.ofEnvironment()));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theProbabilitiesAreThoseOfKerasOrARefusalSaysWhy(Case c) throws IOException {
    Path file = file(c);
    if (!c.refused.isEmpty()) {
      assertThatExceptionOfType(ModelException.class)
          .isThrownBy(
              () -> ModelFile.open(file.toString(), source().withOffline(true), Progress.NONE))
          .withMessageStartingWith(file + ": ")
          .withMessageContaining(c.refused);
      return;
    }
    ModelFile model = ModelFile.open(file.toString(), source().withOffline(true), Progress.NONE);
    List<Double> found = new ArrayList<>();
    try (Classifier classifier = new Classifier(model, Options.on(FP32))) {
      for (int i = 0; i < 2; i++) {
        found.addAll(
            classifier
                .predict(Pictures.ofHeads(i, model.spec().preprocessing().sizePx()))
                .probabilities());
      }
    }
    assertThat(found).hasSameSizeAs(c.probabilities);
    for (int i = 0; i < found.size(); i++) {
      assertThat(found.get(i)).isCloseTo(c.probabilities.get(i), within(TOLERANCE));
    }
  }

  static Stream<Case> knownNetworks() throws IOException {
    return cases().filter(c -> !c.name.startsWith("version_2") && !c.name.startsWith("borders"));
  }

  /** Whatever is on it or before it. */
  @ParameterizedTest
  @MethodSource("knownNetworks")
  void theBackboneIsFoundForTraining(Case c) throws IOException {
    LoadedWeights loaded = source().withOffline(true).load(file(c).toString(), Progress.NONE);
    String architecture = loaded.architecture().orElseThrow();
    String small = c.name.startsWith("resnet20") ? "resnet20-cifar-b" : "resnet8-cifar";
    assertThat(architecture).isEqualTo(WHOLE.isEmpty() ? small : "resnet50-keras");
    Coverage.of(Architecture.named(architecture).backbone(), loaded.weights())
        .requireExact(c.name, name -> name.startsWith("fc"));
  }
}
