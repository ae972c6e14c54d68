package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nothing is loaded that the answer does not need. */
@ExtendWith(SmallRun.Resolver.class)
class StartUpTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"--help", "--version", "train --help", "help predict", "trian"})
  void noEngineIsLoadedForHelp(String arguments) throws IOException, InterruptedException {
    List<String> loaded = loaded(arguments.split(" "));
    assertThat(loaded.stream().filter(StartUpTest::isHeavy)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"predict", "card"})
  void noCatalogueAndNoOtherNetworkOrCommandIsLoadedForAModelOfOnesOwn(
      String command, SmallRun small) throws IOException, InterruptedException {
    String picture = small.pictures().resolve("test/freshbanana/synthetic_0001.jpg").toString();
    String run = small.run().toString();
    assertThat(
            command.equals("card")
                ? loaded(command, run)
                : loaded(command, run, picture, "--quiet"))
        .noneMatch(line -> line.contains(" org.yaml.snakeyaml."))
        .noneMatch(line -> line.contains(" io.residua.weights.internal.KnownNetworks"))
        .noneMatch(line -> line.contains(" io.residua.weights.internal.Recognition"))
        .noneMatch(line -> line.contains(" io.residua.cli.RecipeOptions "));
  }

  private List<String> loaded(String... arguments) throws IOException, InterruptedException {
    List<String> command =
        Processes.residua(
            List.of("-Xlog:class+load:file=%s".formatted(folder.resolve("loaded.txt"))),
            List.of(arguments));
    Processes.run(folder, Map.of(), command);
    List<String> loaded = Files.readAllLines(folder.resolve("loaded.txt"));
    assertThat(loaded).anyMatch(line -> line.contains(" io.residua.cli.Residua "));
    return loaded;
  }

  private static boolean isHeavy(String line) {
    return line.contains(" io.residua.engine.")
        || line.contains(" org.bytedeco.")
        || line.contains(" com.fasterxml.jackson.databind.");
  }
}
