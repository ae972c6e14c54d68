package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Help answers at once: nothing of the engine is loaded for it, let alone a native library. */
class StartUpTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"--help", "--version", "train --help", "help predict", "trian"})
  void noEngineIsLoaded(String arguments) throws IOException, InterruptedException {
    List<String> command =
        Processes.residua(
            List.of("-Xlog:class+load:file=%s".formatted(folder.resolve("loaded.txt"))),
            List.of(arguments.split(" ")));
    Processes.run(folder, Map.of(), command);
    List<String> loaded = Files.readAllLines(folder.resolve("loaded.txt"));
    assertThat(loaded).anyMatch(line -> line.contains(" io.residua.cli.Residua "));
    assertThat(loaded.stream().filter(StartUpTest::isHeavy)).isEmpty();
  }

  private static boolean isHeavy(String line) {
    return line.contains(" io.residua.engine.")
        || line.contains(" org.bytedeco.")
        || line.contains(" com.fasterxml.jackson.databind.");
  }
}
