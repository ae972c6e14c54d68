package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands that train more than once. */
@ExtendWith(SmallRun.Resolver.class)
class ExperimentCommandsTest {
  @TempDir private Path folder;

  private TestRun execute(SmallRun small, String command, int exitCode, String... more) {
    String[] all = Arrays.copyOf(more, more.length + 1);
    all[more.length] = "--threads=1";
    String[] arguments = SmallRun.trainArguments(small.pictures(), folder.resolve("out"), all);
    arguments[0] = command;
    TestRun run = new TestRun();
    assertThat(run.execute(arguments)).as(run.err()).isEqualTo(exitCode);
    return run;
  }

  @Test
  void aLearningRateIsFoundAndUsed(SmallRun small) {
    TestRun run =
        execute(
            small,
            "lr-find",
            0,
            "--steps=40",
            "--batch-size=8",
            "--model=resnet8-cifar",
            "--freeze=none");
    assertThat(run.out())
        .containsPattern("rates from 1e-7 to ")
        .containsPattern("use +--lr [0-9.e-]+\n")
        .contains("the mean loss of 8 pictures at each rate, tried once with seed 1");
    assertThat(run.err()).contains("next: residua train", "--lr ");
    assertThat(folder.resolve("out/lr-find.svg")).exists();
  }

  @Test
  void layersAreComparedAndTheSweepGoesOn(SmallRun small) {
    TestRun run = execute(small, "sweep", 0, "--layers=layer4.1.conv2; layer4.0.downsample.*");
    assertThat(run.out())
        .contains("layers trained", "head alone", "layer4.1.conv2", "best on validation: ")
        .contains("downsample layers: layer4.0.downsample.* is number ");
    assertThat(run.err()).contains("choice 3/3", "next: residua train", "best.yaml");
    TestRun again = execute(small, "sweep", 0, "--layers=layer4.1.conv2; layer4.0.downsample.*");
    assertThat(again.err()).contains("layer4.1.conv2: done before").doesNotContain("epoch 1/2");
    assertThat(again.out()).isEqualTo(run.out());
  }

  @Test
  void settingsAreSearched(SmallRun small) {
    TestRun run =
        execute(
            small, "tune", 0, "--space=lr=1e-4..1e-2:log,head=gap-linear|gap-mlp:8", "--trials=3");
    assertThat(run.out()).contains("trial", "best on validation: trial ", "rounds of 2 epochs");
    assertThat(folder.resolve("out/best.yaml")).content().contains("epochs: 2");
  }

  @Test
  void modelsAreCompared(SmallRun small) throws IOException {
    Path recipe = folder.resolve("tiny.yaml");
    Files.writeString(
        recipe,
        """
        weights: none
        model: resnet8-cifar
        epochs: 1
        precision: fp32
        """);
    TestRun run = execute(small, "compare", 0, "--models=%s,%s".formatted(small.run(), recipe));
    assertThat(run.out())
        .contains("measured on the test part", "(McNemar, exact)", "images/s")
        .containsPattern("run +resnet18 ")
        .containsPattern("tiny +resnet8-cifar ");
    assertThat(folder.resolve("out/compare.svg")).exists();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "sweep; --layers=layer9; 2; freeze: 'layer9' matches no layer",
        "sweep; --combine=0; 2; a choice needs at least one group of layers",
        "tune; --space=lr; 2; space: 'lr' is not SETTING=VALUES",
        "compare; --models=resnet18; 2; a comparison needs at least two models",
        "compare; --models=resnet8-cifar,nothing; 1; nothing",
        "lr-find; --from=1 --to=0.1; 2; the highest learning rate is 0.1, not above the lowest",
      })
  void wrongUsageIsOneLineAndLeavesNothing(
      String command, String options, int exitCode, String line, @TempDir Path empty) {
    TestRun run = new TestRun();
    String[] all =
        SmallRun.trainArguments(Path.of("nowhere"), empty.resolve("out"), options.split(" "));
    all[0] = command;
    assertThat(run.execute(all)).as(run.err()).isEqualTo(exitCode);
    assertThat(run.err().lines().reduce((a, b) -> b).orElse("")).contains(line);
    assertThat(run.out()).isEmpty();
    assertThat(empty).isEmptyDirectory();
  }
}
