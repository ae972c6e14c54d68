package io.residua.engine.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.Progress;
import io.residua.Shared;
import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.image.ImageDecoder;
import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.Resize;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.ResNetSpec;
import io.residua.nn.internal.Shape;
import io.residua.testkit.Precisions;
import io.residua.weights.WeightSource;
import io.residua.weights.internal.WeightMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every executor against the golden logits of real ResNet-50 weights on real pictures. */
class ResNet50LogitsTest {
  private static final int PICTURES = 12;
  private static final int CLASSES = 1000;
  private static final Preprocessing AS_STORED =
      Preprocessing.preset("keras-caffe").withResize(Resize.SQUASH);

  static Stream<Arguments> computations() {
    // fp32's tolerance is golden/README.md's for the same pixels; bf16 keeps 8 bits of mantissa
    Map<Precision, Double> tolerances = Map.of(Precision.FP32, 0.001, Precision.BF16, 0.35);
    Stream<Arguments> oneDnn =
        Precisions.ofInference().stream()
            .map(precision -> Arguments.of(Device.CPU, precision, tolerances.get(precision)));
    return Stream.concat(
        oneDnn,
        Stream.of(Arguments.of(Device.JAVA, Precision.FP32, tolerances.get(Precision.FP32))));
  }

  @ParameterizedTest
  @MethodSource("computations")
  void agreesWithTheReference(Device device, Precision precision, double tolerance)
      throws Exception {
    double[] golden = Shared.npy("golden/resnet50/logits_f64.npy");
    List<JsonNode> pictures = pictures();
    Network network = ResNetSpec.named("resnet50-v1").network(CLASSES);
    float[] input = new float[PICTURES * AS_STORED.inputSize()];
    for (int i = 0; i < PICTURES; i++) {
      AS_STORED.apply(
          new ImageDecoder().decode(Shared.path(pictures.get(i).get("file").asText())),
          input,
          i * AS_STORED.inputSize());
    }
    float[] logits = new float[PICTURES * CLASSES];
    try (InferenceSession session =
        Engine.inference(
            network, weights(), Shape.rgb(224), PICTURES, new Compute(device, precision, 2))) {
      session.run(input, PICTURES, logits);
    }
    for (int i = 0; i < PICTURES; i++) {
      for (int c = 0; c < CLASSES; c++) {
        assertThat((double) logits[i * CLASSES + c])
            .as("picture %d, class %d", i, c)
            .isCloseTo(golden[i * CLASSES + c], within(tolerance));
      }
      int expected = pictures.get(i).get("top5").get(0).get("index").asInt();
      assertThat(argMax(logits, i * CLASSES)).as("class of picture %d", i).isEqualTo(expected);
    }
  }

  @Test
  void pooledFeaturesAgreeWithTheReference() throws Exception {
    double[] golden = Shared.npy("golden/resnet50/pooled_f64.npy");
    Network features = ResNetSpec.named("resnet50-v1").network(CLASSES).upTo("avgpool");
    List<JsonNode> pictures = pictures();
    float[] input = new float[AS_STORED.inputSize()];
    try (BatchRunner runner =
        new BatchRunner(
            features, weights(), Shape.rgb(224), new Compute(Device.CPU, Precision.FP32, 2))) {
      for (int i = 0; i < PICTURES; i++) {
        AS_STORED.apply(
            new ImageDecoder().decode(Shared.path(pictures.get(i).get("file").asText())), input, 0);
        float[] pooled = runner.runOne(input);
        for (int c = 0; c < pooled.length; c++) {
          assertThat((double) pooled[c]).isCloseTo(golden[i * pooled.length + c], within(5e-4));
        }
      }
    }
  }

  private static List<JsonNode> pictures() throws Exception {
    JsonNode images = Shared.json("golden/resnet50/images.json");
    return images.get("images").valueStream().toList();
  }

  static WeightMap weights() {
    return WeightSource.ofEnvironment().load("imagenet", Progress.NONE).weights();
  }

  private static int argMax(float[] logits, int from) {
    int best = 0;
    for (int c = 1; c < CLASSES; c++) {
      if (logits[from + c] > logits[from + best]) {
        best = c;
      }
    }
    return best;
  }
}
