package io.residua.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.classic.internal.ClassicPipeline;
import io.residua.classic.internal.Execution;
import io.residua.classic.internal.LogisticSpec;
import io.residua.classic.internal.Matrix;
import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.image.Preprocessing;
import io.residua.image.RgbImage;
import io.residua.internal.NpmClient;
import io.residua.model.Classifier.Options;
import io.residua.nn.internal.Architecture;
import io.residua.testkit.RandomModel;
import io.residua.testkit.Told;
import io.residua.weights.WeightSource;
import io.residua.weights.internal.Catalogue;
import io.residua.weights.internal.Conversion;
import io.residua.weights.internal.FloatTensor;
import io.residua.weights.internal.Initialisation;
import io.residua.weights.internal.Safetensors;
import io.residua.weights.internal.SafetensorsFile;
import io.residua.weights.internal.WeightMap;
import io.residua.weights.internal.WeightStore;
import io.residua.weights.internal.WeightsException;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Model and weight files that are intact as files and would answer nonsense. */
class HostileModelTest {
  private static final Compute FP32 = new Compute(Device.JAVA, Precision.FP32, 1);
  private static final ObjectNode NOTHING = JsonNodeFactory.instance.objectNode();

  @TempDir private Path folder;

  private static ModelFile model() {
    Preprocessing input = Preprocessing.preset("none").withSize(32);
    return RandomModel.of("resnet8-cifar", "gap-linear", List.of("cat", "dog"), input, 1);
  }

  private static WeightMap random(int classes) {
    return new Initialisation(1, Initialisation.LinearRule.TORCH)
        .weights(Architecture.named("resnet8-cifar").network(classes));
  }

  /** A copy of the weights with one value changed. */
  private static WeightMap with(WeightMap weights, String tensor, int index, float value) {
    FloatTensor old = weights.get(tensor);
    float[] values = old.toArray();
    values[index] = value;
    return weights.with(
        new WeightMap(Map.of(tensor, new FloatTensor(old.shape(), FloatBuffer.wrap(values)))));
  }

  private WeightSource source() {
    return new WeightSource(
        Catalogue.builtIn(), new WeightStore(folder, NpmClient.ofEnvironment()));
  }

  @ParameterizedTest
  @CsvSource({
    "fc.bias, 1, NaN, has a value that is not a number (NaN) at 1 of 2",
    "conv1.weight, 431, Infinity, has an infinite value at 431 of 432",
    "layer2.0.conv2.weight, 0, -Infinity, 'has an infinite value at 0 of 9,216'",
    "layer2.0.conv2.weight, 7, 3e38, 'has a value that is too large for a network (3.0E38) at 7 of 9,216'",
    "bn1.running_var, 3, -0.5, has a negative variance (-0.5) at 3 of 16",
    "bn1.running_var, 3, NaN, has a value that is not a number (NaN) at 3 of 16",
  })
  void weightsThatAreNoNumbersAreRefusedWhereverTheyAreLoaded(
      String tensor, int index, float value, String problem) {
    WeightMap bad = with(model().weights(), tensor, index, value);
    Path file = folder.resolve("bad.safetensors");
    String message =
        "cannot use %s: '%s' %s; it is damaged, or of a training that diverged"
            .formatted(file, tensor, problem);
    Safetensors.write(file, bad, model().metadata());
    assertRefused(() -> ModelFile.read(file), message);
    assertRefused(() -> Classifier.load(file), message);
    assertRefused(() -> open(file), message);
    Safetensors.write(file, bad, Map.of());
    assertRefused(() -> open(file), message);
    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> Conversion.of(file, null).write(folder.resolve("converted.safetensors")))
        .withMessage(message);
    assertThat(folder.resolve("converted.safetensors")).doesNotExist();
  }

  private ModelFile open(Path file) {
    return ModelFile.open(file.toString(), source().withOffline(true), Progress.NONE);
  }

  private static void assertRefused(ThrowingCallable use, String message) {
    assertThatExceptionOfType(ModelException.class).isThrownBy(use).withMessage(message);
  }

  /** Whoever is on the module path can name no other kind. */
  @Test
  void whatIsMissingCutOrNoModelIsAModelException() throws IOException {
    Path none = folder.resolve("none.safetensors");
    Path text = Files.writeString(folder.resolve("text.safetensors"), "no model");
    Path cut = folder.resolve("cut.safetensors");
    model().write(cut);
    byte[] whole = Files.readAllBytes(cut);
    Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
    for (Path file : List.of(none, text, cut)) {
      for (ThrowingCallable use :
          List.<ThrowingCallable>of(
              () -> Classifier.load(file),
              () -> ModelFile.read(file),
              () -> open(file),
              () ->
                  Classifier.open(
                      file.toString(), source(), Classifier.Options.usual(), Progress.NONE))) {
        assertThatExceptionOfType(ModelException.class)
            .isThrownBy(use)
            .withMessageContaining(file.toString())
            .matches(e -> e.getMessage().lines().count() == 1);
      }
    }
  }

  @Test
  void valuesThatAreUnusualButNumbersAreRead() {
    WeightMap odd = with(model().weights(), "fc.bias", 0, 0x1.fp63f);
    odd = with(odd, "fc.bias", 1, -Float.MIN_VALUE);
    odd = with(odd, "bn1.running_var", 0, -0f);
    odd = with(odd, "bn1.running_mean", 0, -3f);
    Path file = folder.resolve("odd.safetensors");
    Safetensors.write(file, odd, model().metadata());
    assertThat(ModelFile.read(file).weights().get("fc.bias").toArray())
        .containsExactly(0x1.fp63f, -Float.MIN_VALUE);
  }

  /** Finite weights may still be so large that answers are not. */
  @Test
  void answersThatAreNoNumbersAreNoAnswers() {
    WeightMap huge = model().weights();
    for (int i = 0; i < 64; i++) {
      huge = with(huge, "fc.weight", i, Float.MAX_VALUE);
    }
    ModelFile model = new ModelFile(model().spec(), huge, NOTHING, NOTHING);
    try (Classifier classifier = new Classifier(model, Options.on(FP32))) {
      byte[] white = new byte[32 * 32 * 3];
      java.util.Arrays.fill(white, (byte) 255);
      assertThatExceptionOfType(ModelException.class)
          .isThrownBy(() -> classifier.predict(new RgbImage(32, 32, white)))
          .withMessageStartingWith("the network's output for class 'cat' is no finite number (");
    }
  }

  @Test
  void aClassicClassifiersArraysToo() {
    ModelSpec own = model().spec();
    ModelSpec spec =
        new ModelSpec(
            own.architecture(),
            own.head(),
            own.classes(),
            own.classIds(),
            own.preprocessing(),
            Optional.of(new FeatureLayer("flatten", 2)));
    double[][] features = new double[8][64];
    int[] labels = new int[8];
    for (int i = 0; i < 8; i++) {
      labels[i] = i % 2;
      for (int j = 0; j < 64; j++) {
        features[i][j] = labels[i] * (j + 1) + i * j % 5;
      }
    }
    ClassicPipeline pipeline =
        ClassicPipeline.fit(
            Matrix.of(features), labels, LogisticSpec.of(1), Execution.plainJava(1), Progress.NONE);
    WeightMap backbone =
        new Initialisation(1, Initialisation.LinearRule.TORCH).weights(spec.network());
    ModelFile model =
        new ModelFile(spec, backbone, NOTHING, NOTHING, Optional.empty(), Optional.of(pipeline));
    Path file = folder.resolve("svm.safetensors");
    model.write(file);
    assertThat(ModelFile.read(file).classic()).isPresent();
    for (String tensor : List.of("classic.scaler.scale", "classic.scaler.mean")) {
      Safetensors.write(file, with(model.tensors(), tensor, 2, Float.NaN), model.metadata());
      assertRefused(
          () -> ModelFile.read(file),
          "cannot use %s: '%s' has a value that is not a number (NaN) at 2 of 64; it is damaged, or"
                  .formatted(file, tensor)
              + " of a training that diverged");
    }
    Safetensors.write(file, with(model.tensors(), "classic.scaler.scale", 2, -1), model.metadata());
    assertThatExceptionOfType(ResiduaException.class)
        .isThrownBy(() -> ModelFile.read(file))
        .withMessageStartingWith(file + ": the stored scaler has a scale of -1.0");
  }

  /** Reads a model whose metadata were changed. */
  private ModelFile readWith(String key, String value) {
    Path file = folder.resolve("changed.safetensors");
    model().write(file);
    SafetensorsFile written = SafetensorsFile.open(file);
    Map<String, String> metadata = new LinkedHashMap<>(written.metadata());
    metadata.put(key, value);
    Path changed = folder.resolve("model.safetensors");
    Safetensors.write(changed, written.weights(), metadata);
    return ModelFile.read(changed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{'name':'cat'},{'name':'cat'}] | two classes are called 'cat'",
        "[{'name':'cat'},{'name':''}] | class 1 has no name",
        "[{'name':' \\t'},{'name':'b'}] | class 0 has no name",
        "[{'name':'a\\u001b[2Jb'},{'name':'b'}] | the name of class 0 ('a\\u001b[2Jb') has control characters",
        "[{'name':'a'},{'name':'b\\u2028'}] | the name of class 1 ('b\\u2028') has control characters",
        "[{'name':'a','id':'x'},{'name':'b','id':'x'}] | two classes are called 'x'",
        "[{'name':'a'}] | it has only one class, so that it would answer every picture alike; a classifier needs two classes",
        "[] | it has no classes, so that it would answer every picture alike; a classifier needs two classes",
        "[{'name':7},{'name':'b'}] | its 'classes' is damaged",
      })
  void classesThatNobodyCouldReadOrTellApartAreRefused(String classes, String problem) {
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> readWith("classes", classes.replace('\'', '"')))
        .withMessage(folder.resolve("model.safetensors") + ": " + problem);
  }

  @Test
  void aClassNameOfAMegabyteIsRefusedInOneShortLine() {
    String classes = "[{\"name\":\"%s\"},{\"name\":\"b\"}]".formatted("x".repeat(1 << 20));
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> readWith("classes", classes))
        .withMessageEndingWith("x…') has 1,048,576 characters, more than 500")
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(300));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'std':[1.0,0.0,1.0]",
        "'std':[1.0,-0.2,1.0]",
        "'std':[1.0,1e-300,1.0]",
        "'std':[1.0,1e300,1.0]",
        "'std':[1.0,'NaN',1.0]",
        "'std':[1.0,1.0]",
        "'mean':[0.0,1e300,0.0]",
        "'mean':[0.0,null,0.0]",
        "'scale':0",
        "'scale':-1",
        "'scale':1e-300",
        "'sizePx':0",
        "'sizePx':-32",
        "'sizePx':100000",
        "'sizePx':1e9",
        "'shorterSidePx':2000000000",
        "'shorterSidePx':1",
      })
  void preprocessingThatMakesNoPicturesIsRefused(String field) {
    ObjectNode json = model().spec().preprocessing().toJson();
    String key = field.substring(1, field.indexOf('\'', 1));
    String text = json.toString();
    String changed =
        text.replaceAll("\"%s\":(\\[[^]]*\\]|[^,}]*)".formatted(key), field.replace('\'', '"'));
    assertThat(changed).isNotEqualTo(text);
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> readWith("preprocessing", changed))
        .withMessageStartingWith(folder.resolve("model.safetensors") + ": preprocessing: ");
  }

  /** As training on an ONNX file that was made of a model asks. */
  @Test
  void metadataAloneAreRefusedWithTheFilesName() {
    Path file = folder.resolve("model.onnx");
    Map<String, String> metadata = new LinkedHashMap<>(model().metadata());
    for (String key : List.of("preprocessing", "architecture", "classes")) {
      Map<String, String> damaged = new LinkedHashMap<>(metadata);
      damaged.put(key, key.equals("classes") ? "[]" : "{}");
      assertThatExceptionOfType(ModelException.class)
          .as(key)
          .isThrownBy(() -> ModelFile.spec(file, damaged))
          .withMessageStartingWith(file + ": ");
    }
  }

  @Test
  void aFailureOfTheCallersIsNotToldOfTheFile() {
    Path file = folder.resolve("one.safetensors");
    Safetensors.write(file, random(1), Map.of());
    Progress failing =
        new Told() {
          @Override
          public void line(String text) {
            if (text.contains("yes or no")) {
              throw new IllegalArgumentException("a bug");
            }
          }
        };
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelFile.open(file.toString(), source().withOffline(true), failing))
        .withMessage("a bug");
  }
}
