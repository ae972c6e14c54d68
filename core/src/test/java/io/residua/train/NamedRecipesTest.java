package io.residua.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.engine.onednn.Natives;
import io.residua.nn.internal.Architecture;
import io.residua.testkit.Stripes;
import io.residua.weights.internal.Initialisation;
import io.residua.weights.internal.Initialisation.LinearRule;
import io.residua.weights.internal.Safetensors;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The library's recipes on small pictures. */
class NamedRecipesTest {
  @TempDir private Path folder;
  private Path data;

  @BeforeEach
  void data() {
    data = Stripes.folder(folder.resolve("data"), 12);
  }

  private TrainedRun train(Recipe recipe) {
    Device device = Natives.available() ? Device.CPU : Device.JAVA;
    return Trainer.create()
        .on(new Compute(device, Precision.FP32, 2))
        .train(data, recipe.with("val_split", "0.2"), folder.resolve("run"));
  }

  /**
   * ResNet-34 of the Intel tutorial: the head first, then all, from a file of torchvision's names.
   */
  @Test
  void intelResNet34OnAFileThatTorchvisionCouldHaveWritten() {
    Path file = folder.resolve("resnet34.safetensors");
    Safetensors.write(
        file,
        new Initialisation(3, LinearRule.TORCH)
            .weights(Architecture.named("resnet34").network(1000)),
        Map.of("format", "pt"));
    TrainedRun run =
        train(
            Recipe.named("intel-resnet34")
                .with("weights", file.toString())
                .with("image_size", "32")
                .with("batch_size", "4")
                .with("phases", "epochs=2 freeze=backbone; epochs=1 freeze=none"));
    assertThat(run.recipe().get("model")).isEqualTo("resnet34");
    assertThat(run.history()).hasSize(3);
    assertThat(run.recipe().get("epochs")).isEqualTo("3");
    assertThat(run.freezePlan().trained())
        .isEqualTo(Architecture.named("resnet34").network(2).parameterCount() - 17_024);
  }

  @Test
  void resNet9FromScratch() {
    TrainedRun run =
        train(
            Recipe.named("cifar10-resnet9")
                .with("epochs", "6")
                .with("batch_size", "4")
                .with("lr", "0.01"));
    assertThat(run.train().accuracy()).isGreaterThan(0.8);
  }
}
