package io.residua.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.residua.UsageException;
import io.residua.classic.ClassicRecipe;
import io.residua.internal.Sha256;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.ResNetSpec;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeTest {
  @TempDir Path folder;

  @Test
  void comesBackFromYaml() throws Exception {
    Recipe recipe =
        Recipe.defaults()
            .with("optimizer", "sgd:momentum=0.9,nesterov=true")
            .with("freeze", "conv1,layer1.*")
            .with("seed", "-7");
    Path file = Files.writeString(folder.resolve("recipe.yaml"), recipe.toYaml());
    assertThat(Recipe.read(file)).isEqualTo(recipe);
  }

  @Test
  void settingsThatAFileDoesNotNameHaveTheirDefaults() throws Exception {
    Path file = Files.writeString(folder.resolve("r.yaml"), "epochs: 3\nlr: 0.01 # why not\n");
    assertThat(Recipe.read(file))
        .isEqualTo(Recipe.defaults().with("epochs", "3").with("lr", "0.01"));
  }

  @Test
  void theRecipesOfTheLibraryAreReadByName() throws Exception {
    for (String name : Recipe.NAMES) {
      assertThat(Recipe.named(name)).as(name).isNotEqualTo(Recipe.defaults());
    }
    assertThatThrownBy(() -> Recipe.named("cats-dog"))
        .isInstanceOf(TrainingException.class)
        .hasMessageContaining("did you mean 'cats-dogs'?");
  }

  @Test
  void phasesAreAListInYaml() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("r.yaml"),
            "phases:\n  - {epochs: 2, freeze: backbone}\n  - {epochs: 3, freeze: 'conv1,bn1'}\n");
    Recipe recipe = Recipe.read(file);
    assertThat(recipe.get("phases"))
        .isEqualTo("epochs=2 freeze=backbone; epochs=3 freeze=conv1,bn1");
    assertThat(recipe.phases()).extracting(r -> r.get("epochs")).containsExactly("2", "3");
    Path again = Files.writeString(folder.resolve("again.yaml"), recipe.toYaml());
    assertThat(Recipe.read(again)).isEqualTo(recipe);
  }

  @Test
  void fineTuningBeginsWithTheHeadAndHasSettingsOfItsOwn() {
    Network network = ResNetSpec.named("resnet18").network(3);
    Recipe tuned = Recipe.defaults().with("freeze", "none").withPhasesOf(network);
    List<Recipe> phases = tuned.phases();
    assertThat(phases).hasSize(2);
    Recipe frozen = Recipe.defaults().with("freeze", "backbone").withPhasesOf(network);
    for (String name : List.of("freeze", "epochs", "optimizer", "lr", "schedule", "ema")) {
      assertThat(phases.get(0).get(name)).as(name).isEqualTo(frozen.get(name));
    }
    assertThat(phases.get(1).get("freeze")).isEqualTo("none");
    assertThat(phases.get(1).get("batch_norm")).isEqualTo("frozen");
    assertThat(phases.get(1).get(RecipeSettings.LR)).isEqualTo(tuned.get(RecipeSettings.LR));
    assertThat(tuned.get(RecipeSettings.EPOCHS))
        .isEqualTo(phases.stream().mapToInt(phase -> phase.get(RecipeSettings.EPOCHS)).sum());
  }

  @Test
  void whatIsGivenHoldsForFineTuningAndNotForItsHead() {
    Network network = ResNetSpec.named("resnet18").network(3);
    Recipe asked =
        Recipe.defaults()
            .with(Map.of("freeze", "conv1, bn1", "lr", "0.001", "epochs", "7", "ema", "0.9"));
    List<Recipe> phases = asked.withPhasesOf(network).phases();
    assertThat(phases.get(0).get("ema")).isEqualTo("0");
    assertThat(phases.get(0).get("epochs")).isEqualTo("30");
    assertThat(phases.get(1).get("freeze")).isEqualTo("conv1, bn1");
    assertThat(phases.get(1).get("lr")).isEqualTo("0.001"); // though it is the default
    assertThat(phases.get(1).get("epochs")).isEqualTo("7");
    assertThat(phases.get(1).get("ema")).isEqualTo("0.9");
    assertThat(asked.with("augment", "intel").withPhasesOf(network).phases().get(0).get("epochs"))
        .isEqualTo("2"); // its features are not kept
  }

  @Test
  void onlyFineTuningHasPhasesByItself() {
    Network network = ResNetSpec.named("resnet18").network(3);
    Recipe defaults = Recipe.defaults();
    for (Recipe alone :
        List.of(
            defaults,
            defaults.with("freeze", "backbone"),
            defaults.with("freeze", "all-but:fc"),
            defaults.with(Map.of("weights", "none", "freeze", "none")),
            defaults.with(Map.of("freeze", "none", "phases", "none")))) {
      Recipe settled = alone.withPhasesOf(network);
      assertThat(settled.get("phases")).isEqualTo("none");
      assertThat(settled.get("lr")).isEqualTo(defaults.get("lr"));
      assertThat(settled.get("epochs")).isEqualTo("30");
    }
  }

  @Test
  void gradualUnfreezingGoesStageByStageFromTheHead() {
    Recipe recipe =
        Recipe.defaults()
            .with("phases", "gradual:epochs=2")
            .withPhasesOf(ResNetSpec.named("resnet18").network(3));
    assertThat(recipe.get("epochs")).isEqualTo("12");
    assertThat(recipe.phases())
        .extracting(r -> r.get("freeze"))
        .containsExactly(
            "conv1,bn1,layer1,layer2,layer3,layer4",
            "conv1,bn1,layer1,layer2,layer3",
            "conv1,bn1,layer1,layer2",
            "conv1,bn1,layer1",
            "conv1,bn1",
            "none");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "epochs | 0",
        "epochs | ten",
        "batch_size | -1",
        "lr | 0",
        "lr | NaN",
        "val_split | 0",
        "head | dense",
        "optimizer | adamm",
        "schedule | linear",
        "image_size | 4",
        "resize | stretch",
        "precision | fp64",
        "seed | 1.5",
        "label_smoothing | 1",
        "epoch | 3",
        "phases | epochs=2 fre=none",
        "phases | epochs=2 lr=-1",
        "phases | freeze=none",
        "phases | gradual:epochs=0",
        "steps_per_epoch | -1",
        "preprocessing | caffe",
        "grouping | all",
        "first_layer | frozen",
        "keep | worst",
      })
  void wrongValuesAreRefusedInOneLine(String name, String value) {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> Recipe.defaults().with(name, value))
        .withMessageContaining(value.equals("3") ? "unknown setting 'epoch'" : value)
        .matches(e -> e.getMessage().lines().count() == 1);
  }

  @Test
  void aNetworkIsLookedForUnderModel() {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> Recipe.defaults().with("network", "resnet18"))
        .withMessage("unknown setting 'network'; did you mean 'model'?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "epochs: [1, 2] | 1,2",
        "just text | a recipe is a list of settings",
        "epochs: 3\tx: 1 | not YAML",
        "epochz: 3 | unknown setting 'epochz'",
      })
  void wrongFilesAreRefusedByName(String text, String message) throws Exception {
    Path file = Files.writeString(folder.resolve("bad.yaml"), text);
    assertThatThrownBy(() -> Recipe.read(file))
        .isInstanceOf(TrainingException.class)
        .hasMessageStartingWith(file.toString())
        .hasMessageContaining(message);
  }

  /** A checkpoint can be gone on from by a version that has more settings than the one before. */
  @Test
  void itsFingerprintIsOfWhatIsNotDefault() {
    Recipe recipe = Recipe.defaults().with("seed", "7").with("lr", "0.01");
    assertThat(recipe.fingerprint())
        .isEqualTo(Sha256.of("lr: 0.01\nseed: 7\n".getBytes(StandardCharsets.UTF_8)));
    assertThat(recipe.with("epochs", "30").fingerprint()).isEqualTo(recipe.fingerprint());
    assertThat(recipe.with("epochs", "31").fingerprint()).isNotEqualTo(recipe.fingerprint());
  }

  @Test
  void settingsAreTypedValues() {
    Recipe recipe = Recipe.defaults().with("lr", "1e-2").with("val_split", "test");
    double rate = recipe.get(RecipeSettings.LR);
    assertThat(rate).isEqualTo(0.01);
    assertThat(recipe.get(RecipeSettings.EPOCHS)).isEqualTo(30);
    assertThat(recipe.get(RecipeSettings.VAL_SPLIT)).isEmpty();
    assertThat(recipe.get(RecipeSettings.IMAGE_SIZE)).isEmpty();
    assertThat(recipe.with("image_size", "64").get(RecipeSettings.IMAGE_SIZE)).contains(64);
    assertThat(recipe.get(RecipeSettings.HEAD).text()).isEqualTo("gap-linear");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> recipe.get(ClassicRecipe.FOLDS))
        .withMessage("folds is a setting of other recipes");
  }
}
