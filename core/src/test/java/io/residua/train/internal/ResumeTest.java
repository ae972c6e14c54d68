package io.residua.train.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.residua.ResiduaException;
import io.residua.data.DataReading;
import io.residua.data.internal.PictureList;
import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.engine.onednn.Natives;
import io.residua.testkit.Precisions;
import io.residua.testkit.Stripes;
import io.residua.testkit.Tiny;
import io.residua.testkit.Told;
import io.residua.train.CheckpointPlan;
import io.residua.train.DivergedException;
import io.residua.train.Recipe;
import io.residua.train.TrainedRun;
import io.residua.train.Trainer;
import io.residua.train.TrainingException;
import io.residua.weights.internal.FloatTensor;
import io.residua.weights.internal.SafetensorsFile;
import io.residua.weights.internal.WeightMap;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResumeTest {
  @TempDir Path folder;
  private Path data;
  private Path run;

  @BeforeEach
  void data() {
    data = Stripes.folder(folder.resolve("data"), 12);
    run = folder.resolve("run");
  }

  /** 19 training pictures, of which a step takes 4: four steps an epoch. */
  private static Recipe recipe() {
    return Tiny.recipe("resnet20-cifar", 3, 4);
  }

  private static Trainer trainer(Precision precision) {
    Device device = Natives.available() ? Device.CPU : Device.JAVA;
    return Trainer.create()
        .on(new Compute(device, device == Device.JAVA ? Precision.FP32 : precision, 1));
  }

  /** Stops the work at its so manieth report of progress in training or validation. */
  private static Told stopAfter(int reports) {
    return new Told() {
      private int left = reports;

      @Override
      protected void advanced(String label, long by) {
        if ((label.startsWith("epoch ") || label.equals("validate")) && left-- == 0) {
          throw new CancellationException("stopped by the test");
        }
      }
    };
  }

  private void stopped(Recipe recipe, Precision precision, int reports) {
    stopped(recipe, trainer(precision), reports);
  }

  private void stopped(Recipe recipe, Trainer trainer, int reports) {
    assertThatThrownBy(() -> trainer.reportingTo(stopAfter(reports)).train(data, recipe, run))
        .isInstanceOf(CancellationException.class);
  }

  @Test
  void moreThreadsGoOnToTheSameBits() {
    Recipe recipe = recipe().with("clip", "norm:1");
    stopped(recipe, savingEachStep(), 5);
    Trainer trainer = trainer(Precision.FP32);
    Told progress = new Told();
    Device device = Natives.available() ? Device.CPU : Device.JAVA;
    trainer.on(new Compute(device, Precision.FP32, 3)).reportingTo(progress).resume(data, run);
    assertThat(progress.warnings).isEmpty();
    assertSameAsUnstopped(recipe, Precision.FP32);
  }

  private static Trainer savingEachStep() {
    return trainer(Precision.FP32).withCheckpoints(new CheckpointPlan(0, 1));
  }

  private void assertSameAsUnstopped(Recipe recipe, Precision precision) {
    Path whole = folder.resolve("whole");
    TrainedRun unstopped = trainer(precision).train(data, recipe, whole);
    for (String file : List.of("model.safetensors", "last.safetensors")) {
      SafetensorsFile expected = SafetensorsFile.open(whole.resolve(file));
      SafetensorsFile actual = SafetensorsFile.open(run.resolve(file));
      assertThat(actual.names()).isEqualTo(expected.names());
      for (String name : expected.names()) {
        assertThat(actual.floats(name).data()).as(name).isEqualTo(expected.floats(name).data());
      }
    }
    assertThat(run.resolve("history.csv")).content().hasLineCount(unstopped.history().size() + 1);
    assertThat(names(run)).noneMatch(name -> name.startsWith("checkpoint"));
  }

  private static List<String> names(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "batch_norm=batch",
        "ema=0.9",
        "accumulate=2",
        "schedule=plateau:patience=0,threshold=0.5",
        "optimizer=rmsprop:momentum=0.9",
        "optimizer=sgd:momentum=0.9,nesterov=true",
        "augment=cifar",
        "mix=mixup(alpha=0.2)",
        "head=flatten-dropout:0.3",
        "freeze=backbone",
        "optimizer=adam:lookahead=2",
        "keep=last",
        "early_stopping=1",
        "steps_per_epoch=2",
        "steps_per_epoch=9",
        "first_layer=whitening",
        "phases=epochs=2 freeze=backbone; epochs=1 freeze=none lr=0.0001",
        "phases=epochs=1 freeze=none; epochs=2 freeze=layer1,layer2 ema=0.9",
        "phases=gradual",
        "lr=0.0001",
        "lr=.01",
        "optimizer=sgd:momentum=.90,weight-decay=0.0001",
      })
  void aStoppedRunEndsWithTheWeightsOfOneThatWasNot(String setting) {
    int equals = setting.indexOf('=');
    Recipe recipe = recipe().with(setting.substring(0, equals), setting.substring(equals + 1));
    stopped(recipe, Precision.FP32, 7);
    trainer(Precision.FP32).resume(data, run);
    assertSameAsUnstopped(recipe, Precision.FP32);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 5, 6, 9})
  void whereverItIsStopped(int reports) {
    Precision precision = Precisions.narrowestOfTraining();
    stopped(recipe(), precision, reports);
    trainer(precision).resume(data, run);
    assertSameAsUnstopped(recipe(), precision);
  }

  @Test
  void aDamagedCheckpointIsReplacedByTheOneBefore() throws IOException {
    stopped(recipe(), savingEachStep(), 8);
    Path newest = run.resolve("checkpoint.safetensors");
    byte[] bytes = Files.readAllBytes(newest);
    bytes[bytes.length / 2] ^= 1;
    Files.write(newest, bytes);
    Told progress = new Told();
    trainer(Precision.FP32).reportingTo(progress).resume(data, run);
    assertThat(progress.warnings)
        .anyMatch(w -> w.contains("checkpoint.safetensors") && w.contains("checksum"));
    assertSameAsUnstopped(recipe(), Precision.FP32);
  }

  @Test
  void ifBothAreDamagedOneLineSaysSo() throws IOException {
    stopped(recipe(), savingEachStep(), 8);
    for (String name : List.of("checkpoint.safetensors", "checkpoint.previous.safetensors")) {
      Path file = run.resolve(name);
      byte[] bytes = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    }
    assertThatThrownBy(() -> trainer(Precision.FP32).resume(data, run))
        .isInstanceOf(ResiduaException.class)
        .hasMessageContaining("no checkpoint can be used")
        .hasMessageContaining("cut short");
  }

  /** A sound checksum does not make weights of them. */
  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY})
  void aCheckpointWithValuesThatAreNoNumbersIsNotGoneOnFrom(float value) {
    stopped(recipe(), savingEachStep(), 8);
    Path newest = run.resolve("checkpoint.safetensors");
    CheckpointFile.Content content = CheckpointFile.read(newest);
    TrainingState s = content.state();
    FloatTensor head = s.weights().get("fc.weight");
    float[] values = head.toArray();
    values[1] = value;
    FloatTensor changed = new FloatTensor(head.shape(), FloatBuffer.wrap(values));
    TrainingState damaged =
        new TrainingState(
            s.phase(),
            s.before(),
            s.start(),
            s.epoch(),
            s.steps(),
            s.weights().with(new WeightMap(Map.of("fc.weight", changed))),
            s.optimizer(),
            s.layout(),
            s.average(),
            s.best(),
            s.schedule(),
            s.sums(),
            s.history());
    CheckpointFile.write(newest, new CheckpointFile.Content(content.run(), damaged));
    assertThatThrownBy(() -> CheckpointFile.read(newest))
        .isInstanceOf(ResiduaException.class)
        .hasMessageStartingWith("cannot use " + newest + ": ")
        .hasMessageContaining("fc.weight' has ")
        .hasMessageContaining(" at 1 of ");
    Told progress = new Told();
    trainer(Precision.FP32).reportingTo(progress).resume(data, run);
    assertThat(progress.warnings).anyMatch(w -> w.contains("fc.weight' has "));
    assertSameAsUnstopped(recipe(), Precision.FP32);
  }

  /** A checkpoint of a version that took the recipe as it was spelt is gone on from. */
  @Test
  void checkpointsOfEarlierVersionsAreGoneOnFrom() {
    Recipe recipe = recipe().with("lr", "0.0001").with("augment", "cifar");
    stopped(recipe, savingEachStep(), 8);
    for (String name : List.of("checkpoint.safetensors", "checkpoint.previous.safetensors")) {
      CheckpointFile.Content content = CheckpointFile.read(run.resolve(name));
      CheckpointFile.RunId id = content.run();
      Recipe own = Trainer.recipeOf(run);
      assertThat(own.spelledFingerprint())
          .isNotEqualTo(own.fingerprint())
          .isNotEqualTo(id.recipe());
      CheckpointFile.RunId earlier =
          new CheckpointFile.RunId(own.spelledFingerprint(), id.data(), id.weights(), id.compute());
      CheckpointFile.write(run.resolve(name), new CheckpointFile.Content(earlier, content.state()));
    }
    trainer(Precision.FP32).resume(data, run);
    assertSameAsUnstopped(recipe, Precision.FP32);
  }

  @Test
  void aRecipeThatWasSpelledAnewIsTheSame() throws IOException {
    stopped(recipe().with("lr", "0.0001"), Precision.FP32, 6);
    Path file = run.resolve("recipe.yaml");
    Files.writeString(file, Files.readString(file).replace("lr: 0.0001", "lr: 1e-4"));
    trainer(Precision.FP32).resume(data, run);
    assertThat(names(run)).contains("model.safetensors");
  }

  @Test
  void aCheckpointThatCannotBeWrittenIsWarnedOfAndTheRunGoesOn() throws IOException {
    Told progress = new Told();
    Checkpoints checkpoints =
        new Checkpoints(
            Files.createDirectories(run),
            new CheckpointPlan(0, 1),
            new CheckpointFile.RunId("", "", "", ""),
            new CheckpointFile.RunId("", "", "", ""),
            progress,
            () -> 0);
    Files.createDirectories(run.resolve("checkpoint.next.safetensors"));
    checkpoints.stepDone(
        () ->
            new TrainingState(
                0,
                0,
                null,
                0,
                1,
                new WeightMap(Map.of()),
                new Updater.State(1, new WeightMap(Map.of())),
                0,
                null,
                null,
                List.of(),
                TrainingState.EpochSums.NONE,
                List.of()));
    assertThat(progress.warnings).singleElement().asString().contains("no checkpoint was saved");
  }

  @Test
  void otherPicturesAnotherRecipeAndAFinishedRunAreRefused() throws IOException {
    stopped(recipe(), Precision.FP32, 6);
    assertThatThrownBy(() -> trainer(Precision.FP32).train(data, recipe(), run))
        .hasMessageContaining("resume it, or choose another folder");
    Path recipe = run.resolve("recipe.yaml");
    String text = Files.readString(recipe);
    Files.writeString(recipe, text.replace("epochs: 3", "epochs: 4").replace("\"3\"", "\"4\""));
    assertThatThrownBy(() -> trainer(Precision.FP32).resume(data, run))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("recipe.yaml has been changed");
    Files.writeString(recipe, text);
    Stripes.picture(true, 77).writePng(data.resolve("across/p03.png"));
    assertThatThrownBy(() -> trainer(Precision.FP32).resume(data, run))
        .isInstanceOf(ResiduaException.class)
        .hasMessageContaining("p03.png");
    Stripes.picture(true, 3).writePng(data.resolve("across/p03.png"));
    trainer(Precision.FP32).resume(data, run);
    assertThatThrownBy(() -> trainer(Precision.FP32).resume(data, run))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("come to its end");
  }

  @Test
  void whatARunLeavesThatFailedBeforeItsFirstCheckpointIsNoObstacle() throws IOException {
    Files.createDirectories(run);
    for (String left : List.of("recipe.yaml", "split.csv", ".residua-1.tmp", ".pixels7.tmp")) {
      Files.writeString(run.resolve(left), "left");
    }
    trainer(Precision.FP32).train(data, recipe().with("epochs", "1"), run);
    assertThat(names(run)).contains("model.safetensors").noneMatch(n -> n.endsWith(".tmp"));
  }

  @Test
  void aRunThatDivergesKeepsItsBestEpoch() {
    Recipe recipe =
        recipe()
            .with("epochs", "8")
            .with("optimizer", "sgd")
            .with("schedule", "multistep:epochs=1,factor=1e30");
    assertThatThrownBy(() -> trainer(Precision.FP32).train(data, recipe, run))
        .isInstanceOf(DivergedException.class)
        .hasMessageContaining("training diverged")
        .hasMessageContaining("best epoch, 1, are in");
    assertThat(names(run))
        .contains("model.safetensors", "history.csv")
        .doesNotContain("last.safetensors", "checkpoint.safetensors");
  }

  @Test
  void aRunOnAListGoesOnOnlyWithTheSameLabelsAndOrderOfClasses() throws IOException {
    Path pictures = data;
    StringBuilder rows = new StringBuilder("where,what,label\n");
    for (Path picture : List.copyOf(PictureList.of(List.of(pictures)).pictures())) {
      String kind = picture.getParent().getFileName().toString();
      rows.append(pictures.relativize(picture)).append(kind.equals("across") ? ",1," : ",0,");
      rows.append(rows.length() % 2).append('\n');
    }
    data = Files.writeString(pictures.resolve("list.csv"), rows);
    Path names = Files.writeString(folder.resolve("names.txt"), "along\nacross\n");
    DataReading reading =
        DataReading.USUAL.withPathColumn("where").withLabelColumn("what").withClassNames(names);
    stopped(recipe(), savingEachStep().reading(reading), 10);

    assertThatThrownBy(() -> trainer(Precision.FP32).resume(data, run))
        .isInstanceOf(ResiduaException.class)
        .hasMessageContaining("has no column 'path'");
    assertThatThrownBy(
            () ->
                trainer(Precision.FP32)
                    .reading(DataReading.USUAL.withPathColumn("where"))
                    .resume(data, run))
        .isInstanceOf(ResiduaException.class)
        .hasMessageContaining("but 'a");
    Path turned = Files.writeString(folder.resolve("turned.csv"), "id,name\n1,across\n0,along\n");
    assertThatThrownBy(
            () -> trainer(Precision.FP32).reading(reading.withClassNames(turned)).resume(data, run))
        .isInstanceOf(ResiduaException.class)
        .hasMessageContaining("checkpoint");
    assertThat(trainer(Precision.FP32).reading(reading).resume(data, run).history()).hasSize(3);
  }
}
