package io.residua.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.UsageException;
import io.residua.classic.ClassicRecipe;
import io.residua.classic.internal.ClassicPipeline;
import io.residua.data.Manifest;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.internal.Converter;
import io.residua.data.internal.SplitPlan;
import io.residua.data.internal.TestSet;
import io.residua.engine.Compute;
import io.residua.engine.Precision;
import io.residua.eval.Evaluation;
import io.residua.features.FeatureExtractor.Request;
import io.residua.image.Preprocessing;
import io.residua.model.Classifier;
import io.residua.model.Classifier.Options;
import io.residua.model.ModelException;
import io.residua.model.ModelFile;
import io.residua.model.Prediction;
import io.residua.run.internal.RunFolder;
import io.residua.testkit.RandomModel;
import io.residua.testkit.Scenes;
import io.residua.testkit.SmallDisk;
import io.residua.testkit.Told;
import io.residua.weights.WeightSource;
import io.residua.weights.internal.FloatTensor;
import io.residua.weights.internal.Safetensors;
import io.residua.weights.internal.SafetensorsFile;
import io.residua.weights.internal.WeightMap;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Features, and what is fitted to them, with a small network of random weights. */
class ClassicTrainerTest {
  private static final Compute FP32 =
      Compute.resolve(Optional.empty(), Optional.of(Precision.FP32), 2);

  @TempDir static Path shared;
  @TempDir Path folder;

  private static Path pictures;
  private static Path network;
  private static ClassicRun run;

  @BeforeAll
  static void makePicturesAndNetwork() {
    pictures = shared.resolve("pictures");
    Scenes.set(pictures, 8, 4);
    network = shared.resolve("network.safetensors");
    model(1).write(network);
    run = ClassicTrainer.using(extractor()).fit(pictures, recipe(), shared.resolve("run"));
  }

  private static ModelFile model(long seed) {
    List<String> classes = List.of("a", "b", "c", "d", "e", "f", "g");
    Preprocessing input = Preprocessing.preset("torchvision").withSize(32);
    return RandomModel.of("resnet18", "gap-linear", classes, input, seed);
  }

  private static FeatureExtractor extractor() {
    return FeatureExtractor.create()
        .on(FP32)
        .with(WeightSource.ofEnvironment().withOffline(true))
        .keepingIn(Optional.empty());
  }

  private static Features features(String layer) {
    return extractor().extract(OpenedData.open(pictures), Request.of(network.toString(), layer));
  }

  private static ClassicRecipe recipe() {
    return ClassicRecipe.defaults()
        .with("classifier", "svc")
        .with("weights", network.toString())
        .with("c", "0.1,1")
        .with("folds", "3");
  }

  @Test
  void answersAgainstTheMachinesOwnProbabilitiesAreTold() {
    Told told = new Told();
    ClassicTrainer.using(extractor().reportingTo(told))
        .fit(pictures, recipe().with("c", "0.001"), folder.resolve("small-c"));
    assertThat(told.warnings)
        .anyMatch(
            line -> line.matches("on the test part \\d+ of 24 answers are not the most likely.*"));
  }

  @ParameterizedTest
  @CsvSource({"avgpool,512", "fc,7", "layer3,256", "layer2.0.conv1,128", "conv1,64"})
  void anyLayerGivesFeaturesMapsAreAveraged(String layer, int width) {
    Features features = features(layer);
    assertThat(features.width()).isEqualTo(width);
    assertThat(features.rows()).hasSize(6 * 12);
  }

  @Test
  void aSplitMadeForTrainingOnBinariesDividesTheirFeaturesToo() {
    Path binaries = folder.resolve("binaries");
    Converter.convert(
        OpenedData.open(pictures), binaries, Converter.Format.CIFAR10, 0, Progress.NONE);
    Manifest split =
        Manifest.of(OpenedData.open(binaries).split(SplitPlan.defaults(1)), Progress.NONE);
    split.write(folder.resolve("split.csv"));
    ClassicTrainer.using(extractor())
        .withSplit(folder.resolve("split.csv"))
        .fit(binaries, recipe(), folder.resolve("run"));
    assertThat(Manifest.read(folder.resolve("run/split.csv")).entries())
        .containsExactlyInAnyOrderElementsOf(split.entries());
  }

  @Test
  void aDiskThatFillsWhileAClassifierIsFittedDoesNotCostTheModel() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(folder, 64)) {
      Path out = disk.folder().resolve("run");
      ClassicTrainer.using(extractor().reportingTo(disk.filledAt("grid search")))
          .fit(pictures, recipe(), out);
      assertThat(ModelFile.read(new RunFolder(out).model()).classic()).isPresent();
      try (Stream<Path> files = Files.list(out)) {
        assertThat(files)
            .extracting(f -> f.getFileName().toString())
            .containsExactlyInAnyOrder(
                "model.safetensors", "metrics.json", "recipe.yaml", "split.csv");
      }
    }
  }

  @Test
  void aDiskWithoutRoomForTheModelIsToldBeforeFitting() throws Exception {
    try (SmallDisk disk = SmallDisk.mount(folder, 24)) {
      Told told = new Told();
      ClassicTrainer trainer = ClassicTrainer.using(extractor().reportingTo(told));
      assertThatExceptionOfType(ResiduaException.class)
          .isThrownBy(() -> trainer.fit(pictures, recipe(), disk.folder().resolve("run")))
          .withMessageContaining("there is no room for model.safetensors, which needs ");
      assertThat(disk.folder()).isEmptyDirectory();
    }
  }

  @Test
  void aLayerThatIsNotThereIsRefusedByName() {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> features("layer9"))
        .withMessageStartingWith("resnet18 has no layer 'layer9'; there are avgpool, fc,");
  }

  @Test
  void aFileOfFeaturesHoldsAllThatIsKnownOfThem() {
    Features features = features("avgpool");
    Path file = folder.resolve("f.safetensors");
    features.write(file);
    Features read = Features.read(file);
    assertThat(read.rows()).isEqualTo(features.rows());
    assertThat(read.classes()).isEqualTo(Scenes.CLASSES);
    assertThat(read.network()).isEqualTo(features.network());
    assertThat(read.provenance()).isEqualTo(features.provenance());
    assertThat(read.values().toArray()).isEqualTo(features.values().toArray());
    assertThat(read.rows()).filteredOn(row -> row.part() == Part.TEST).hasSize(24);
    assertThat(Features.isFile(file)).isTrue();
    assertThat(Features.isFile(network)).isFalse();
  }

  @Test
  void aDamagedFileOfFeaturesIsOneLine() {
    Path file = folder.resolve("f.safetensors");
    features("fc").write(file);
    SafetensorsFile intact = SafetensorsFile.open(file);
    Path changed = folder.resolve("changed.safetensors");
    for (String key : List.of("network", "classes", "pictures", "provenance")) {
      for (String damaged : List.of("{", "[]", "7", "[[\"a\",\"train\",\"\"]]")) {
        if (key.equals("classes") && damaged.equals("7")) {
          continue;
        }
        Map<String, String> metadata = new LinkedHashMap<>(intact.metadata());
        metadata.put(key, damaged);
        Safetensors.write(changed, intact.weights(), metadata);
        assertThatExceptionOfType(ModelException.class)
            .as("%s: %s", key, damaged)
            .isThrownBy(() -> Features.read(changed))
            .withMessageStartingWith(changed + ": ")
            .withMessageNotContaining("\n");
      }
    }
    Safetensors.write(changed, new WeightMap(Map.of()), intact.metadata());
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> Features.read(changed))
        .withMessage(changed + ": has no features or no labels");
  }

  @ParameterizedTest
  @CsvSource({
    "NaN, a value that is not a number (NaN)",
    "Infinity, an infinite value",
    "-Infinity, an infinite value"
  })
  void featuresThatAreNoNumbersAreRefused(float value, String what) {
    Path file = folder.resolve("f.safetensors");
    features("fc").write(file);
    SafetensorsFile intact = SafetensorsFile.open(file);
    FloatTensor values = intact.floats("features");
    float[] changed = values.toArray();
    changed[9] = value;
    Map<String, FloatTensor> tensors = new LinkedHashMap<>(intact.weights().asMap());
    tensors.put("features", new FloatTensor(values.shape(), FloatBuffer.wrap(changed)));
    Path damaged = folder.resolve("damaged.safetensors");
    Safetensors.write(damaged, new WeightMap(tensors), intact.metadata());
    assertThatExceptionOfType(ResiduaException.class)
        .isThrownBy(() -> Features.read(damaged))
        .withMessageStartingWith("cannot use %s: 'features' has %s at 9 of 504", damaged, what);
    assertThatExceptionOfType(ResiduaException.class)
        .isThrownBy(
            () -> ClassicTrainer.using(extractor()).fit(damaged, recipe(), folder.resolve("run")));
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void whatWasComputedOnceIsNotComputedAgain() throws IOException {
    Path cache = folder.resolve("cache");
    Told told = new Told();
    FeatureExtractor keeping = extractor().keepingIn(Optional.of(cache)).reportingTo(told);
    OpenedData data = OpenedData.open(pictures);
    Request request = Request.of(network.toString(), "fc");
    float[] first = keeping.extract(data, request).values().toArray();
    assertThat(told.lines).anyMatch(l -> l.endsWith("0 of 72 pictures computed before"));
    float[] second = keeping.extract(data, request).values().toArray();
    assertThat(told.lines).anyMatch(l -> l.endsWith("72 of 72 pictures computed before"));
    assertThat(second).isEqualTo(first);

    told.lines.clear();
    keeping.extract(data, Request.of(network.toString(), "avgpool"));
    assertThat(told.lines).anyMatch(l -> l.endsWith("0 of 72 pictures computed before"));

    try (Stream<Path> files = Files.walk(cache)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.write(file, new byte[] {1, 2, 3});
      }
    }
    told.lines.clear();
    assertThat(keeping.extract(data, request).values().toArray()).isEqualTo(first);
    assertThat(told.warnings).anyMatch(l -> l.startsWith("earlier features are not used: "));
  }

  @Test
  void theModelAnswersPicturesAsItsFeaturesWereAnswered() throws IOException {
    JsonNode metrics =
        new ObjectMapper().readTree(Files.readString(run.folder().resolve("metrics.json")));
    assertThat(metrics.at("/selected_on").asText()).isEqualTo("3 folds of the train part");
    assertThat(metrics.at("/grid_search/candidates")).hasSize(4);
    assertThat(metrics.at("/test/origin").asText()).isEqualTo("the set's own test part");
    assertThat(run.folder()).isDirectoryContaining("glob:**recipe.yaml");
    assertThat(run.folder()).isDirectoryContaining("glob:**split.csv");
    Evaluation test = run.test().orElseThrow();
    assertThat(run.validation()).isEmpty();

    TestSet set = OpenedData.open(pictures).forEvaluation();
    try (Classifier classifier = Classifier.load(run.model(), Options.on(FP32))) {
      Evaluation again = classifier.evaluate(set.data(), Progress.NONE).evaluation();
      assertThat(again.confusion().accuracy()).isEqualTo(test.accuracy());
      for (int i = 0; i < 24; i++) {
        Prediction one = classifier.predict(set.data().samples().get(i).path());
        assertThat(one.label()).isEqualTo(Scenes.CLASSES.get(test.predictions().predicted(i)));
        assertThat(one.top(1).get(0).label()).isEqualTo(one.label());
        assertThat(one.probabilities().stream().mapToDouble(p -> p).sum()).isBetween(0.999, 1.001);
      }
    }
  }

  @Test
  void aFileOfFeaturesGivesTheSameModelAsItsPictures() throws IOException {
    Path file = folder.resolve("f.safetensors");
    features("avgpool").write(file);
    ClassicTrainer.using(extractor())
        .fit(file, recipe().with("weights", "auto"), folder.resolve("b"));
    WeightMap a = SafetensorsFile.open(run.model()).weights();
    WeightMap b = SafetensorsFile.open(folder.resolve("b/model.safetensors")).weights();
    assertThat(a.names()).isEqualTo(b.names()).contains("classic.model.platt_slopes");
    assertThat(a.names()).noneMatch(name -> name.startsWith("fc."));
    for (String name : a.names()) {
      assertThat(b.get(name).toArray()).as(name).isEqualTo(a.get(name).toArray());
    }
    assertThat(Files.readString(folder.resolve("b/split.csv")))
        .isEqualTo(Files.readString(run.folder().resolve("split.csv")));
  }

  @Test
  void featuresOfOtherWeightsOrSettingsAreRefused() {
    Path file = folder.resolve("f.safetensors");
    features("fc").write(file);
    Path other = folder.resolve("other.safetensors");
    model(2).write(other);
    ClassicTrainer trainer = ClassicTrainer.using(extractor());
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(
            () ->
                trainer.fit(
                    file, recipe().with("weights", other.toString()), folder.resolve("run")))
        .withMessage(
            "%s: its features were not computed with %s; give the weights that they were computed"
                + " with",
            file, other);
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(
            () -> trainer.fit(file, recipe().with("layer", "avgpool"), folder.resolve("run")))
        .withMessage(file + ": its features have layer fc, the recipe says avgpool");
    assertThat(folder.resolve("run")).doesNotExist();
  }

  @Test
  void theTutorialsScalingIsMeasuredBesideTheModels() throws IOException {
    ClassicRun tutorial =
        ClassicTrainer.using(extractor())
            .fit(pictures, recipe().with("scaler", "per-split-tutorial"), folder.resolve("run"));
    assertThat(tutorial.testWithTrainingScaler()).isPresent();
    try (Classifier classifier = Classifier.load(tutorial.model(), Options.on(FP32))) {
      TestSet set = OpenedData.open(pictures).forEvaluation();
      assertThat(classifier.evaluate(set.data(), Progress.NONE).evaluation().accuracy())
          .isEqualTo(tutorial.testWithTrainingScaler().get().accuracy());
    }
  }

  @Test
  void someAreKeptAsideWhereThereIsNoTestPart() {
    ClassicRun aside =
        ClassicTrainer.using(extractor())
            .fit(
                pictures.resolve("train"),
                recipe().with("classifier", "logistic,knn").with("k", "3"),
                folder.resolve("run"));
    assertThat(aside.test()).isEmpty();
    assertThat(aside.validation().orElseThrow().n()).isBetween(6, 12);
    assertThat(aside.grid().rows()).hasSize(3);
  }

  @Test
  void aModelWhoseClassifierDoesNotFitIsOneLine() {
    SafetensorsFile intact = SafetensorsFile.open(run.model());
    Path changed = folder.resolve("changed.safetensors");
    Map<String, String> metadata = new LinkedHashMap<>(intact.metadata());
    for (String[] damage :
        new String[][] {
          {"architecture", "\"avgpool\"", "\"layer3\""},
          {"architecture", "\"avgpool\"", "\"nothing\""},
          {"architecture", "\"outputs\":7", "\"outputs\":-7"},
          {"classic", "\"features\":512", "\"features\":511"},
          {"classic", "\"probability\":true", "\"probability\":false"},
          {"classic", "[0,1,2,3,4,5]", "[0,1,2,3,4,9]"}
        }) {
      String before = intact.metadata().get(damage[0]);
      assertThat(before).contains(damage[1]);
      metadata.put(damage[0], before.replace(damage[1], damage[2]));
      Safetensors.write(changed, intact.weights(), metadata);
      assertThatExceptionOfType(io.residua.ResiduaException.class)
          .as(damage[2])
          .isThrownBy(() -> ModelFile.read(changed))
          .withMessageContaining(changed.toString())
          .withMessageNotContaining("\n");
      metadata.put(damage[0], before);
    }
    ClassicPipeline pipeline = ModelFile.read(run.model()).classic().orElseThrow();
    assertThat(pipeline.model().features()).isEqualTo(512);
  }

  /** Keeps what it is told. */
}
