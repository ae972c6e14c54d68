package io.residua.model.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.residua.Progress;
import io.residua.data.ImageDataset;
import io.residua.data.OpenedData;
import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.eval.Evaluation;
import io.residua.experiment.ComparisonResult;
import io.residua.experiment.Contestant;
import io.residua.experiment.ModelComparison;
import io.residua.export.OnnxExport;
import io.residua.export.WeightType;
import io.residua.internal.NpmClient;
import io.residua.model.Classifier;
import io.residua.model.Classifier.Options;
import io.residua.model.ModelException;
import io.residua.model.ModelFile;
import io.residua.model.Prediction;
import io.residua.nn.internal.Architecture;
import io.residua.report.internal.ModelCard;
import io.residua.testkit.Pictures;
import io.residua.testkit.Told;
import io.residua.train.Recipe;
import io.residua.train.Trainer;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks with one output, of Keras and PyTorch: see src/test/fixtures/make_yes_or_no.py. */
class YesOrNoTest {
  private static final int SIZE_PX = 32;
  private static final Compute FP32 = new Compute(Device.JAVA, Precision.FP32, 1);

  /** Float32 sums in another order, through up to 20 layers. */
  private static final double TOLERANCE = 1e-4;

  @TempDir private Path folder;
  private final Told progress = new Told();

  private ModelFile open(Path file) {
    WeightSource source =
        new WeightSource(Catalogue.builtIn(), new WeightStore(folder, NpmClient.ofEnvironment()));
    return ModelFile.open(file.toString(), source.withOffline(true), progress);
  }

  private Path unpacked(String name) throws IOException {
    Path file = folder.resolve(name);
    try (InputStream in = resource(name + ".gz");
        InputStream unpacked = new GZIPInputStream(in)) {
      Files.copy(unpacked, file);
    }
    return file;
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(
        YesOrNoTest.class.getResourceAsStream("/io/residua/weights/" + name), name);
  }

  private static double[] probabilities(String kind) throws IOException {
    try (InputStream in = resource("yes_or_no_%s.probabilities.txt".formatted(kind))) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return text.lines().mapToDouble(Double::parseDouble).toArray();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"keras", "onnx"})
  void theProbabilityOfYesIsTheOneThatTheOtherLibraryGave(String kind) throws IOException {
    Path file = unpacked("yes_or_no." + kind);
    ModelFile model = open(file);
    assertThat(model.spec().classes()).containsExactly("class 0", "class 1");
    assertThat(progress.lines)
        .containsExactly(
            file
                + ": one output, read as yes or no: its sigmoid is the probability of 'class 1',"
                + " else 'class 0'");
    double[] expected = probabilities(kind);
    try (Classifier classifier = new Classifier(model, Options.on(FP32))) {
      for (int i = 0; i < expected.length; i++) {
        Prediction prediction = classifier.predict(Pictures.ofHeads(i, SIZE_PX));
        assertThat(prediction.probabilities().get(1)).isCloseTo(expected[i], within(TOLERANCE));
        assertThat(prediction.probabilities().get(0)).isCloseTo(1 - expected[i], within(TOLERANCE));
        assertThat(prediction.label()).isEqualTo(expected[i] > 0.5 ? "class 1" : "class 0");
      }
    }
  }

  /** Folders of the two pictures, each in the class that the Keras model answers. */
  private Path pictures() throws IOException {
    Path data = folder.resolve("pictures");
    for (int i = 0; i < 2; i++) {
      for (String part : List.of("train", "test")) {
        Path of = Files.createDirectories(data.resolve(part).resolve("class " + i));
        Pictures.ofHeads(i, SIZE_PX).writePng(of.resolve(part + ".png"));
      }
    }
    return data;
  }

  private static double loss(String kind) throws IOException {
    double[] yes = probabilities(kind);
    return -(Math.log(1 - yes[0]) + Math.log(yes[1])) / 2;
  }

  @Test
  void oneIsMeasuredByItsTwoProbabilities() throws IOException {
    ImageDataset test = OpenedData.open(pictures()).forEvaluation().data();
    try (Classifier classifier =
        new Classifier(open(unpacked("yes_or_no.keras")), Options.on(FP32))) {
      Evaluation found = classifier.evaluate(test, Progress.NONE).evaluation();
      assertThat(found.confusion().right()).isEqualTo(2);
      assertThat(found.logLoss()).isCloseTo(loss("keras"), within(TOLERANCE));
      assertThat(found.auc().macro()).isEqualTo(1);
    }
    try (Classifier classifier =
        new Classifier(open(unpacked("yes_or_no.onnx")), Options.on(FP32))) {
      Evaluation found = classifier.evaluate(test, Progress.NONE).evaluation();
      assertThat(found.confusion().right()).isZero();
      assertThat(found.logLoss()).isCloseTo(loss("onnx"), within(TOLERANCE));
      assertThat(found.auc().macro()).isZero();
    }
  }

  @Test
  void twoOfThemAreCompared() throws IOException {
    List<Contestant> models = new ArrayList<>();
    for (String kind : List.of("onnx", "keras")) {
      Path file = unpacked("yes_or_no." + kind);
      models.add(Contestant.parse(kind + "=" + file, Recipe.defaults()));
    }
    ComparisonResult result =
        new ModelComparison(
                Trainer.create().on(FP32),
                WeightSource.ofEnvironment().withOffline(true),
                Progress.NONE)
            .run(pictures(), models, folder.resolve("compared"));
    for (ComparisonResult.Measured model : result.models()) {
      assertThat(model.scores().n()).isEqualTo(2);
      assertThat(model.scores().accuracy()).isEqualTo(model.label().equals("keras") ? 1 : 0);
      assertThat(model.scores().loss()).isCloseTo(loss(model.label()), within(TOLERANCE));
    }
  }

  /** What is exported is a classifier of two classes, and gives the same two probabilities. */
  @Test
  void anExportedOneKeepsItsTwoProbabilities() throws IOException {
    ModelFile model = open(unpacked("yes_or_no.keras"));
    Path exported = folder.resolve("exported.onnx");
    OnnxExport.write(model, exported, new OnnxExport.Options(WeightType.FP32, false));
    ModelFile again = open(exported);
    assertThat(again.spec()).isEqualTo(model.spec());
    double[] expected = probabilities("keras");
    try (Classifier classifier = new Classifier(again, Options.on(FP32))) {
      for (int i = 0; i < expected.length; i++) {
        assertThat(classifier.predict(Pictures.ofHeads(i, SIZE_PX)).probabilities().get(1))
            .isCloseTo(expected[i], within(TOLERANCE));
      }
    }
  }

  @Test
  void theCardSaysWhatTheNetworkWas() throws IOException {
    ModelFile model = open(unpacked("yes_or_no.keras"));
    assertThat(ModelCard.markdown("mine", model, Catalogue.builtIn()))
        .contains("one of 2 classes")
        .contains("| one, whose sigmoid is the probability of the second class |");
  }

  /** A softmax of one value is 1 whatever the picture is. */
  @Test
  void oneOutputWithSoftmaxIsRefused() throws IOException {
    Path file = unpacked("yes_or_no.keras");
    rewrite(file, "\"activation\": \"sigmoid\"", "\"activation\": \"softmax\"");
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> open(file))
        .withMessageStartingWith(file + ": it has one output with softmax, which is 1 for every");
  }

  private static void rewrite(Path archive, String text, String by) throws IOException {
    try (FileSystem zip = FileSystems.newFileSystem(archive, Map.of("noCompression", "true"))) {
      Path config = zip.getPath("config.json");
      String json = Files.readString(config);
      assertThat(json).contains(text);
      Files.writeString(config, json.replace(text, by));
    }
  }

  /** PyTorch's file does not say what is done to the output. */
  @Test
  void aBareFileWithOneOutputIsYesOrNoToo() {
    Path file = folder.resolve("bare.safetensors");
    Safetensors.write(
        file,
        new Initialisation(1, Initialisation.LinearRule.TORCH)
            .weights(Architecture.named("resnet8-cifar").network(1)),
        Map.of());
    ModelFile model = open(file);
    assertThat(model.spec().network().outputShape(model.spec().picture()).size()).isEqualTo(2);
    assertThat(progress.lines).hasSize(1);
  }

  /** A last layer that was made without a bias adds nothing. */
  @Test
  void aLastLayerWithoutABiasHasZeros() {
    Path file = folder.resolve("unbiased.safetensors");
    Map<String, FloatTensor> weights =
        new HashMap<>(
            new Initialisation(1, Initialisation.LinearRule.TORCH)
                .weights(Architecture.named("resnet8-cifar").network(3))
                .asMap());
    weights.remove("fc.bias");
    Safetensors.write(file, new WeightMap(weights), Map.of());
    assertThat(open(file).weights().get("fc.bias").toArray()).containsExactly(0, 0, 0);
    assertThat(Conversion.of(file, null).exact()).isTrue();
  }
}
