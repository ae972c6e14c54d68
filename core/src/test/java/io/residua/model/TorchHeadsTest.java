package io.residua.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.internal.NpmClient;
import io.residua.model.Classifier.Options;
import io.residua.nn.internal.Architecture;
import io.residua.testkit.Pictures;
import io.residua.testkit.Told;
import io.residua.weights.WeightSource;
import io.residua.weights.internal.Catalogue;
import io.residua.weights.internal.Conversion;
import io.residua.weights.internal.FloatTensor;
import io.residua.weights.internal.Initialisation;
import io.residua.weights.internal.Safetensors;
import io.residua.weights.internal.WeightMap;
import io.residua.weights.internal.WeightStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** PyTorch's networks with heads of one's own: see src/test/fixtures/make_heads.py. */
class TorchHeadsTest {
  private static final int SIZE_PX = 32;
  private static final Compute FP32 = new Compute(Device.JAVA, Precision.FP32, 1);

  /** Float32 sums in another order, through 8 layers. */
  private static final double TOLERANCE = 1e-4;

  @TempDir private Path folder;
  private final Told told = new Told();

  private ModelFile open(Path file) {
    WeightSource source =
        new WeightSource(Catalogue.builtIn(), new WeightStore(folder, NpmClient.ofEnvironment()));
    return ModelFile.open(file.toString(), source.withOffline(true), told);
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(
        TorchHeadsTest.class.getResourceAsStream("/io/residua/weights/heads/" + name), name);
  }

  private Path unpacked(String name) throws IOException {
    Path file = folder.resolve(name + ".pth");
    try (InputStream in = resource(name + ".pth.gz");
        InputStream unpacked = new GZIPInputStream(in)) {
      Files.copy(unpacked, file);
    }
    return file;
  }

  private static double[] probabilities(String name) throws IOException {
    try (InputStream in = resource(name + ".probabilities.txt")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Stream.of(text.strip().split("\\s+")).mapToDouble(Double::parseDouble).toArray();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "dropout, gap-linear, ''",
    "mlp, gap-mlp:16, head read as gap-mlp:16",
    "norm, gap+linear:16+batch-norm+relu+linear, head read as",
    "late_norm, gap+batch-norm+linear:16+relu+batch-norm+linear, head read as",
    "straight, gap+linear:16+linear, ''",
    "lightning, gap-linear, left out: criterion.weight",
    "functional, gap-mlp:16, head read as gap-mlp:16",
    "mmpretrain, gap-linear, left out: criterion.weight",
    "children, gap+batch-norm+linear:16+relu+linear, head read as",
  })
  void theProbabilitiesAreThoseThatPyTorchGave(String name, String head, String said)
      throws IOException {
    Path file = unpacked(name);
    ModelFile model = open(file);
    assertThat(model.spec().architecture()).isEqualTo("resnet8-cifar");
    assertThat(model.spec().head().text()).isEqualTo(head);
    assertThat(String.join("\n", told.lines)).contains(said);
    if (said.isEmpty()) {
      assertThat(told.lines).isEmpty();
    }
    requireTheSame(model, probabilities(name));
    Path converted = folder.resolve("converted.safetensors");
    Conversion.of(file, null).write(converted);
    ModelFile again = open(converted);
    assertThat(again.spec().head().text()).isEqualTo(head);
    requireTheSame(again, probabilities(name));
  }

  private static void requireTheSame(ModelFile model, double[] expected) {
    try (Classifier classifier = new Classifier(model, Options.on(FP32))) {
      for (int i = 0; i < 2; i++) {
        List<Double> answers = classifier.predict(Pictures.ofHeads(i, SIZE_PX)).probabilities();
        for (int c = 0; c < 3; c++) {
          assertThat(answers.get(c)).isCloseTo(expected[3 * i + c], within(TOLERANCE));
        }
      }
    }
  }

  /** What can't be computed is refused by what it is; the backbone is still there to train on. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "fc.weight 3 128 | its head takes 128 values, its backbone gives 64 channels (fastai's head",
        "fc.weight 3 100 | its head takes 100 values, its backbone gives 64 channels",
        "fc.0.weight 16 64, fc.1.weight 16, fc.1.bias 16, fc.2.weight 3 16 | its head has fc.1, which is neither a linear layer nor batch norm",
        "fc.0.weight 16 64, fc.2.weight 3 20 | its head's fc.2 takes 20 values, what is before it gives 16",
        "fc.weight 3 64, classifier.weight 4 64 | several of its layers may be the last one (fc, classifier)",
        "head.last_layer.weight_g 3 1, head.last_layer.weight_v 3 64 | its head has head.last_layer, which is neither",
      })
  void aHeadThatIsNotComputedIsRefusedByWhatItIs(String tensors, String problem) {
    Map<String, FloatTensor> all =
        new LinkedHashMap<>(
            new Initialisation(1, Initialisation.LinearRule.TORCH)
                .weights(Architecture.named("resnet8-cifar").network(3))
                .asMap());
    all.keySet().removeIf(n -> n.startsWith("fc."));
    for (String tensor : tensors.split(", ")) {
      String[] words = tensor.split(" ");
      List<Integer> shape = Stream.of(words).skip(1).map(Integer::valueOf).toList();
      all.put(
          words[0],
          new FloatTensor(shape, FloatBuffer.allocate(shape.stream().reduce(1, (a, b) -> a * b))));
    }
    Path file = folder.resolve("other.safetensors");
    Safetensors.write(file, new WeightMap(all), Map.of());
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> open(file))
        .withMessageStartingWith(
            file + ": it can be trained on (resnet8-cifar), but does not classify: " + problem);
  }
}
