package io.residua.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.ResiduaException;
import io.residua.Shared;
import io.residua.UsageException;
import io.residua.data.DataException;
import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.eval.Evaluation;
import io.residua.model.Classifier;
import io.residua.testkit.SmallDisk;
import io.residua.testkit.Stripes;
import io.residua.testkit.Tiny;
import io.residua.testkit.Told;
import io.residua.train.internal.LearningRateTest;
import io.residua.weights.WeightSource;
import io.residua.weights.internal.SafetensorsFile;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TrainerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  @TempDir Path folder;

  /** .943 is the figure that the frozen features allow; a logistic regression on them gets .950. */
  @Test
  void aFrozenResNet50TellsCatsFromDogs() throws Exception {
    Path data = Shared.path("data/cats_dogs_small");
    Path out = folder.resolve("run");
    TrainedRun run =
        Trainer.create().keepingFeaturesIn(Optional.empty()).train(data, Recipe.defaults(), out);
    Evaluation test = run.test().orElseThrow();
    assertThat(test.n()).isEqualTo(140);
    assertThat(test.accuracy()).isGreaterThanOrEqualTo(0.943);

    JsonNode metrics = JSON.readTree(out.resolve("metrics.json").toFile());
    assertThat(metrics.at("/test/accuracy").asDouble()).isEqualTo(test.accuracy());
    assertThat(metrics.at("/test/n").asInt()).isEqualTo(140);
    assertThat(metrics.at("/test/accuracy_ci95/0").asDouble()).isBetween(0.85, 0.943);
    assertThat(metrics.at("/val/n").asInt() + metrics.at("/train/n").asInt()).isEqualTo(557);
    assertThat(metrics.at("/selected_on").asText()).isEqualTo("val");
    assertThat(Files.readAllLines(out.resolve("history.csv"))).hasSize(31);
    assertThat(Recipe.read(out.resolve("recipe.yaml")).get("freeze")).isEqualTo("backbone");
    assertThat(Files.readAllLines(out.resolve("split.csv"))).hasSize(1 + 557 + 140);
    assertThat(SafetensorsFile.open(out.resolve("last.safetensors")).names())
        .contains("layer4.2.conv3.weight", "fc.weight");

    try (Classifier classifier = Classifier.load(run.model())) {
      assertThat(classifier.predict(data.resolve("test/cats/cat_1.jpg")).label()).isEqualTo("cats");
      assertThat(classifier.predict(data.resolve("test/dogs/dog_114.jpg")).label())
          .isEqualTo("dogs");
      assertThat(classifier.spec().classes()).containsExactly("cats", "dogs");
    }
  }

  @ParameterizedTest
  @CsvSource({"CPU, none", "CPU, 'conv1,bn1,layer1'", "JAVA, none"})
  void aSmallNetworkLearnsFromScratch(Device device, String freeze) throws Exception {
    Path data = Stripes.folder(folder.resolve("data"), 24);
    Recipe recipe =
        Tiny.recipe("resnet18", 4, 8)
            .with("image_size", "32")
            .with("resize", "squash")
            .with("freeze", freeze);
    TrainedRun run =
        Trainer.create()
            .on(new Compute(device, Precision.FP32, 2))
            .train(data, recipe, folder.resolve("run"));
    assertThat(run.history()).hasSize(4);
    assertThat(run.train().accuracy()).isGreaterThan(0.9);
    assertThat(run.test()).isEmpty();
    try (Classifier classifier = Classifier.load(run.model())) {
      assertThat(classifier.predict(Stripes.picture(true, 99)).label()).isEqualTo("across");
      assertThat(classifier.predict(Stripes.picture(false, 99)).label()).isEqualTo("down");
    }
  }

  @Test
  void theSameSeedGivesTheSameModel() throws Exception {
    Path data = Stripes.folder(folder.resolve("data"), 12);
    Recipe recipe =
        Recipe.defaults()
            .with("weights", "none")
            .with("image_size", "32")
            .with("epochs", "2")
            .with("batch_size", "4");
    for (int i = 0; i < 2; i++) {
      Trainer.create().train(data, recipe, folder.resolve("run" + i));
    }
    SafetensorsFile first = SafetensorsFile.open(folder.resolve("run0/model.safetensors"));
    SafetensorsFile second = SafetensorsFile.open(folder.resolve("run1/model.safetensors"));
    for (String name : first.names()) {
      assertThat(first.floats(name).data()).as(name).isEqualTo(second.floats(name).data());
    }
  }

  /** A head on a small frozen network of random weights. */
  private static Recipe headAlone() {
    return Recipe.defaults()
        .with("weights", "none")
        .with("model", "resnet20-cifar")
        .with("freeze", "backbone");
  }

  @Test
  void gradientsOfSmallBatchesAddUpToThoseOfALargeOne() throws Exception {
    Path data = Stripes.folder(folder.resolve("data"), 20);
    Recipe large =
        headAlone().with("epochs", "3").with("precision", "fp32").with("batch_size", "12");
    Recipe small = large.with("batch_size", "4").with("accumulate", "3");
    Trainer trainer = Trainer.create().on(Compute.auto().with(Precision.FP32));
    trainer.train(data, large, folder.resolve("large"));
    trainer.train(data, small, folder.resolve("small"));
    SafetensorsFile first = SafetensorsFile.open(folder.resolve("large/last.safetensors"));
    SafetensorsFile second = SafetensorsFile.open(folder.resolve("small/last.safetensors"));
    assertThat(second.floats("fc.weight").toArray())
        .containsExactly(first.floats("fc.weight").toArray(), within(1e-5f));
  }

  @Test
  void aRunThatNoLongerImprovesStopsEarly() throws Exception {
    Path data = Stripes.folder(folder.resolve("data"), 10);
    Recipe recipe =
        headAlone()
            .with("schedule", "constant")
            .with("lr", "1e-30")
            .with("epochs", "50")
            .with("early_stopping", "2");
    TrainedRun run = Trainer.create().train(data, recipe, folder.resolve("run"));
    assertThat(run.history()).hasSize(3);
    assertThat(run.bestEpoch()).isEqualTo(1);
  }

  @Test
  void theLastEpochIsKeptWhereTheRecipeWantsIt() throws Exception {
    Path data = Stripes.folder(folder.resolve("data"), 10);
    Recipe recipe = headAlone().with("lr", "1e-30").with("epochs", "3").with("keep", "last");
    TrainedRun run = Trainer.create().train(data, recipe, folder.resolve("run"));
    assertThat(run.bestEpoch()).isEqualTo(3);
    assertThat(folder.resolve("run/metrics.json")).content().contains("\"selected_on\" : \"none\"");
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> recipe.with("early_stopping", "2"))
        .withMessage("early_stopping looks for the best epoch, but keep is 'last'");
  }

  @Test
  void frozenStatisticsStayAsTheyWere() throws Exception {
    Path data = Stripes.folder(folder.resolve("data"), 10);
    Recipe recipe =
        Recipe.defaults()
            .with("weights", "none")
            .with("model", "resnet20-cifar")
            .with("epochs", "1")
            .with("lr", "1e-4")
            .with("batch_norm", "frozen");
    Trainer.create().train(data, recipe, folder.resolve("run"));
    SafetensorsFile model = SafetensorsFile.open(folder.resolve("run/last.safetensors"));
    assertThat(model.floats("bn1.running_mean").toArray()).containsOnly(0f);
    assertThat(model.floats("bn1.running_var").toArray()).containsOnly(1f);
  }

  @Test
  void aRateThatIsTooHighStopsTheRunWithTheStep() throws Exception {
    Path data = Stripes.folder(folder.resolve("data"), 12);
    Recipe recipe =
        Recipe.defaults()
            .with("weights", "none")
            .with("image_size", "32")
            .with("optimizer", "sgd")
            .with("batch_size", "4")
            .with("lr", "1e6");
    assertThatThrownBy(() -> Trainer.create().train(data, recipe, folder.resolve("run")))
        .isInstanceOf(DivergedException.class)
        .hasMessageContaining("training diverged")
        .hasMessageContaining("step");
  }

  @Test
  void aClassOfNearDuplicatesIsToldWithWhatDividesIt() throws Exception {
    for (String shape : List.of("round", "square")) {
      Path pictures = Files.createDirectories(folder.resolve("data").resolve(shape));
      for (int i = 0; i < 12; i++) {
        BufferedImage drawn = new BufferedImage(64, 64, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = drawn.createGraphics();
        pen.setColor(new Color(200 + i, 180, 60));
        int size = 30 + i % 2;
        if (shape.equals("round")) {
          pen.fillOval(16, 16, size, size);
        } else {
          pen.fillRect(16, 16, size, size);
        }
        pen.dispose();
        ImageIO.write(drawn, "png", pictures.resolve(i + ".png").toFile());
      }
    }
    Path data = folder.resolve("data");
    Recipe recipe = Recipe.defaults().with("weights", "none").with("model", "resnet18");
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Trainer.create().divide(data, recipe))
        .withMessage(
            data
                + ": class 'round': all 12 pictures look so alike that they are taken for"
                + " near-duplicates, which stay on one side of the split; an inspection lists the"
                + " pairs; 'grouping: none' in the recipe divides them all the same")
        .satisfies(e -> assertThat(e.setting()).contains("grouping=none"));
    Trainer.create().divide(data, recipe.with("grouping", "none"));
  }

  @Test
  void aFolderWithARunInItIsNotTouched() throws Exception {
    Path data = Stripes.folder(folder.resolve("data"), 4);
    Path out = Files.createDirectory(folder.resolve("run"));
    Path precious = Files.writeString(out.resolve("model.safetensors"), "precious");
    assertThatThrownBy(
            () -> Trainer.create().train(data, Recipe.defaults().with("weights", "none"), out))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("is not empty");
    assertThat(precious).hasContent("precious");
    Path file = Files.writeString(folder.resolve("file"), "no folder");
    Recipe recipe = Recipe.defaults().with("weights", "none").with("model", "resnet20-cifar");
    assertThatThrownBy(() -> Trainer.create().train(data, recipe, file.resolve("run")))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining(file.toString());
    assertThatThrownBy(() -> Trainer.recipeOf(out)).isInstanceOf(TrainingException.class);
  }

  @Test
  void moreOrFewerUnreadablePicturesAreBorne() throws Exception {
    Path data = Stripes.folder(folder.resolve("data"), 8);
    Path broken = Files.writeString(data.resolve("across/broken.png"), "no picture");
    Recipe recipe = Tiny.recipe();
    assertThatExceptionOfType(DataException.class)
        .isThrownBy(() -> Trainer.create().divide(data, recipe))
        .withMessageContaining("more than the 1 % that may be; first: " + broken)
        .satisfies(e -> assertThat(e.setting()).contains("max_bad"));
    Trainer.create().bearingUnreadable(0.2).divide(data, recipe);
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> Trainer.create().bearingUnreadable(1.2));
  }

  private static Recipe small() {
    return Tiny.recipe("resnet20-cifar", 2, 8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "freeze|layr1|freeze: 'layr1' matches no layer of resnet20-cifar; did you mean 'layer1'?",
        "reinit|layer9|reinit: 'layer9' matches no layer",
        "phases|epochs=1 freeze=none; epochs=1 freeze=layr1|did you mean 'layer1'?",
        "freeze|*|nothing is left to train",
        "last_batch|keep|last_batch is 'keep', but batch norm",
        "model|resnet21|unknown",
        "weights|nothere|nothere",
        "val_split|test|val_split is 'test', but",
      })
  void whatDoesNotFitIsToldBeforeAnyPictureIsRead(String setting, String value, String reason) {
    Path data = Stripes.folder(folder.resolve("data"), 4);
    Told progress = new Told();
    Trainer trainer =
        Trainer.create().reportingTo(progress).with(WeightSource.ofEnvironment().withOffline(true));
    Recipe recipe = small().with(setting, value);
    for (ThrowingCallable work :
        List.<ThrowingCallable>of(
            () -> trainer.train(data, recipe, folder.resolve("run")),
            () ->
                trainer.findLearningRate(
                    data, recipe, LearningRateTest.Range.USUAL, folder.resolve("rates")))) {
      assertThatThrownBy(work).hasMessageContaining(reason);
    }
    assertThat(progress.begun).isEmpty();
    assertThat(folder.toFile().list()).containsExactly("data");
  }

  @Test
  void aSplitThatCannotBeReadIsToldBeforeAnyPictureIsRead() {
    Path data = Stripes.folder(folder.resolve("data"), 4);
    Told progress = new Told();
    Trainer trainer = Trainer.create().reportingTo(progress).withSplit(folder.resolve("none.csv"));
    assertThatThrownBy(() -> trainer.train(data, small(), folder.resolve("run")))
        .hasMessageContaining("none.csv: cannot be read");
    assertThat(progress.begun).isEmpty();
  }

  @Test
  void aDiskThatFillsWhileARunTrainsDoesNotCostTheModel() throws Exception {
    Path data = Stripes.folder(folder.resolve("data"), 12);
    try (SmallDisk disk = SmallDisk.mount(folder, 24)) {
      Path run = disk.folder().resolve("run");
      Trainer.create().reportingTo(disk.filledAt("epoch 2/2")).train(data, small(), run);
      for (String file : List.of("model.safetensors", "last.safetensors")) {
        assertThat(SafetensorsFile.open(run.resolve(file)).floats("fc.bias").toArray())
            .as(file)
            .hasSize(2);
      }
      assertThat(JSON.readTree(run.resolve("metrics.json").toFile()).at("/val/n").asInt())
          .isPositive();
      try (Stream<Path> files = Files.list(run)) {
        assertThat(files).noneMatch(f -> f.getFileName().toString().startsWith("."));
      }
    }
  }

  @Test
  void aDiskWithoutRoomForTheModelIsToldBeforeTraining() throws Exception {
    Path data = Stripes.folder(folder.resolve("data"), 12);
    try (SmallDisk disk = SmallDisk.mount(folder, 4)) {
      Path run = disk.folder().resolve("run");
      Told progress = new Told();
      assertThatThrownBy(() -> Trainer.create().reportingTo(progress).train(data, small(), run))
          .isInstanceOf(ResiduaException.class)
          .hasMessageContaining("there is no room for")
          .hasMessageContaining(" MB");
      assertThat(progress.begun).noneMatch(label -> label.startsWith("epoch"));
    }
  }
}
