package io.residua.weights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.Progress;
import io.residua.Shared;
import io.residua.data.OpenedData;
import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.engine.internal.BatchRunner;
import io.residua.eval.Evaluation;
import io.residua.image.ImageDecoder;
import io.residua.image.Preprocessing;
import io.residua.model.Classifier;
import io.residua.model.Classifier.Options;
import io.residua.nn.internal.ResNetSpec;
import io.residua.nn.internal.Shape;
import io.residua.weights.WeightSource;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Published CIFAR weights give what other programs got with them. */
class PublishedCifarTest {
  private static final Compute FP32 = new Compute(Device.CPU, Precision.FP32, 2);
  private static final int CLASSES = 10;

  /** How many of the 249 test pictures are right, as shared/data/README.md states them. */
  @ParameterizedTest
  @CsvSource({
    "akamaster_cifar10/resnet20-12fca82f.th, resnet20-cifar, 231",
    "akamaster_cifar10/resnet32-d509ac18.th, resnet32-cifar, 231",
    "akamaster_cifar10/resnet44-014dd654.th, resnet44-cifar, 233",
    "akamaster_cifar10/resnet56-4bfd9763.th, resnet56-cifar, 236",
    "mlperf_tiny/pretrainedResnet.h5, resnet8-cifar, 226",
  })
  void asManyAreRight(String file, String architecture, int right) {
    String path = Shared.path("data/weights/" + file).toString();
    WeightSource source = WeightSource.ofEnvironment();
    try (Classifier classifier =
        Classifier.open(path, source.withOffline(true), Options.on(FP32), Progress.NONE)) {
      assertThat(classifier.spec().architecture()).isEqualTo(architecture);
      OpenedData data = OpenedData.open(Shared.path("data/cifar10_lossless/test"));
      Evaluation found = classifier.evaluate(data.all(), Progress.NONE).evaluation();
      assertThat(found.n()).isEqualTo(249);
      assertThat(found.confusion().right()).isEqualTo(right);
    }
  }

  /** The tolerance is golden/README.md's. */
  @ParameterizedTest
  @CsvSource({
    "resnet20-12fca82f.th, resnet20_logits_f64.npy",
    "resnet56-4bfd9763.th, resnet56_logits_f64.npy",
  })
  void logitsAreTheReferences(String file, String golden) throws IOException {
    double[] expected = Shared.npy("golden", "cifar", golden);
    JsonNode cifar = Shared.json("golden/cifar/cifar.json");
    List<JsonNode> pictures = cifar.get("files_sorted_by_path").valueStream().toList();
    WeightFile weights = WeightFile.open(Shared.path("data/weights/akamaster_cifar10/" + file));
    Recognition recognition = Recognition.of(weights).orElseThrow();
    Preprocessing preprocessing = recognition.preprocessing();
    try (BatchRunner runner =
        new BatchRunner(
            ResNetSpec.named(recognition.architecture()).network(CLASSES),
            recognition.weights(weights),
            Shape.rgb(32),
            FP32)) {
      float[] input = new float[preprocessing.inputSize()];
      for (int i = 0; i < pictures.size(); i++) {
        preprocessing.apply(
            new ImageDecoder().decode(Shared.path(pictures.get(i).asText())), input, 0);
        float[] logits = runner.runOne(input);
        for (int c = 0; c < CLASSES; c++) {
          assertThat((double) logits[c])
              .as("picture %d, class %d", i, c)
              .isCloseTo(expected[i * CLASSES + c], within(1e-3));
        }
      }
    }
  }
}
