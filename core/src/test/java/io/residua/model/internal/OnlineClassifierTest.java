package io.residua.model.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import io.residua.Progress;
import io.residua.engine.Compute;
import io.residua.image.Preprocessing;
import io.residua.image.RgbImage;
import io.residua.image.TestTimeAugmentation;
import io.residua.model.Classifier;
import io.residua.model.Classifier.Options;
import io.residua.model.ModelException;
import io.residua.model.ModelFile;
import io.residua.model.Prediction;
import io.residua.model.internal.OnlineClassifier.Computed;
import io.residua.model.internal.OnlineClassifier.Prepared;
import io.residua.testkit.Pictures;
import io.residua.testkit.RandomModel;
import io.residua.testkit.Tiny;
import io.residua.weights.WeightSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server computes is what the classifier answers. */
class OnlineClassifierTest {
  private static final List<String> CLASSES = List.of("cat", "dog", "owl");
  private static final Compute COMPUTE = Tiny.ONE_THREAD.withPicturesPerCall(4);
  private static final long PIXELS = 1_000_000;

  @TempDir private Path folder;

  private static ModelFile model(long seed) {
    Preprocessing input = Preprocessing.preset("torchvision").withSize(32);
    return RandomModel.of("resnet20-cifar-b", "gap-linear", CLASSES, input, seed);
  }

  private static List<RgbImage> pictures(int count) {
    List<RgbImage> pictures = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pictures.add(Pictures.noise(40 + i, 50, i));
    }
    return pictures;
  }

  private static void equals(OnlineClassifier online, int count) {
    List<RgbImage> pictures = pictures(count);
    List<Prepared> prepared = pictures.stream().map(online::prepare).toList();
    List<Computed> computed = online.compute(prepared, false);
    assertThat(computed).hasSize(count);
    for (int i = 0; i < count; i++) {
      Prediction expected = online.classifier().predict(pictures.get(i));
      Prediction answer = computed.get(i).prediction();
      assertThat(answer).isNotNull();
      for (int c = 0; c < CLASSES.size(); c++) {
        assertThat(answer.probabilities().get(c))
            .isCloseTo(expected.probabilities().get(c), within(1e-5));
      }
      Prediction ofLogits = Prediction.ofLogits(computed.get(i).logits(), 0, CLASSES);
      assertThat(ofLogits.probability()).isCloseTo(expected.probability(), within(1e-5));
    }
  }

  @Test
  void itAnswersAsTheClassifierInAnyBatch() {
    try (OnlineClassifier online = new Classifier(model(1), Options.on(COMPUTE)).online(PIXELS)) {
      for (int count : new int[] {1, 3, 4, 9}) {
        equals(online, count);
      }
      assertThat(online.picturesPerCall()).isEqualTo(4);
      assertThat(online.isSingle()).isTrue();
    }
  }

  @Test
  void anEnsembleThatLooksAtSeveralViewsAnswersAsTheClassifier() {
    Options options = Options.on(COMPUTE).with(TestTimeAugmentation.FLIP);
    try (OnlineClassifier online =
        Classifier.ensemble(List.of(model(1), model(2)), options).online(PIXELS)) {
      equals(online, 5);
      assertThat(online.featuresProblem()).contains("ensemble");
      assertThatExceptionOfType(ModelException.class)
          .isThrownBy(() -> online.prepared(new float[32 * 32 * 3]))
          .withMessageContaining("views");
    }
  }

  @Test
  void anInputWithoutAnAnswerSpoilsNoOther() {
    try (OnlineClassifier online = new Classifier(model(1), Options.on(COMPUTE)).online(PIXELS)) {
      float[] wild = new float[32 * 32 * 3];
      Arrays.fill(wild, Float.NaN);
      assertThatExceptionOfType(ModelException.class)
          .isThrownBy(() -> online.prepared(wild))
          .withMessageContaining("no finite number");
      Arrays.fill(wild, 3e38f);
      RgbImage picture = pictures(1).get(0);
      List<Computed> computed =
          online.compute(List.of(online.prepared(wild), online.prepare(picture)), true);
      assertThat(computed.get(0).prediction()).isNull();
      assertThat(computed.get(0).problem()).contains("no finite number");
      assertThat(computed.get(1).prediction().label())
          .isEqualTo(online.classifier().predict(picture).label());
    }
  }

  @Test
  void featuresAreTheLastMapsMeans() {
    try (OnlineClassifier online = new Classifier(model(1), Options.on(COMPUTE)).online(PIXELS)) {
      Prepared one = online.prepare(pictures(1).get(0));
      float[] features = online.features(List.of(one, one), false).get(1);
      assertThat(features).hasSize(online.featureCount()).hasSize(64);
      float[] weight = online.classifier().model().weights().get("fc.weight").toArray();
      float[] bias = online.classifier().model().weights().get("fc.bias").toArray();
      double logit = bias[0];
      for (int i = 0; i < features.length; i++) {
        logit += weight[i] * features[i];
      }
      assertThat(online.compute(List.of(one), false).get(0).logits()[0])
          .isCloseTo((float) logit, within(1e-4f));
    }
  }

  @Test
  void aFileMayBeGoneOnceItIsOpen() throws Exception {
    Path file = folder.resolve("model.safetensors");
    model(1).write(file);
    try (OnlineClassifier online =
        OnlineClassifier.open(
            file.toString(),
            WeightSource.ofEnvironment(),
            Options.on(COMPUTE),
            PIXELS,
            Progress.NONE)) {
      Files.write(file, new byte[0]);
      equals(online, 2);
      assertThat(online.features(List.of(online.prepare(pictures(1).get(0))), false)).hasSize(1);
    }
  }

  @Test
  void aPictureOfMorePixelsIsRefused() {
    try (OnlineClassifier online = new Classifier(model(1), Options.on(COMPUTE)).online(100)) {
      assertThatExceptionOfType(io.residua.image.ImageException.class)
          .isThrownBy(() -> online.decode(pictures(1).get(0).toPng(), "big.png"))
          .withMessageStartingWith("big.png: ");
    }
  }
}
