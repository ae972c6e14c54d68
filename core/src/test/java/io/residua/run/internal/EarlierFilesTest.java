package io.residua.run.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.Progress;
import io.residua.classic.ClassicRecipe;
import io.residua.data.DataReading;
import io.residua.data.Manifest;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.engine.internal.Calibration;
import io.residua.features.ClassicTrainer;
import io.residua.features.FeatureExtractor;
import io.residua.features.Features;
import io.residua.internal.JsonRecords;
import io.residua.model.Classifier;
import io.residua.model.Classifier.Options;
import io.residua.model.ModelFile;
import io.residua.model.Prediction;
import io.residua.report.RunReport;
import io.residua.report.internal.ModelCard;
import io.residua.run.EpochRecord;
import io.residua.train.Recipe;
import io.residua.train.TrainedRun;
import io.residua.train.Trainer;
import io.residua.weights.internal.Catalogue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What commit 91c8fbf has written opens and can be gone on with; a README lies beside it. */
class EarlierFilesTest {
  private static final Compute JAVA = new Compute(Device.JAVA, Precision.FP32, 1);
  private static final Path WRITTEN =
      Path.of("src", "test", "resources", "io", "residua", "run", "91c8fbf");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path folder;

  /** A copy that may be written to, beside its pictures. */
  private Path copy(String name) throws IOException {
    Path from = WRITTEN.resolve(name);
    try (Stream<Path> all = Files.walk(from)) {
      for (Path file : all.toList()) {
        Files.copy(file, folder.resolve(name).resolve(from.relativize(file).toString()));
      }
    }
    return folder.resolve(name);
  }

  /** Every probability of every picture, in plain Java and fp32. */
  @ParameterizedTest
  @CsvSource({
    "run, run",
    "svm, svm",
    "int8.safetensors, int8",
    "svc.safetensors, svc",
    "logistic.safetensors, logistic",
    "knn.safetensors, knn"
  })
  void modelsAnswerAsTheyDid(String model, String answers) throws IOException {
    JsonNode then =
        JSON.readTree(Files.readString(WRITTEN.resolve("answers").resolve(answers + ".json")));
    assertThat(then.get("predictions")).hasSize(7);
    try (Classifier classifier = Classifier.load(WRITTEN.resolve(model), Options.on(JAVA))) {
      for (JsonNode answer : then.get("predictions")) {
        Prediction now = classifier.predict(WRITTEN.resolve(answer.get("path").asText()));
        assertThat(now.label()).as("%s", answer).isEqualTo(answer.get("class").asText());
        assertThat(now.probabilities()).hasSize(answer.get("top").size());
        for (JsonNode one : answer.get("top")) {
          int index = one.get("index").asInt();
          assertThat(now.classes().get(index)).isEqualTo(one.get("class").asText());
          assertThat(now.probabilities().get(index))
              .as("%s of %s", one.get("class"), answer.get("path"))
              .isCloseTo(one.get("probability").asDouble(), within(1e-5)); // fp32
        }
      }
    }
  }

  @Test
  void aCalibratedModelAnswersInInt8AsItDid() {
    Path file = WRITTEN.resolve("int8.safetensors");
    Calibration calibration = ModelFile.read(file).calibration().orElseThrow();
    assertThat(calibration.method()).isEqualTo(Calibration.Method.MIN_MAX);
    assertThat(calibration.limits()).isNotEmpty();
    Compute int8 = new Compute(Device.CPU, Precision.INT8, 1);
    try (Classifier classifier = Classifier.load(file, Options.on(int8))) {
      Prediction answer = classifier.predict(WRITTEN.resolve("pictures/test/across/0.png"));
      assertThat(answer.label()).isEqualTo("across");
      // Processors without instructions for int8 round sums elsewhere.
      assertThat(answer.probability()).isCloseTo(0.5522149751896672, within(2e-3));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "svm"})
  void aFinishedRunHasAPageAndACard(String run) throws IOException {
    Path own = copy(run);
    String page =
        Files.readString(
            RunReport.of(own).withData(WRITTEN.resolve("pictures")).on(JAVA).inBrief().write());
    assertThat(page).contains("Confusion matrix", "6 pictures of the test part");
    assertThat(ModelCard.markdown(run, ModelFile.read(own), Catalogue.builtIn()))
        .contains("| test: the set's own test part | 6 |", "Recipe:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"run", "svm"})
  void allThatItsMetricsSayIsKnown(String run) throws IOException {
    RunFolder files = new RunFolder(WRITTEN.resolve(run));
    JsonNode written = JSON.readTree(Files.readString(files.metrics()));
    JsonNode known = JSON.readTree(JsonRecords.toText(RunMetrics.read(files.metrics())));
    assertThat(withoutNulls(known)).isEqualTo(withoutNulls(written));
  }

  /** A number that was not known then is null now. */
  private static JsonNode withoutNulls(JsonNode json) {
    if (json instanceof ObjectNode object) {
      object.remove(
          object.properties().stream()
              .filter(e -> e.getValue().isNull())
              .map(Map.Entry::getKey)
              .toList());
    }
    json.forEach(EarlierFilesTest::withoutNulls);
    return json;
  }

  @ParameterizedTest
  @ValueSource(strings = {"network-metrics.json", "classic-metrics.json"})
  void metricsAreWrittenByteForByteAsBefore(String name) throws IOException {
    Path copy = folder.resolve(name);
    RunMetrics.read(WRITTEN.resolve(name)).write(copy);
    assertThat(copy).hasSameTextualContentAs(WRITTEN.resolve(name));
    assertThat(Files.size(copy)).isEqualTo(Files.size(WRITTEN.resolve(name)));
  }

  @Test
  void theHistoryIsReadAndWrittenAsItWas() {
    Path file = new RunFolder(WRITTEN.resolve("run")).history();
    History history = History.read(file);
    assertThat(history.epochs()).hasSize(3);
    assertThat(history.epochs().get(2).epoch()).isEqualTo(3);
    assertThat(file).hasContent(history.csv());
  }

  @Test
  void aStoppedRunIsFinished() throws IOException {
    TrainedRun run = Trainer.create().on(JAVA).resume(WRITTEN.resolve("pictures"), copy("stopped"));
    assertThat(run.history())
        .extracting(EpochRecord::epoch)
        .containsExactly(1, 2, 3, 4, 5, 6, 7, 8);
    assertThat(run.test()).isPresent();
    assertThat(ModelFile.read(run.model()).spec().classes()).containsExactly("across", "upright");
    assertThat(run.folder().resolve("checkpoint.safetensors")).doesNotExist();
  }

  @Test
  void aSplitAndARecipeMakeTheSameDivisionAgain() throws IOException {
    RunFolder old = new RunFolder(WRITTEN.resolve("run"));
    Recipe recipe = Recipe.read(old.recipe()).with("epochs", "1");
    TrainedRun run =
        Trainer.create()
            .on(JAVA)
            .withSplit(old.split())
            .train(WRITTEN.resolve("pictures"), recipe, folder.resolve("again"));
    assertThat(Manifest.read(new RunFolder(run.folder()).split()))
        .isEqualTo(Manifest.read(old.split()));
    assertThat(
            old.countTrainedOn(
                new Provenance(ModelFile.read(old.path()).provenance()),
                OpenedData.open(WRITTEN.resolve("pictures"), DataReading.USUAL)
                    .parts()
                    .get(Part.TRAIN),
                Progress.NONE))
        .hasValue(16);
  }

  @Test
  void aClassifierIsFittedToFeaturesByARecipe() throws IOException {
    Path features = WRITTEN.resolve("features.safetensors");
    assertThat(Features.read(features).rows()).hasSize(22);
    ClassicRecipe recipe =
        ClassicRecipe.named(new RunFolder(WRITTEN.resolve("svm")).recipe().toString())
            .with("weights", WRITTEN.resolve("run/model.safetensors").toString());
    assertThat(
            ClassicTrainer.using(FeatureExtractor.create().on(JAVA))
                .fit(features, recipe, folder.resolve("svm"))
                .test())
        .isPresent();
  }
}
