package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.train.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

@ExtendWith(SmallRun.Resolver.class)
class TrainCommandTest {
  @TempDir private Path folder;

  @Test
  void everySettingOfARecipeIsAFlagWithItsHelpAndDefault() {
    CommandSpec train = new TestRun().line.getSubcommands().get("train").getCommandSpec();
    Recipe.descriptions()
        .forEach(
            (setting, description) -> {
              OptionSpec option = train.findOption("--" + RecipeOptions.dashed(setting));
              assertThat(option).as(setting).isNotNull();
              assertThat(String.join("", option.description()))
                  .isEqualTo("%s (default: %s).".formatted(description, Recipe.defaultOf(setting)));
            });
    Map<String, String> flags =
        train.options().stream()
            .filter(o -> o.order() >= 20 && o.order() < 250)
            .collect(
                Collectors.toMap(
                    o -> o.longestName().substring(2).replace('-', '_'), OptionSpec::paramLabel));
    assertThat(flags.keySet()).isEqualTo(Recipe.descriptions().keySet());
  }

  @Test
  void aRunFolderHasWhatWasPromised(SmallRun small) throws IOException {
    assertThat(small.run())
        .isDirectoryContaining("glob:**/model.safetensors")
        .isDirectoryContaining("glob:**/last.safetensors")
        .isDirectoryContaining("glob:**/recipe.yaml")
        .isDirectoryContaining("glob:**/split.csv")
        .isDirectoryContaining("glob:**/history.csv")
        .isDirectoryContaining("glob:**/report.html")
        .isDirectoryNotContaining("glob:**tmp");
    JsonNode metrics =
        new ObjectMapper().readTree(Files.readString(small.run().resolve("metrics.json")));
    assertThat(metrics.at("/test/n").asInt()).isEqualTo(SmallRun.TEST_PICTURES);
    assertThat(metrics.at("/train/n").asInt() + metrics.at("/val/n").asInt()).isEqualTo(36);
    assertThat(metrics.at("/test/accuracy_ci95")).hasSize(2);
    Recipe recipe = Recipe.read(small.run().resolve("recipe.yaml"));
    assertThat(recipe.get("epochs")).isEqualTo("2");
    assertThat(recipe.get("image_size")).isEqualTo("32");
    assertThat(recipe.toYaml()).doesNotContain("auto");
  }

  @Test
  void aPictureOfAnotherSizeThanTheNetworksIsNamed(SmallRun small) {
    TestRun run = new TestRun();
    int exitCode =
        run.execute(
            SmallRun.trainArguments(
                small.pictures(), folder.resolve("run"), "--resize=none", "--image-size=48"));
    assertThat(exitCode).isEqualTo(1);
    assertThat(run.err()).containsPattern("residua: .*[.](png|jpg): .*\\d+x\\d+");
  }

  @Test
  void theValidationPartMayBeANumberOfPictures(SmallRun small) throws IOException {
    Path out = folder.resolve("run");
    TestRun run = new TestRun();
    assertThat(run.execute(SmallRun.trainArguments(small.pictures(), out, "--val-split=9")))
        .as(run.err())
        .isZero();
    JsonNode metrics = new ObjectMapper().readTree(Files.readString(out.resolve("metrics.json")));
    assertThat(metrics.at("/val/n").asInt()).isEqualTo(9);
    assertThat(metrics.at("/val/origin").asText()).contains("9 pictures");
  }

  @Test
  void flagsOverrideTheRecipeAndTheEndSaysHowGoodAndWhatNext(SmallRun small) throws IOException {
    Path recipe = folder.resolve("mine.yaml");
    Files.writeString(recipe, "epochs: 1\nlr: 0.1\nhead: gap-mlp:8\n");
    Path out = folder.resolve("my run");
    Path json = folder.resolve("train.json");
    TestRun run = new TestRun();
    int exitCode =
        run.execute(
            SmallRun.trainArguments(
                small.pictures(), out, "--recipe=" + recipe, "--json=" + json, "--seed=7"));

    assertThat(exitCode).as(run.err()).isZero();
    Recipe used = Recipe.read(out.resolve("recipe.yaml"));
    assertThat(used.get("epochs")).isEqualTo("2"); // the flag's
    assertThat(used.get("head")).isEqualTo("gap-mlp:8"); // the file's
    assertThat(used.get("seed")).isEqualTo("7");
    assertThat(run.out().lines().map(line -> line.split(" +")[0]))
        .containsExactly("train", "validation", "test");
    assertThat(run.out()).contains("95 % interval", "n 18)", "which chose epoch");
    assertThat(run.err())
        .contains("layer       parameters     trainable  batch norm", "wrote " + out)
        .contains("next: residua evaluate '" + out + "' " + small.pictures());
    assertThat(Files.readString(json)).contains("\"selected_on\" : \"val\"");
  }

  @Test
  void aSplitCanBeUsedAgain(SmallRun small) {
    Path out = folder.resolve("again");
    TestRun run = new TestRun();
    String split = "--split=" + small.run().resolve("split.csv");
    assertThat(run.execute(SmallRun.trainArguments(small.pictures(), out, split, "--seed=9")))
        .as(run.err())
        .isZero();
    assertThat(out.resolve("split.csv")).hasSameTextualContentAs(small.run().resolve("split.csv"));
    assertThat(run.err()).contains("as listed in split.csv");
  }

  @Test
  void theSameSeedGivesTheSameModel(SmallRun small) {
    Path out = folder.resolve("same");
    TestRun run = new TestRun();
    assertThat(run.execute(SmallRun.trainArguments(small.pictures(), out, "--threads=1"))).isZero();
    Path again = folder.resolve("same2");
    assertThat(run.execute(SmallRun.trainArguments(small.pictures(), again, "--threads=1")))
        .isZero();
    assertThat(again.resolve("last.safetensors"))
        .hasSameBinaryContentAs(out.resolve("last.safetensors"));
  }

  @Test
  void plainJavaTrainsToo(SmallRun small) {
    Path out = folder.resolve("java");
    TestRun run = new TestRun();
    assertThat(run.execute(SmallRun.trainArguments(small.pictures(), out, "--device=java")))
        .as(run.err())
        .isZero();
    assertThat(run.out()).hasLineCount(3);
  }

  @Test
  void aSetWithoutTestPartSaysSo(SmallRun small) {
    TestRun run = new TestRun();
    Path out = folder.resolve("no-test");
    Path data = small.pictures().resolve("train");
    assertThat(run.execute(SmallRun.trainArguments(data, out))).as(run.err()).isZero();
    assertThat(run.out()).doesNotContain("test ");
    assertThat(run.err()).contains("no test part", "next: residua predict");
  }

  @Test
  void quietPrintsTheResultOnly(SmallRun small) {
    TestRun run = new TestRun();
    Path out = folder.resolve("quiet");
    assertThat(
            run.execute(
                SmallRun.trainArguments(small.pictures(), out, "--quiet", "--model=resnet8-cifar")))
        .isZero();
    assertThat(run.err()).isEmpty();
    assertThat(run.out()).hasLineCount(3);
  }
}
