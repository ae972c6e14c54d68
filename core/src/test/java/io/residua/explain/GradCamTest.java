package io.residua.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.residua.UsageException;
import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.image.Preprocessing;
import io.residua.image.RgbImage;
import io.residua.model.ModelFile;
import io.residua.nn.internal.Shape;
import io.residua.testkit.Pictures;
import io.residua.testkit.RandomModel;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GradCamTest {
  private static final int SIZE_PX = 16;
  private static final Compute JAVA = new Compute(Device.JAVA, Precision.FP32, 1);

  private static ModelFile model(String head) {
    List<String> classes = List.of("ant", "bee", "cat");
    Preprocessing input = Preprocessing.preset("torchvision").withSize(SIZE_PX);
    return RandomModel.of("resnet8-cifar", head, classes, input, 7);
  }

  private static RgbImage picture(long seed) {
    return Pictures.noise(SIZE_PX, SIZE_PX, seed);
  }

  @Test
  void theMapIsThatOfThePaperByHand() {
    // Two channels of 1×2 positions; mean gradients are 2 and -1.
    float[] activation = {1, 3, 4, 5};
    float[] gradient = {1, 3, -2, 0};
    float[] map = GradCam.map(activation, gradient, new Shape(2, 1, 2));
    assertThat(map).containsExactly(0f, 1f); // 2·1 - 1·4 = -2, which does not count; 2·3 - 1·5 = 1
  }

  @Test
  void onPooledFeaturesTheGradientIsTheHeadsWeights() {
    ModelFile model = model("gap-linear");
    RgbImage picture = picture(1);
    try (GradCam cam = GradCam.of(model, "layer3", JAVA)) {
      float[] features = Activations.of(model, cam.layer(), picture);
      float[] head = model.weights().get("fc.weight").toArray();
      float most = 0;
      for (int label = 0; label < 3; label++) {
        Heatmap map = cam.explain(picture, OptionalInt.of(label));
        int plane = map.width() * map.height();
        int channels = features.length / plane;
        for (int p = 0; p < plane; p++) {
          double sum = 0;
          for (int c = 0; c < channels; c++) {
            sum += head[label * channels + c] / (double) plane * features[c * plane + p];
          }
          assertThat((double) map.values()[p]).isCloseTo(Math.max(0, sum), within(1e-5));
        }
        most = Math.max(most, map.peak());
      }
      assertThat(most).isGreaterThan(1e-3f);
    }
  }

  /** Layers between blocks, and within a block beside a shortcut, whose values are kept there. */
  @ParameterizedTest
  @ValueSource(strings = {"relu", "layer1", "layer2.0.bn1", "layer2.0.relu1", "layer3.0.bn2"})
  void channelWeightsAreTheLogitsSlopes(String layer) {
    ModelFile model = model("flatten-dropout:0.5");
    RgbImage picture = picture(2);
    try (GradCam cam = GradCam.of(model, layer, JAVA)) {
      float[][] expected = Activations.mapsByDifferences(model, cam.layer(), picture);
      float most = 0;
      for (int label = 0; label < 3; label++) {
        Heatmap map = cam.explain(picture, OptionalInt.of(label));
        // Differences step over the kinks of some ReLUs.
        float precision = Math.max(2e-5f, 0.06f * map.peak());
        assertThat(map.values())
            .usingComparatorWithPrecision(precision)
            .containsExactly(expected[label]);
        most = Math.max(most, map.peak());
      }
      assertThat(most).isGreaterThan(1e-3f);
    }
  }

  @Test
  void theExecutorDoesNotMatter() {
    ModelFile model = model("gap-linear");
    Compute fastest = Compute.auto().with(Precision.FP32);
    try (GradCam java = GradCam.of(model, "layer2", JAVA);
        GradCam fast = GradCam.of(model, "layer2", fastest)) {
      Heatmap expected = java.explain(picture(4), OptionalInt.of(0));
      assertThat(fast.explain(picture(4), OptionalInt.of(0)).values())
          .usingComparatorWithPrecision(1e-4f)
          .containsExactly(expected.values());
    }
  }

  @Test
  void theMostLikelyClassIsExplainedUnlessAnotherIsAskedFor() {
    try (GradCam cam = GradCam.of(model("gap-mlp:8"), "layer3", JAVA)) {
      Heatmap map = cam.explain(picture(3), OptionalInt.empty());
      for (float logit : map.logits()) {
        assertThat(map.logits()[map.classIndex()]).isGreaterThanOrEqualTo(logit);
      }
      assertThat(cam.explain(picture(3), OptionalInt.of(0)).classIndex()).isZero();
    }
  }

  @Test
  void aLayerWithoutPositionsIsRefused() {
    ModelFile model = model("gap-linear");
    for (String layer : new String[] {"fc", "avgpool", "layer9", ""}) {
      assertThatExceptionOfType(UsageException.class)
          .isThrownBy(() -> GradCam.of(model, layer, JAVA))
          .withMessageContaining("layer1, layer2, layer3");
    }
  }

  @Test
  void theOverlayIsBrightWhereTheMapIs() {
    RgbImage grey = new RgbImage(40, 20);
    Arrays.fill(grey.rgb(), (byte) 100);
    Heatmap map = new Heatmap(grey, 0, new float[] {1}, 2, 1, new float[] {0, 3});
    RgbImage overlay = map.overlay();
    assertThat(overlay.width()).isEqualTo(40);
    assertThat(overlay.sample(2, 10, 0)).isEqualTo(100);
    assertThat(overlay.sample(2, 10, 2)).isEqualTo(100);
    assertThat(overlay.sample(37, 10, 0)).isGreaterThan(180);
    assertThat(overlay.sample(37, 10, 1)).isGreaterThan(170);
    Heatmap nothing = new Heatmap(grey, 0, new float[] {1}, 2, 1, new float[] {0, 0});
    assertThat(nothing.overlay().sample(37, 10, 0)).isEqualTo(100);
  }
}
