package io.residua.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.residua.Progress;
import io.residua.UsageException;
import io.residua.data.ImageDataset;
import io.residua.data.PictureSource.PictureFile;
import io.residua.data.Sample;
import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.Resize;
import io.residua.image.RgbImage;
import io.residua.image.TestTimeAugmentation;
import io.residua.image.internal.Fill;
import io.residua.image.internal.Geometry;
import io.residua.model.Classifier.Options;
import io.residua.testkit.Pictures;
import io.residua.testkit.RandomModel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that are means: over views of a picture, over models. */
class AveragedAnswersTest {
  private static final Compute JAVA = new Compute(Device.JAVA, Precision.FP32, 1);

  @TempDir private Path folder;

  private static Classifier classifier(long seed, Resize resize, String... classes) {
    return new Classifier(model(seed, resize, classes), Options.on(JAVA));
  }

  /** The first of them, which takes means over views. */
  private static Classifier averaging(
      TestTimeAugmentation views, Resize resize, String... classes) {
    return new Classifier(model(1, resize, classes), Options.on(JAVA).with(views));
  }

  private static ModelFile model(long seed, Resize resize, String... classes) {
    Preprocessing input = Preprocessing.preset("torchvision").withSize(32).withResize(resize);
    return RandomModel.of("resnet8-cifar", "gap-linear", List.of(classes), input, seed);
  }

  private static void assertMean(Prediction mean, Prediction... answers) {
    for (int c = 0; c < mean.classes().size(); c++) {
      double sum = 0;
      for (Prediction p : answers) {
        sum += p.probabilities().get(c);
      }
      assertThat(mean.probabilities().get(c)).isCloseTo(sum / answers.length, within(1e-6));
    }
  }

  @Test
  void flipAveragesThePictureAndItsMirrorImage() {
    RgbImage picture = Pictures.noise(32, 32, 1);
    try (Classifier plain = classifier(1, Resize.NONE, "a", "b", "c");
        Classifier flip = averaging(TestTimeAugmentation.FLIP, Resize.NONE, "a", "b", "c")) {
      assertMean(
          flip.predict(picture),
          plain.predict(picture),
          plain.predict(Geometry.flipHorizontally(picture)));
    }
  }

  @Test
  void flipShiftAveragesThePictureMovedTwoWaysAndTheMirrorImages() {
    RgbImage picture = Pictures.noise(32, 32, 1);
    // One pixel is a 32nd; beyond the edge comes the second pixel again.
    RgbImage padded = Geometry.pad(picture, 1, Fill.REFLECT);
    RgbImage lowerRight = padded.crop(0, 0, 32, 32);
    RgbImage upperLeft = padded.crop(2, 2, 32, 32);
    try (Classifier plain = classifier(1, Resize.NONE, "a", "b", "c");
        Classifier moving =
            averaging(TestTimeAugmentation.FLIP_SHIFT, Resize.NONE, "a", "b", "c")) {
      assertMean(
          moving.predict(picture),
          plain.predict(picture),
          plain.predict(lowerRight),
          plain.predict(upperLeft),
          plain.predict(Geometry.flipHorizontally(picture)),
          plain.predict(Geometry.flipHorizontally(lowerRight)),
          plain.predict(Geometry.flipHorizontally(upperLeft)));
    }
  }

  @Test
  void fiveCropAveragesTheCentreAndTheCorners() {
    // The shorter side of 37 px is what 32 px are cut from, so that nothing is resized. The centre
    // begins at 9.5 and 2.5, which torchvision rounds to the even numbers.
    RgbImage picture = Pictures.noise(51, 37, 2);
    try (Classifier plain = classifier(1, Resize.CROP, "a", "b");
        Classifier five = averaging(TestTimeAugmentation.FIVE_CROP, Resize.CROP, "a", "b");
        Classifier whole = classifier(1, Resize.NONE, "a", "b")) {
      assertThat(plain.spec().preprocessing().shorterSidePx()).isEqualTo(37);
      assertMean(
          five.predict(picture),
          whole.predict(picture.crop(10, 2, 32, 32)),
          whole.predict(picture.crop(0, 0, 32, 32)),
          whole.predict(picture.crop(19, 0, 32, 32)),
          whole.predict(picture.crop(0, 5, 32, 32)),
          whole.predict(picture.crop(19, 5, 32, 32)));
    }
  }

  @Test
  void anEnsembleAveragesItsMembersAlsoOverFolders() {
    List<Path> files = new ArrayList<>();
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      Path file = folder.resolve("p%d.png".formatted(i));
      Pictures.noise(32, 32, i).writePng(file);
      files.add(file);
      samples.add(new Sample(new PictureFile(file), "p" + i, i % 2));
    }
    try (Classifier first = classifier(1, Resize.NONE, "a", "b");
        Classifier second = classifier(2, Resize.NONE, "a", "b");
        Classifier both =
            Classifier.ensemble(
                List.of(model(1, Resize.NONE, "a", "b"), model(2, Resize.NONE, "a", "b")),
                Options.on(JAVA).with(TestTimeAugmentation.FLIP))) {
      List<Classifier.Answer<Path>> answers = both.predict(files, Progress.NONE);
      for (int i = 0; i < files.size(); i++) {
        RgbImage picture = Pictures.noise(32, 32, i);
        RgbImage mirrored = Geometry.flipHorizontally(picture);
        assertMean(
            answers.get(i).prediction().orElseThrow(),
            first.predict(picture),
            first.predict(mirrored),
            second.predict(picture),
            second.predict(mirrored));
      }
      var measured =
          both.evaluate(new ImageDataset(List.of("a", "b"), samples), Progress.NONE).evaluation();
      long right = 0;
      for (int i = 0; i < files.size(); i++) {
        String label = answers.get(i).prediction().orElseThrow().label();
        right += label.equals(i % 2 == 0 ? "a" : "b") ? 1 : 0;
      }
      assertThat(measured.accuracy()).isCloseTo(right / 7.0, within(1e-12));
    }
  }

  @Test
  void modelsOfOtherClassesMakeNoEnsemble() {
    List<ModelFile> models =
        List.of(model(1, Resize.NONE, "a", "b"), model(1, Resize.NONE, "b", "a"));
    assertThatThrownBy(() -> Classifier.ensemble(models, Options.on(JAVA)))
        .isInstanceOf(ModelException.class)
        .hasMessageEndingWith(
            "the same classes in the same order: number 1 of 2 is 'a' in one, of 2 'b' in another");
  }

  @Test
  void whereOneOfTwoModelsHasMoreClassesThatIsToldInOneLine() {
    List<ModelFile> models =
        List.of(model(1, Resize.NONE, "a", "b"), model(1, Resize.NONE, "a", "b", "c"));
    assertThatThrownBy(() -> Classifier.ensemble(models, Options.on(JAVA)))
        .hasMessageEndingWith("number 3 of 2 is missing in one, of 3 'c' in another");
  }

  @ParameterizedTest
  @ValueSource(strings = {"run,", ",run", "run,,run2", ","})
  void aModelMissingBesideACommaIsAnErrorOfUse(String names) {
    assertThatThrownBy(() -> Classifier.names(names))
        .isInstanceOf(UsageException.class)
        .hasMessage("'%s': a comma stands between two models, and one is missing", names);
  }
}
