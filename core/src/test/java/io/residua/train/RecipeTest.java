package io.residua.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
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
      })
  void wrongValuesAreRefusedInOneLine(String name, String value) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Recipe.defaults().with(name, value))
        .withMessageContaining(value.equals("3") ? "unknown setting 'epoch'" : value)
        .matches(e -> e.getMessage().lines().count() == 1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "epochs: [1, 2] | epochs must be one value",
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
}
