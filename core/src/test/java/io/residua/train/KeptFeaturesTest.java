package io.residua.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.residua.ResiduaException;
import io.residua.data.OpenedData;
import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.features.FeatureExtractor;
import io.residua.features.FeatureExtractor.Request;
import io.residua.testkit.Stripes;
import io.residua.testkit.Tiny;
import io.residua.testkit.Told;
import io.residua.weights.internal.SafetensorsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a frozen backbone makes of a picture is computed once, whoever asks for it. */
class KeptFeaturesTest {
  private static final Compute FP32 =
      Compute.resolve(Optional.empty(), Optional.of(Precision.FP32), 2);

  @TempDir private Path folder;
  private Path data;
  private Path weights;
  private final Told told = new Told();

  @BeforeEach
  void aModelToStartFrom() throws Exception {
    data = Stripes.folder(folder.resolve("data"), 12);
    Recipe scratch =
        Tiny.recipe("resnet18", 1, 8).with("image_size", "32").with("resize", "squash");
    weights = trainer().train(data, scratch, folder.resolve("scratch")).model();
    assertThat(folder.resolve("kept")).doesNotExist(); // nothing was frozen
    told.lines.clear();
  }

  private Trainer trainer() {
    return Trainer.create()
        .on(FP32)
        .reportingTo(told)
        .keepingFeaturesIn(Optional.of(folder.resolve("kept")));
  }

  private Recipe head(String lr) {
    return Recipe.defaults()
        .with("weights", weights.toString())
        .with("epochs", "2")
        .with("batch_size", "8")
        .with("lr", lr);
  }

  private List<String> counts() {
    return told.lines.stream().filter(l -> l.endsWith("computed before")).toList();
  }

  @Test
  void theNextRunAndASupportVectorMachineDoNotComputeThemAgain() throws Exception {
    trainer().train(data, head("0.01"), folder.resolve("first"));
    assertThat(counts())
        .containsExactly(
            "features of train: 0 of 19 pictures computed before",
            "features of validation: 0 of 5 pictures computed before");
    told.lines.clear();
    trainer().train(data, head("0.02"), folder.resolve("second"));
    assertThat(counts())
        .containsExactly(
            "features of train: 19 of 19 pictures computed before",
            "features of validation: 5 of 5 pictures computed before");
    told.lines.clear();
    FeatureExtractor.create()
        .on(FP32)
        .reportingTo(told)
        .keepingIn(Optional.of(folder.resolve("kept")))
        .extract(OpenedData.open(data), Request.of(weights.toString(), "avgpool"));
    assertThat(counts()).hasSize(1).allMatch(l -> l.contains(": 24 of 24 pictures"));
  }

  @Test
  void aRunOnThemIsTheSameToTheBit() throws Exception {
    trainer().train(data, head("0.01"), folder.resolve("computed"));
    trainer().train(data, head("0.01"), folder.resolve("kept-ones"));
    trainer()
        .keepingFeaturesIn(Optional.empty())
        .train(data, head("0.01"), folder.resolve("without"));
    SafetensorsFile first = SafetensorsFile.open(folder.resolve("computed/model.safetensors"));
    for (String other : List.of("kept-ones", "without")) {
      SafetensorsFile second =
          SafetensorsFile.open(folder.resolve(other).resolve("model.safetensors"));
      for (String name : first.names()) {
        assertThat(second.floats(name).data()).as(name).isEqualTo(first.floats(name).data());
      }
    }
  }

  @Test
  void otherWeightsPixelsOrPrecisionHaveOthers() throws Exception {
    trainer().train(data, head("0.01"), folder.resolve("first"));
    told.lines.clear();
    trainer().train(data, head("0.01").with("image_size", "64"), folder.resolve("larger"));
    trainer()
        .on(new Compute(Device.JAVA, Precision.FP32, 2))
        .train(data, head("0.01"), folder.resolve("plain-java"));
    Path others = folder.resolve("others.safetensors");
    Files.copy(
        trainer()
            .train(
                data,
                head("0.01").with(Map.of("freeze", "none", "phases", "none")),
                folder.resolve("tuned"))
            .model(),
        others);
    trainer().train(data, head("0.01").with("weights", others.toString()), folder.resolve("new"));
    assertThat(counts()).hasSize(6).allMatch(l -> l.contains(": 0 of "));
  }

  @Test
  void aPictureThatCannotBeReadIsNamedAsWithoutThem() throws Exception {
    try (Stream<Path> files = Files.walk(data)) {
      Path first = files.filter(Files::isRegularFile).sorted().findFirst().orElseThrow();
      trainer().train(data, head("0.01"), folder.resolve("first"));
      Path split = folder.resolve("first/split.csv");
      Files.write(first, new byte[] {1, 2, 3});
      assertThatExceptionOfType(ResiduaException.class)
          .isThrownBy(
              () -> trainer().withSplit(split).train(data, head("0.01"), folder.resolve("second")))
          .withMessageContaining(first.getFileName().toString());
    }
  }
}
