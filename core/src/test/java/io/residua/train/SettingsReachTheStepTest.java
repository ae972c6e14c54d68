package io.residua.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.testkit.Stripes;
import io.residua.testkit.Tiny;
import io.residua.weights.internal.SafetensorsFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a recipe says reaches the weights: one step of plain gradient descent with a setting and
 * without it, from the same weights.
 */
class SettingsReachTheStepTest {
  private static final double LR = 0.01;
  private static final Compute FP32 = new Compute(Device.CPU, Precision.FP32, 2);

  @TempDir private static Path shared;
  private static Path data;
  private static Recipe plain;
  private static Map<String, float[]> start;
  private static Map<String, float[]> step;

  @TempDir private Path folder;

  @BeforeAll
  static void oneStepWithoutAnything() throws IOException {
    data = Stripes.folder(shared.resolve("data"), 16);
    for (int i = 0; i < 8; i++) { // two classes of unequal size
      Files.delete(data.resolve("down").resolve("p%02d.png".formatted(i)));
    }
    plain =
        Tiny.recipe("resnet20-cifar", 1, 12)
            .with("optimizer", "sgd:weight-decay=0.1")
            .with("schedule", "constant")
            .with("lr", Double.toString(LR))
            .with("steps_per_epoch", "1")
            .with("keep", "last");
    start = after(plain.with("lr", "1e-30"), shared.resolve("start"));
    step = after(plain, shared.resolve("plain"));
  }

  private static Map<String, float[]> after(Recipe recipe, Path out) {
    Trainer.create().on(FP32).train(data, recipe, out);
    SafetensorsFile file = SafetensorsFile.open(out.resolve("last.safetensors"));
    Map<String, float[]> weights = new HashMap<>();
    file.names().forEach(name -> weights.put(name, file.floats(name).toArray()));
    return weights;
  }

  private Map<String, float[]> after(String... settings) {
    Recipe recipe = plain;
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      recipe = recipe.with(setting.substring(0, equals), setting.substring(equals + 1));
    }
    return after(recipe, folder.resolve("run"));
  }

  /** How far a tensor has moved from the start. */
  private static double moved(Map<String, float[]> weights, String name) {
    double squares = 0;
    for (int i = 0; i < weights.get(name).length; i++) {
      double by = weights.get(name)[i] - start.get(name)[i];
      squares += by * by;
    }
    return Math.sqrt(squares);
  }

  private static double ratio(Map<String, float[]> weights, String name) {
    return moved(weights, name) / moved(step, name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "mix=cutmix(alpha=1)",
        "mix=mixup(alpha=1)",
        "class_weights=balanced",
        "sampling=balanced",
        "label_smoothing=0.1",
        "augment=flip-horizontal(p=1)",
        "augment=resized-crop()",
        "train_size=24",
        "batch_norm=frozen",
        "first_layer=whitening",
        "accumulate=2",
        "optimizer=adam",
        "optimizer=sgd:momentum=0,weight-decay=0",
        "schedule=one-cycle",
        "seed=2"
      })
  void itIsAnotherStep(String setting) {
    assertThat(after(setting).get("fc.weight")).isNotEqualTo(step.get("fc.weight"));
  }

  @Test
  void withoutASettingItIsTheSame() {
    assertThat(after("clip=none").get("fc.weight")).isEqualTo(step.get("fc.weight"));
  }

  @Test
  void deeperLayersMoveLessWithADecayingRate() {
    Map<String, float[]> weights = after("lr_decay_by_layer=0.5");
    assertThat(ratio(weights, "fc.weight")).isEqualTo(1);
    assertThat(ratio(weights, "layer3.0.conv1.weight")).isCloseTo(0.5, within(1e-3));
    assertThat(ratio(weights, "layer2.0.conv1.weight")).isCloseTo(0.25, within(1e-3));
    assertThat(ratio(weights, "conv1.weight")).isCloseTo(0.0625, within(1e-3));
  }

  @Test
  void theBackboneMovesByItsOwnRate() {
    Map<String, float[]> weights = after("backbone_lr=0.25");
    assertThat(ratio(weights, "fc.weight")).isEqualTo(1);
    assertThat(ratio(weights, "layer3.0.conv1.weight")).isCloseTo(0.25, within(1e-3));
  }

  @Test
  void clippingBoundsTheStep() {
    String noDecay = "optimizer=sgd:momentum=0,weight-decay=0";
    Map<String, float[]> byNorm = after(noDecay, "clip=norm:0.01");
    double squares = 0;
    for (String name : byNorm.keySet()) {
      if (!name.contains("running")) {
        squares += Math.pow(moved(byNorm, name), 2);
      }
    }
    assertThat(Math.sqrt(squares)).isCloseTo(LR * 0.01, within(LR * 1e-4));
  }

  @Test
  void clippingBoundsEachValue() {
    Map<String, float[]> byValue =
        after("optimizer=sgd:momentum=0,weight-decay=0", "clip=value:0.001");
    for (String name : Set.of("conv1.weight", "fc.weight")) {
      for (int i = 0; i < byValue.get(name).length; i++) {
        assertThat(Math.abs(byValue.get(name)[i] - start.get(name)[i]))
            .isLessThanOrEqualTo((float) (LR * 0.001 * 1.01));
      }
    }
  }

  @Test
  void theMovingAverageIsWhatIsKept() {
    assertThat(ratio(after("ema=0.8"), "layer1.0.conv1.weight")).isCloseTo(0.2, within(1e-3));
  }

  @Test
  void biasesAndBatchNormDecayOnlyWhereToldTo() {
    Map<String, float[]> all = after("weight_decay_on=all");
    assertThat(all.get("conv1.weight")).isEqualTo(step.get("conv1.weight"));
    float[] scale = all.get("bn1.weight");
    for (int i = 0; i < scale.length; i++) {
      assertThat(scale[i]).isCloseTo(step.get("bn1.weight")[i] - (float) (LR * 0.1), within(1e-6f));
    }
  }

  @Test
  void frozenLayersStay() {
    Map<String, float[]> weights = after("freeze=conv1,layer1.*");
    assertThat(weights.get("conv1.weight")).isEqualTo(start.get("conv1.weight"));
    assertThat(weights.get("layer1.0.conv1.weight")).isEqualTo(start.get("layer1.0.conv1.weight"));
    assertThat(moved(weights, "layer2.0.conv1.weight")).isPositive();
  }
}
