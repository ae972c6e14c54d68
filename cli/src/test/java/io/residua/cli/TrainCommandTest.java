package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.train.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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

  @ParameterizedTest
  @ValueSource(strings = {"train", "lr-find", "sweep", "tune", "compare", "svm"})
  void theHelpGroupsOptionsByTopic(String command) {
    TestRun run = new TestRun();
    assertThat(run.execute("help", command)).isZero();
    List<String> lines = run.out().lines().toList();
    List<String> topics =
        lines.stream()
            .filter(line -> line.matches("[A-Z].*:"))
            .map(line -> line.replace(":", ""))
            .toList();
    assertThat(topics)
        .containsSubsequence("Options", "Data", "Computing", "General", "Examples")
        .doesNotHaveDuplicates();
    if (!command.equals("svm")) {
      assertThat(topics)
          .containsSubsequence(
              "Options",
              "Network",
              "Pictures",
              "Data",
              "Length of training",
              "Optimisation",
              "Against overfitting",
              "Computing",
              "General");
    }
    for (OptionSpec option : run.line.getSubcommands().get(command).getCommandSpec().options()) {
      assertThat(lines)
          .as(option.longestName())
          .filteredOn(line -> line.matches("  .*" + option.longestName() + "([ =].*)?"))
          .filteredOn(line -> !line.startsWith("  residua"))
          .filteredOn(line -> line.matches(" {2,6}-.*"))
          .hasSize(1);
    }
    assertThat(lines).allMatch(line -> line.length() <= 80);
    assertThat(String.join("\n", lines)).contains("--weights", "--seed");
    assertThat(lines.indexOf("Data:")).isLessThan(indexOf(lines, "--split"));
    assertThat(indexOf(lines, "--split")).isLessThan(lines.indexOf("Computing:"));
  }

  private static int indexOf(List<String> lines, String option) {
    return lines.indexOf(
        lines.stream().filter(line -> line.startsWith("      " + option)).findFirst().orElse(""));
  }

  /** The run was made with {@code --lr=0.01}. */
  @Test
  void aStoppedRunGoesOnByItsOwnValuesWhateverTheirSpelling(SmallRun small) throws IOException {
    Path out = folder.resolve("run");
    Files.createDirectories(out);
    for (String file : List.of("recipe.yaml", "split.csv")) {
      Files.copy(small.run().resolve(file), out.resolve(file));
    }
    TestRun other = new TestRun();
    assertThat(
            other.execute(SmallRun.trainArguments(small.pictures(), out, "--lr=0.001", "--resume")))
        .isEqualTo(2);
    assertThat(other.err())
        .contains("lr is 0.01 in the run, not 0.001: a run goes on by its own recipe");
    TestRun same = new TestRun();
    assertThat(
            same.execute(SmallRun.trainArguments(small.pictures(), out, "--lr=1e-2", "--resume")))
        .as(same.err())
        .isZero();
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
    // Where in the weights' file the network is, is found again in the same file.
    assertThat(recipe.toYaml()).containsOnlyOnce("auto").contains("prefix: auto");
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
