package io.residua.train.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.residua.data.ImageDataset;
import io.residua.data.PictureSource.PictureFile;
import io.residua.data.Sample;
import io.residua.image.Augmentations;
import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.Resize;
import io.residua.image.RgbImage;
import io.residua.model.Classifier;
import io.residua.testkit.Stripes;
import io.residua.train.Recipe;
import io.residua.train.TrainedRun;
import io.residua.train.Trainer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingSizeTest {
  @TempDir Path folder;

  private static Preprocessing of(int sizePx, Resize resize) {
    return Preprocessing.preset("torchvision").withSize(sizePx).withResize(resize);
  }

  private PictureExamples examples(RgbImage picture, Resize resize, String augment) {
    Path file = folder.resolve("p.png");
    picture.writePng(file);
    ImageDataset data =
        new ImageDataset(List.of("a"), List.of(new Sample(new PictureFile(file), "p", 0)));
    return new PictureExamples(
        data, of(32, resize), of(24, resize), Augmentations.parse(augment), 1, folder);
  }

  private static float[] load(PictureExamples examples, int epoch, int sizePx) {
    float[] pixels = new float[3 * sizePx * sizePx];
    examples.load(0, epoch, pixels, 0);
    return pixels;
  }

  private static float[] input(RgbImage picture, Preprocessing preprocessing) {
    float[] pixels = new float[3 * preprocessing.sizePx() * preprocessing.sizePx()];
    preprocessing.normalise(preprocessing.prepare(picture), pixels, 0);
    return pixels;
  }

  @Test
  void picturesAreResizedToTheSizeOfTrainingAndLookedAtInTheOther() {
    RgbImage picture = Stripes.picture(true, 3);
    try (PictureExamples examples = examples(picture, Resize.CROP, "none")) {
      assertThat(load(examples, 0, 24)).isEqualTo(input(picture, of(24, Resize.CROP)));
      assertThat(load(examples, -1, 32)).isEqualTo(input(picture, of(32, Resize.CROP)));
    }
  }

  @Test
  void picturesThatAreNotResizedAreCutAtPlacesThatTheSeedDecides() {
    RgbImage picture = Stripes.picture(true, 3);
    Preprocessing cut = of(24, Resize.NONE);
    try (PictureExamples examples = examples(picture, Resize.NONE, "none")) {
      Set<Integer> places = new HashSet<>();
      for (int epoch = 0; epoch < 40; epoch++) {
        float[] seen = load(examples, epoch, 24);
        assertThat(load(examples, epoch, 24)).isEqualTo(seen);
        for (int place = 0; place < 81; place++) {
          if (Arrays.equals(seen, input(picture.crop(place % 9, place / 9, 24, 24), cut))) {
            places.add(place);
          }
        }
      }
      assertThat(places).hasSizeBetween(25, 40);
      assertThat(load(examples, -1, 32)).isEqualTo(input(picture, of(32, Resize.NONE)));
    }
  }

  @ParameterizedTest
  @CsvSource({"squash, flip-horizontal(p=0.5)", "none, pad-crop(border=2)", "crop, resized-crop()"})
  void aNetworkTrainedOnSmallerPicturesIsValidatedAndKeptAtItsOwnSize(String resize, String augment)
      throws Exception {
    Path data = Stripes.folder(folder.resolve("data"), 24);
    Recipe recipe = small().with("resize", resize).with("augment", augment);
    TrainedRun run = Trainer.create().train(data, recipe, folder.resolve("run"));
    assertThat(run.train().accuracy()).isGreaterThan(0.9);
    try (Classifier classifier = Classifier.load(run.model())) {
      assertThat(classifier.spec().preprocessing().sizePx()).isEqualTo(32);
      assertThat(classifier.predict(Stripes.picture(true, 99)).label()).isEqualTo("across");
      assertThat(classifier.predict(Stripes.picture(false, 99)).label()).isEqualTo("down");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "train_size=40 resize=none | train_size is 40, but pictures of 32 px are cut and not resized",
        "model=resnet20-cifar head=flatten-dropout:0.5 | resnet20-cifar + flatten-dropout:0.5 has other layers for that size than",
        "image_size=150 train_size=112 resize=squash | has other layers for that size than for 150 px",
        "train_size=4 | train_size is '4', not a whole number from 8 to 4096, or 0"
      })
  void whatCannotBeIsSaidBeforehand(String settings, String message) throws Exception {
    Path data = Stripes.folder(folder.resolve("data"), 8);
    assertThatThrownBy(
            () -> {
              Recipe recipe = small();
              for (String setting : settings.split(" ")) {
                String[] parts = setting.split("=");
                recipe = recipe.with(parts[0], parts[1]);
              }
              Trainer.create().train(data, recipe, folder.resolve("run"));
            })
        .hasMessageContaining(message);
    assertThat(folder.resolve("run")).doesNotExist();
  }

  private static Recipe small() {
    return Recipe.defaults()
        .with("weights", "none")
        .with("model", "resnet9")
        .with("image_size", "32")
        .with("train_size", "24")
        .with("epochs", "6")
        .with("batch_size", "8");
  }
}
