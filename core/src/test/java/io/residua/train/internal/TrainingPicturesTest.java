package io.residua.train.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.Progress;
import io.residua.data.Manifest;
import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.Sample;
import io.residua.data.inspect.internal.ClassPreview;
import io.residua.engine.Compute;
import io.residua.image.RgbImage;
import io.residua.testkit.Stripes;
import io.residua.train.FreezePlan;
import io.residua.train.Recipe;
import io.residua.train.RecipeSettings;
import io.residua.train.Trainer;
import io.residua.weights.WeightSource;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainingPicturesTest {
  @TempDir Path folder;

  private static Recipe recipe(String resize, String trainSize, String augment) {
    return Recipe.defaults()
        .with("weights", "none")
        .with("model", "resnet9")
        .with("image_size", "32")
        .with("train_size", trainSize)
        .with("resize", resize)
        .with("augment", augment)
        .with("batch_size", "8")
        .with("seed", "7");
  }

  @ParameterizedTest
  @CsvSource({
    "squash, 32, none",
    "squash, 24, keras-fruits",
    "crop, 32, resized-crop(); flip-horizontal(p=0.5)",
    "none, 24, pad-crop(border=2)",
    "crop, 32, flip-alternating()"
  })
  void theTensorsOfTrainingsLoaderAreThesePictures(String resize, String size, String augment) {
    Path data = Stripes.folder(folder.resolve("data"), 20);
    Recipe recipe = recipe(resize, size, augment);
    try (TrainingPictures seen = Trainer.create().look(data, recipe)) {
      StartingPoint from =
          StartingPoint.of(
              Foundation.of(recipe, WeightSource.ofEnvironment().withOffline(true), Progress.NONE),
              seen.pictures().classes(),
              Progress.NONE);
      FreezePlan plan = from.recipe().freezePlan(from.spec().network());
      try (TrainedPart part =
          new TrainedPart(
              from.spec(),
              from.weights(),
              plan,
              from.recipe(),
              new RunContext(Compute.auto(), Progress.NONE, folder, Optional.empty()))) {
        Examples examples = part.training(seen.pictures());
        int inputSize = 3 * Integer.parseInt(size) * Integer.parseInt(size);
        for (int epoch = 0; epoch < 2; epoch++) {
          EpochPictures order =
              new EpochPictures(
                  examples.labels(),
                  2,
                  recipe.get(RecipeSettings.SAMPLING),
                  7,
                  epoch,
                  examples.size());
          Set<Integer> compared = new HashSet<>();
          try (BatchLoader loader = new BatchLoader(examples, order, 8, 0, 4, inputSize, 2)) {
            for (int batch = 0; batch < 4; batch++) {
              BatchLoader.Batch loaded = loader.next();
              for (int i = 0; i < loaded.labels().length; i++) {
                int number = order.at(8 * batch + i);
                float[] shown = new float[inputSize];
                seen.preprocessing().normalise(seen.picture(number, epoch), shown, 0);
                assertThat(shown)
                    .isEqualTo(
                        Arrays.copyOfRange(loaded.input(), i * inputSize, (i + 1) * inputSize));
                assertThat(seen.pictures().labels()[number]).isEqualTo(loaded.labels()[i]);
                compared.add(number);
              }
            }
          }
          assertThat(compared).hasSize(examples.size());
        }
      }
    }
  }

  @Test
  void theyAreThoseThatTheRunsDivisionTrainsOn() {
    Path data = Stripes.folder(folder.resolve("data"), 20);
    Recipe recipe = recipe("squash", "32", "none");
    Trainer trainer = Trainer.create();
    try (TrainingPictures seen = trainer.look(data, recipe)) {
      assertThat(seen.pictures().samples())
          .extracting(Sample::name)
          .containsExactlyInAnyOrderElementsOf(
              trainer.divide(data, recipe).entries().stream()
                  .filter(e -> e.split() == Part.TRAIN)
                  .map(Manifest.Entry::path)
                  .toList());
    }
  }

  @Test
  void thePreviewHoldsThesePicturesPixelByPixel() {
    Path data = Stripes.folder(folder.resolve("data"), 20);
    Recipe recipe = recipe("squash", "24", "pad-crop(border=4); flip-horizontal(p=0.5)");
    try (TrainingPictures seen = Trainer.create().look(data, recipe)) {
      ClassPreview preview =
          new ClassPreview(OpenedData.open(data), new ClassPreview.Plan(40, 24, 2), seen);
      RgbImage grid = preview.grid(Progress.NONE);
      Set<Integer> found = new HashSet<>();
      for (int pass = 0; pass < 2; pass++) {
        // Rows of the first class: as stored, then a pass each, cells of 24 pixels in a pitch of
        // 26.
        int column = 0;
        for (int number = 0; number < seen.pictures().size(); number++) {
          if (seen.pictures().labels()[number] == 0) {
            RgbImage cell = grid.crop(2 + 26 * column, 2 + 26 * (1 + pass), 24, 24);
            assertThat(cell).isEqualTo(seen.picture(number, pass));
            found.add(number);
            column++;
          }
        }
      }
      assertThat(found).hasSizeGreaterThan(10);
      assertThat(seen.describe()).contains("pad-crop", "24", "seed 7");
    }
  }

  @Test
  void mixingThatIsNotShownIsSaid() {
    Path data = Stripes.folder(folder.resolve("data"), 20);
    Recipe recipe = recipe("squash", "32", "none").with("mix", "mixup(alpha=0.3)");
    try (TrainingPictures seen = Trainer.create().look(data, recipe)) {
      assertThat(seen.describe()).contains("mix: mixup(alpha=0.3), which is not shown");
    }
  }
}
