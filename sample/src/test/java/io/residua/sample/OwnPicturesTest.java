package io.residua.sample;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.Progress;
import io.residua.data.OpenedData;
import io.residua.model.Classifier;
import io.residua.train.Recipe;
import io.residua.train.TrainedRun;
import io.residua.train.Trainer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The main job from end to end with nothing but what the project itself can draw. */
class OwnPicturesTest {
  @TempDir Path folder;

  @Test
  void aSampleSetIsLearntMeasuredKeptAndPredicted() throws Exception {
    Path data = folder.resolve("fruit");
    SampleSet.render(data, 30, 10, 1, Progress.NONE);
    Recipe recipe =
        Recipe.defaults()
            .with("weights", "none")
            .with("model", "resnet20-cifar")
            .with("image_size", "32")
            .with("resize", "squash")
            .with("freeze", "none")
            .with("epochs", "8")
            .with("batch_size", "16");
    Path out = folder.resolve("run");
    TrainedRun run = Trainer.create().train(data, recipe, out);
    assertThat(run.test().orElseThrow().n()).isEqualTo(60);
    assertThat(run.test().orElseThrow().accuracy()).isGreaterThan(2.0 / 6); // by chance 1 in 6
    for (String file : List.of("metrics.json", "history.csv", "split.csv", "recipe.yaml")) {
      assertThat(out.resolve(file)).isNotEmptyFile();
    }
    List<Path> pictures;
    try (Stream<Path> files = Files.walk(data.resolve("test"))) {
      pictures = files.filter(Files::isRegularFile).sorted().toList();
    }
    try (Classifier classifier = Classifier.load(out)) {
      assertThat(classifier.spec().classes()).isEqualTo(SampleSet.CLASSES);
      long right =
          classifier.predict(pictures, Progress.NONE).stream()
              .filter(a -> a.picture().getParent().endsWith(a.prediction().orElseThrow().label()))
              .count();
      assertThat(right / 60.0).isEqualTo(run.test().orElseThrow().accuracy());
      assertThat(
              classifier
                  .evaluate(OpenedData.open(data.resolve("test")).all(), Progress.NONE)
                  .evaluation()
                  .accuracy())
          .isEqualTo(run.test().orElseThrow().accuracy());
    }
  }
}
