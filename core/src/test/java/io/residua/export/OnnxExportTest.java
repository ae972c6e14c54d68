package io.residua.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.Progress;
import io.residua.Shared;
import io.residua.data.ImageDataset;
import io.residua.data.OpenedData;
import io.residua.data.PictureSource;
import io.residua.data.Sample;
import io.residua.data.internal.ClassMapping;
import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.engine.internal.Calibration;
import io.residua.engine.internal.Engine;
import io.residua.engine.internal.InferenceSession;
import io.residua.engine.onednn.Natives;
import io.residua.export.OnnxExport.Options;
import io.residua.export.internal.ExportException;
import io.residua.export.internal.Verification;
import io.residua.export.internal.Verifier;
import io.residua.image.ImageDecoder;
import io.residua.image.Preprocessing;
import io.residua.model.ModelFile;
import io.residua.model.internal.ModelCalibrator;
import io.residua.nn.Head;
import io.residua.weights.WeightSource;
import io.residua.weights.internal.Coverage;
import io.residua.weights.internal.FloatTensor;
import io.residua.weights.internal.LoadedWeights;
import io.residua.weights.internal.WeightMap;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ONNX Runtime gives the answers of the engine. */
class OnnxExportTest {
  private static final String PHOTOS = "data/cats_dogs_small/test";
  private static final String CIFAR = "data/cifar10_lossless/test";
  private static final Options PLAIN = new Options(WeightType.FP32, false);

  @TempDir Path folder;

  private Path export(ModelFile model, Options options) {
    Path file = folder.resolve("model.onnx");
    OnnxExport.write(model, file, options);
    return file;
  }

  private Verification verify(ModelFile model, Options options, List<PictureSource> pictures) {
    return new Verifier(2, folder, true)
        .verify(model, export(model, options), pictures, Optional.empty(), Progress.NONE);
  }

  private static void assertSame(Verification found, int pictures, double logits) {
    assertThat(found.pictures()).isEqualTo(pictures);
    assertThat(found.equalPredictions()).isEqualTo(pictures);
    assertThat(found.largestLogitDifference().orElseThrow()).isLessThan(logits);
    assertThat(found.largestProbabilityDifference()).isLessThan(1e-4);
  }

  @ParameterizedTest
  @CsvSource({
    "resnet18, gap-linear, torchvision, 96, false",
    "resnet34, gap-mlp:32, torchvision, 32, true",
    "resnet50, gap-linear, torchvision, 64, true",
    "resnet50-v1, flatten-mlp:16, keras-caffe, 64, true",
    "resnext50_32x4d, flatten-dropout:0.5, unit, 32, false",
    "wide_resnet50_2, gap-linear, torchvision, 32, false",
    "resnet8-cifar, gap-linear, none, 32, true",
    "resnet8-cifar, gap+batch-norm:0.001+linear:16+batch-norm+relu+dropout:0.5+linear, none, 32, true",
    "resnet8-cifar, flatten+batch-norm+linear:8+relu+linear:4+relu+linear, unit, 32, false",
    "resnet20-cifar-b, gap-linear, torchvision, 32, false"
  })
  void answersOfEveryKindOfNetworkAndHead(
      String architecture, String head, String preset, int sizePx, boolean withPreprocessing) {
    ModelFile model =
        TestModels.random(architecture, Head.parse(head), TestModels.preprocessing(preset, sizePx));
    Verification found =
        verify(
            model, new Options(WeightType.FP32, withPreprocessing), TestModels.pictures(PHOTOS, 3));
    assertSame(found, 3, 1e-4);
    assertThat(found.weightType()).isEqualTo("fp32");
  }

  @Test
  void anExportedNetworkReadBackAnswersWithItsOwnClassesAndPreprocessing() {
    ModelFile model =
        TestModels.random(
            "resnet50-v1", Head.parse("gap-linear"), TestModels.preprocessing("keras-caffe", 64));
    Path file = export(model, new Options(WeightType.FP32, true));
    ModelFile read =
        ModelFile.open(
            file.toString(), WeightSource.ofEnvironment().withOffline(true), Progress.NONE);
    assertThat(read.spec()).isEqualTo(model.spec());
  }

  @ParameterizedTest
  @CsvSource({
    "resnet20-12fca82f.th, true, 1e-4",
    "resnet56-4bfd9763.th, false, 1e-4",
  })
  void publishedCifarNetsGiveTheSameLogits(String name, boolean withPreprocessing, double logits) {
    Options options = new Options(WeightType.FP32, withPreprocessing);
    List<PictureSource> pictures = TestModels.pictures(CIFAR, 40);
    assertSame(verify(TestModels.cifar(name), options, pictures), 40, logits);
  }

  @Test
  void publishedResNet50GivesTheSameLogits() {
    assumeTrue(WeightSource.ofEnvironment().list().get(0).cached(), "the weights are not cached");
    ModelFile model = TestModels.published("imagenet");
    List<PictureSource> pictures = TestModels.pictures("data/imagenet_val500_10cls/test", 6);
    assertSame(verify(model, new Options(WeightType.FP32, true), pictures), 6, 1e-4);
  }

  @Test
  void oneFileTakesAnyNumberOfPictures() throws OrtException {
    ModelFile model = TestModels.cifar("resnet20-12fca82f.th");
    Path file = export(model, PLAIN);
    List<PictureSource> pictures = TestModels.pictures(CIFAR, 5);
    Preprocessing preprocessing = model.spec().preprocessing();
    int values = preprocessing.inputSize();
    float[] pixels = new float[5 * values];
    for (int i = 0; i < 5; i++) {
      pictures.get(i).load(new ImageDecoder(), preprocessing, pixels, i * values);
    }
    float[] expected = new float[50];
    Compute fp32 = new Compute(Device.JAVA, Precision.FP32, 1);
    try (InferenceSession session =
        Engine.inference(
            model.spec().network(), model.weights(), model.spec().picture(), 5, fp32)) {
      session.run(pixels, 5, expected);
    }
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    try (OrtSession session = environment.createSession(file.toString())) {
      for (int count : new int[] {1, 5}) {
        float[] planes = planes(Arrays.copyOf(pixels, count * values), count);
        long[] shape = {count, 3, 32, 32};
        try (OnnxTensor input =
                OnnxTensor.createTensor(environment, FloatBuffer.wrap(planes), shape);
            OrtSession.Result result = session.run(Map.of("input", input))) {
          float[][] logits = (float[][]) result.get("logits").orElseThrow().getValue();
          assertThat(logits).hasDimensions(count, 10);
          for (int i = 0; i < count * 10; i++) {
            assertThat(logits[i / 10][i % 10]).isCloseTo(expected[i], within(1e-4f));
          }
        }
      }
    }
  }

  private static float[] planes(float[] pixels, int count) {
    int positions = pixels.length / count / 3;
    float[] planes = new float[pixels.length];
    for (int i = 0; i < pixels.length; i++) {
      int picture = i / (3 * positions);
      int position = i / 3 % positions;
      planes[(picture * 3 + i % 3) * positions + position] = pixels[i];
    }
    return planes;
  }

  @Test
  void theMetadataSayWhatTheModelFileSays() throws OrtException, IOException {
    ModelFile model =
        TestModels.random("resnet8-cifar", Head.gapLinear(), TestModels.preprocessing("none", 32));
    Path file = export(model, PLAIN);
    try (OrtSession session = OrtEnvironment.getEnvironment().createSession(file.toString())) {
      Map<String, String> metadata = session.getMetadata().getCustomMetadata();
      assertThat(metadata)
          .containsOnlyKeys(
              "architecture", "classes", "preprocessing", "metrics", "provenance", "weight_type");
      JsonNode classes = new ObjectMapper().readTree(metadata.get("classes"));
      assertThat(classes.findValuesAsText("name")).isEqualTo(TestModels.CLASSES);
      JsonNode preprocessing = new ObjectMapper().readTree(metadata.get("preprocessing"));
      assertThat(Preprocessing.fromJson(preprocessing)).isEqualTo(model.spec().preprocessing());
      assertThat(session.getInputNames()).containsExactly("input");
      assertThat(session.getOutputNames()).containsExactly("logits", "probabilities");
    }
  }

  /** What was written is read by our own reader of ONNX, as the network that it is. */
  @ParameterizedTest
  @CsvSource({"resnet18, FP32", "resnet50-v1, FP32", "resnet20-cifar, FP16", "resnet8-cifar, FP32"})
  void ourOwnReaderRecognisesTheNetwork(String architecture, WeightType type) {
    ModelFile model =
        TestModels.random(architecture, Head.gapLinear(), TestModels.preprocessing("unit", 32));
    Path file = export(model, new Options(type, true));
    LoadedWeights read =
        new WeightSource(
                io.residua.weights.internal.Catalogue.builtIn(),
                io.residua.weights.internal.WeightStore.ofEnvironment())
            .withOffline(true)
            .load(file.toString(), Progress.NONE);
    assertThat(read.architecture()).contains(architecture);
    Coverage.of(model.spec().network(), read.weights()).requireExact("the file");
    float[] logits = logits(model, model.weights());
    float[] again = logits(model, read.weights());
    float tolerance = type == WeightType.FP16 ? 1e-2f : 1e-4f;
    for (int i = 0; i < logits.length; i++) {
      assertThat(again[i]).isCloseTo(logits[i], within(tolerance));
    }
  }

  private static float[] logits(ModelFile model, WeightMap weights) {
    Compute fp32 = new Compute(Device.JAVA, Precision.FP32, 1);
    try (InferenceSession session =
        Engine.inference(model.spec().network(), weights, model.spec().picture(), 1, fp32)) {
      float[] input = new float[session.inputSize()];
      for (int i = 0; i < input.length; i++) {
        input[i] = (i % 251) / 251f;
      }
      float[] logits = new float[session.outputSize()];
      session.run(input, 1, logits);
      return logits;
    }
  }

  @Test
  void halfFloatsTakeHalfTheSizeAndNearlyTheSameAnswers() throws IOException {
    ModelFile model = TestModels.cifar("resnet20-12fca82f.th");
    long whole = Files.size(export(model, PLAIN));
    Verification found =
        verify(model, new Options(WeightType.FP16, false), TestModels.pictures(CIFAR, 60));
    assertThat(Files.size(folder.resolve("model.onnx"))).isLessThan(whole * 6 / 10);
    assertThat(found.equalPredictions()).isEqualTo(60);
    assertThat(found.largestProbabilityDifference()).isBetween(1e-7, 1e-2);
    assertThat(found.weightType()).isEqualTo("fp16");
  }

  @Test
  void weightsThatHalfFloatsDoNotHoldAreRefused() {
    ModelFile model =
        TestModels.random("resnet8-cifar", Head.gapLinear(), TestModels.preprocessing("none", 32));
    Map<String, FloatTensor> tensors = new LinkedHashMap<>(model.weights().asMap());
    float[] large = tensors.get("fc.weight").toArray();
    large[5] = 70_000;
    tensors.put(
        "fc.weight",
        new FloatTensor(model.weights().get("fc.weight").shape(), FloatBuffer.wrap(large)));
    ModelFile changed =
        new ModelFile(model.spec(), new WeightMap(tensors), model.metrics(), model.provenance());
    assertThatExceptionOfType(ExportException.class)
        .isThrownBy(() -> export(changed, new Options(WeightType.FP16, false)))
        .withMessage(
            "fc.weight reaches 70000.0, more than 16-bit floats hold (65504): export it in fp32");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void int8KeepsMostAnswersWithTheEnginesScales() {
    assumeTrue(Natives.available(), "no oneDNN natives on this platform");
    ModelFile model = TestModels.cifar("resnet20-12fca82f.th");
    Calibration calibration =
        ModelCalibrator.calibrate(
                model,
                TestModels.pictures("data/cifar10_lossless/train", 100),
                100,
                Optional.empty(),
                "training pictures",
                2,
                Progress.NONE)
            .calibration();
    Verification found =
        verify(
            model.with(calibration),
            new Options(WeightType.INT8, true),
            TestModels.pictures(CIFAR, 249));
    assertThat(found.weightType()).isEqualTo("int8");
    assertThat(found.equalPredictions()).isGreaterThanOrEqualTo(240);
    assertThat(found.largestProbabilityDifference()).isGreaterThan(1e-3);
  }

  /** Calibrated on pictures of other data sets; beside what the engine answers in fp32. */
  @Tag("slow")
  @Test
  void int8LosesAtMostOnePointFiveOnImageNet() {
    assumeTrue(Natives.available(), "no oneDNN natives on this platform");
    assumeTrue(WeightSource.ofEnvironment().list().get(0).cached(), "the weights are not cached");
    ModelFile model = TestModels.published("imagenet");
    List<PictureSource> typical = new ArrayList<>();
    for (String set : List.of("hymenoptera", "intel_scene_mini", "cats_dogs_small")) {
      typical.addAll(TestModels.pictures("data/" + set + "/train", 67));
    }
    ModelFile calibrated =
        model.with(
            ModelCalibrator.calibrate(
                    model, typical, 200, Optional.empty(), "other sets", 2, Progress.NONE)
                .calibration());
    ImageDataset data = OpenedData.open(Shared.path("data/imagenet_val500_10cls")).all();
    int[] classOf =
        ClassMapping.match(data.classes(), model.spec().classIds(), model.spec().classes());
    Path file = export(calibrated, new Options(WeightType.INT8, true));
    Verification found =
        new Verifier(2, folder, true)
            .verify(
                calibrated,
                file,
                data.samples().stream().map(Sample::source).toList(),
                Optional.of(data.samples().stream().mapToInt(s -> classOf[s.label()]).toArray()),
                Progress.NONE);
    assertThat(found.right().orElseThrow().model()).isEqualTo(358);
    assertThat(found.right().get().exported()).isGreaterThanOrEqualTo(358 - 7);
  }

  @Test
  void int8NeedsACalibrationThatKnowsAllValues() {
    ModelFile model =
        TestModels.random("resnet8-cifar", Head.gapLinear(), TestModels.preprocessing("none", 32));
    Options int8 = new Options(WeightType.INT8, false);
    assertThatExceptionOfType(ExportException.class)
        .isThrownBy(() -> export(model, int8))
        .withMessage(
            "the model has no calibration, which int8 needs: run 'residua calibrate' first");
    Calibration old =
        new Calibration(new TreeMap<>(Map.of("relu", 1f)), Calibration.Method.MIN_MAX, 1, "x");
    assertThatExceptionOfType(ExportException.class)
        .isThrownBy(() -> export(model.with(old), int8))
        .withMessageStartingWith("its calibration knows nothing of layer1.0.")
        .withMessageEndingWith(": run 'residua calibrate' again");
  }
}
