package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Ctrl-C in the middle of real work, in a process of its own. */
@ExtendWith(SmallRun.Resolver.class)
class StoppedTrainingTest {
  @TempDir private Path folder;

  @Test
  void trainingStopsWith130AndSavesACheckpoint(SmallRun small)
      throws IOException, InterruptedException {
    Path out = folder.resolve("run");
    String[] endless =
        SmallRun.trainArguments(small.pictures(), out, "--epochs=100000", "--schedule=constant");
    List<String> lines = stopsAfter("epoch 5/100000", endless);
    try (Stream<Path> left = Files.list(out)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .contains("recipe.yaml", "split.csv", "checkpoint.safetensors")
          .noneMatch(name -> name.startsWith(".") || name.startsWith("model"));
    }
    assertThat(lines)
        .anyMatch(line -> line.startsWith("saved a checkpoint in epoch "))
        .anyMatch(line -> line.startsWith("next: residua train ") && line.endsWith(" --resume"));
  }

  @Test
  void predictionStopsWith130AndLeavesWholeRows(SmallRun small)
      throws IOException, InterruptedException {
    Path csv = folder.resolve("answers.csv");
    List<String> arguments =
        new ArrayList<>(List.of("predict", small.run().toString(), "--csv=" + csv));
    arguments.add("--device=java");
    String pictures = small.pictures().toString();
    for (int i = 0; i < 1000; i++) {
      arguments.add(pictures); // more than can be done in the meantime
    }
    stopsAfter("predict: ", arguments.toArray(String[]::new));
    String rows = Files.readString(csv);
    assertThat(rows).startsWith("path,class,probability").endsWith("\n");
    long columns = rows.lines().findFirst().orElseThrow().chars().filter(c -> c == ',').count();
    assertThat(rows.lines())
        .allSatisfy(row -> assertThat(row.chars().filter(c -> c == ',')).hasSize((int) columns));
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(csv);
    }
  }

  /** Starts a command, presses Ctrl-C once a line begins so, and waits for its end. */
  private List<String> stopsAfter(String beginning, String... arguments)
      throws IOException, InterruptedException {
    assumeTrue(File.separatorChar == '/', "signals are POSIX's");
    assumeFalse(Processes.ignoresCtrlC(), "this process ignores Ctrl-C, and so do those it starts");
    List<String> command = Processes.residua(List.of("-Xmx1g"), List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    List<String> lines = new ArrayList<>();
    try (BufferedReader reader = process.inputReader()) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.add(line);
        if (line.startsWith(beginning)) {
          String kill = "kill -INT " + process.pid();
          Processes.run(folder, Map.of(), List.of("sh", "-c", kill));
          beginning = "\0"; // once
        }
      }
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor()).as(String.join("\n", lines)).isEqualTo(130);
    assertThat(lines.get(lines.size() - 1)).isEqualTo("residua: stopped");
    assertThat(lines).contains("residua: stopping").noneMatch(line -> line.contains("\tat "));
    return lines;
  }
}
