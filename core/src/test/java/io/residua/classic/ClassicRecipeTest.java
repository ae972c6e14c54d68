package io.residua.classic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.residua.UsageException;
import io.residua.classic.internal.ClassicException;
import io.residua.classic.internal.ClassicSpec;
import io.residua.classic.internal.Gamma;
import io.residua.classic.internal.Kernel;
import io.residua.classic.internal.SvcSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassicRecipeTest {
  private static final List<String> CLASSES = List.of("cat", "dog");

  @TempDir Path folder;

  @Test
  void theTutorialsGridIsThatOfScikitLearn() {
    List<ClassicSpec> grid = ClassicRecipe.named("stl10-svm-tutorial").candidates(CLASSES);
    assertThat(grid).hasSize(16);
    assertThat(grid.get(1))
        .isEqualTo(SvcSpec.of(Kernel.poly(Gamma.of(0.1), 3, 0), 0.1).withProbability(true));
    assertThat(grid.get(4).settings()).containsEntry("C", "1").containsEntry("gamma", "1");
  }

  @Test
  void whoeverGivesAKernelAsksForSupportVectors() {
    ClassicRecipe defaults = ClassicRecipe.defaults();
    assertThat(kinds(defaults)).containsExactlyInAnyOrder("svc", "logistic-regression");
    assertThat(kinds(defaults.with("c", "1"))).hasSize(2);
    for (String setting :
        List.of("kernel=rbf", "gamma=auto", "degree=2", "class_weight=balanced")) {
      String[] pair = setting.split("=");
      assertThat(kinds(defaults.with(pair[0], pair[1]))).as(setting).containsExactly("svc");
      assertThat(kinds(defaults.with(pair[0], pair[1]).with("classifier", "logistic,svc")))
          .as(setting)
          .hasSize(2);
      assertThat(kinds(defaults.with("classifier", "logistic,svc").with(pair[0], pair[1])))
          .as(setting)
          .hasSize(2);
    }
  }

  private static Set<String> kinds(ClassicRecipe recipe) {
    return recipe.candidates(CLASSES).stream()
        .map(spec -> spec.toJson().path("classifier").asText())
        .collect(Collectors.toSet());
  }

  @Test
  void whatAKernelDoesNotUseMakesNoCombinations() {
    List<ClassicSpec> grid =
        ClassicRecipe.defaults()
            .with("classifier", "svc,logistic,knn")
            .with("kernel", "linear,rbf,poly")
            .with("gamma", "scale,0.1")
            .with("degree", "2,3")
            .with("coef0", "0,1")
            .with("c", "1,10")
            .with("k", "5")
            .candidates(CLASSES);
    assertThat(grid).hasSize(2 + 2 * 2 + 2 * 2 * 2 * 2 + 2 + 1).doesNotHaveDuplicates();
  }

  @Test
  void classesHaveWeightsByName() {
    ClassicRecipe recipe = ClassicRecipe.defaults().with("class_weight", "dog=2.5");
    SvcSpec spec = (SvcSpec) recipe.candidates(CLASSES).get(0);
    assertThat(spec.weights().weight(1, 1, 2, 2)).isEqualTo(2.5);
    assertThat(spec.weights().weight(0, 1, 2, 2)).isEqualTo(1);
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> recipe.candidates(List.of("cat", "cow")))
        .withMessage("class_weight is 'dog=2.5', not CLASS=WEIGHT with one of cat, cow");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "c|0|c is '0', not a number above 0",
        "c|1,|c is '', not a number above 0",
        "gamma|big|gamma is 'big', not a number above 0, scale or auto",
        "kernel|cubic|kernel is 'cubic', not one of linear, poly, rbf, sigmoid",
        "classifier|tree|classifier is 'tree', not one of svc, logistic, knn",
        "folds|1|folds is '1', not a whole number from 2",
        "class_weight|none,balanced|class_weight is 'none,balanced', not none, balanced or CLASS=WEIGHT",
        "folds|3,5|folds is '3,5', not a whole number from 2",
        "val_split|1|val_split is '1', not a number between 0 and 1",
        "scaler|test|scaler is 'test', not train or per-split-tutorial",
        "image_size|5|image_size is '5', not a whole number from 8 to 4096, or auto",
        "class_weight|2|class_weight is '2', not none, balanced or CLASS=WEIGHT",
        "precision|int8|precision is 'int8', not one of auto, fp32, bf16"
      })
  void aValueThatIsNotAllowedIsRefusedInOneLine(String setting, String value, String message) {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> ClassicRecipe.defaults().with(setting, value))
        .withMessage(message);
  }

  @Test
  void aRecipeReadsBackAsItWasWritten() throws IOException {
    Path file = folder.resolve("recipe.yaml");
    for (String name : ClassicRecipe.NAMES) {
      ClassicRecipe recipe = ClassicRecipe.named(name);
      Files.writeString(file, recipe.toYaml());
      assertThat(ClassicRecipe.named(file.toString())).isEqualTo(recipe);
    }
    Files.writeString(file, "epochs: 3\n");
    assertThatExceptionOfType(ClassicException.class)
        .isThrownBy(() -> ClassicRecipe.named(file.toString()))
        .withMessageStartingWith(
            file + ": unknown setting 'epochs'; there are weights, prefix, layer,");
    Files.writeString(file, "c: {a: 1}\n");
    assertThatExceptionOfType(ClassicException.class)
        .isThrownBy(() -> ClassicRecipe.named(file.toString()))
        .withMessage(file + ": line 1: c must be one value or a list of values");
    assertThatExceptionOfType(ClassicException.class)
        .isThrownBy(() -> ClassicRecipe.named("stl10"))
        .withMessage(
            "stl10: no such file or folder (recipes by name: stl10-svm, stl10-svm-tutorial)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "weights|a.safetensors|a.safetensors|b.safetensors",
        "layer|layer3|layer3|layer4",
        "image_size|64|+64|65",
        "resize|crop|crop|squash",
        "scaler|per-split-tutorial|per-split-tutorial|train",
        "classifier|svc,knn|svc, knn|knn,svc",
        "kernel|rbf,poly|RBF, poly|rbf",
        "c|0.0001,1|1e-4, 1.0|0.0001",
        "gamma|scale,0.0001|Scale,.00010|auto",
        "degree|2,3|+2, 03|2",
        "coef0|0.5|.50|0.6",
        "class_weight|cat=2.5,dog=1|cat = 2.50, dog=1e0|cat=2.5",
        "k|1,3|01,+3|1",
        "folds|3|+3|4",
        "seed|-7|-07|7",
        "val_split|0.0001|1E-4|0.3",
        "precision|fp32|fp32|bf16",
      })
  void oneValueInTwoSpellingsIsWrittenReadAndTheSame(
      String name, String value, String spelling, String other) throws IOException {
    ClassicRecipe recipe = ClassicRecipe.defaults().with(name, spelling);
    Path file = Files.writeString(folder.resolve("recipe.yaml"), recipe.toYaml());
    ClassicRecipe read = ClassicRecipe.named(file.toString());
    assertThat(read.get(name)).as("as the user wrote it").isEqualTo(spelling);
    assertThat(read)
        .isEqualTo(ClassicRecipe.defaults().with(name, value))
        .isNotEqualTo(ClassicRecipe.defaults().with(name, other));
    assertThat(read.differenceFrom(recipe.with(name, value), List.of(name))).isEmpty();
    assertThat(read.differenceFrom(recipe.with(name, other), List.of(name))).isPresent();
  }
}
