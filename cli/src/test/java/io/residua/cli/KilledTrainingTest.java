package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.residua.engine.Precision;
import io.residua.weights.internal.SafetensorsFile;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** SIGKILL at random moments of real processes, each time followed by {@code --resume}. */
@ExtendWith(SmallRun.Resolver.class)
class KilledTrainingTest {
  private static final int SIGKILL_EXIT_CODE = 137;

  @TempDir private Path folder;

  @Test
  void aRunKilledFourTimesEndsAsOneThatWasNot(SmallRun small) throws Exception {
    endsAsOneThatWasNotKilled(small, "fp32", 4);
  }

  @ParameterizedTest
  @MethodSource("io.residua.testkit.Precisions#ofTraining")
  @Tag("slow")
  void aRunKilledTwentyTimesEndsAsOneThatWasNot(Precision precision, SmallRun small)
      throws Exception {
    endsAsOneThatWasNotKilled(small, precision.text(), 20);
  }

  private void endsAsOneThatWasNotKilled(SmallRun small, String precision, int kills)
      throws Exception {
    assumeThat(File.separatorChar).as("signals are POSIX's").isEqualTo('/');
    int epochs = 10 * kills;
    String[] settings = {
      "--model=resnet20-cifar",
      "--freeze=none",
      "--augment=cifar",
      "--batch-size=8",
      "--lr=0.0001",
      "--optimizer=adam:beta1=.90",
      "--epochs=" + epochs,
      "--precision=" + precision,
      "--threads=1",
      "--checkpoint-steps=1"
    };
    Path whole = folder.resolve("whole");
    TestRun unstopped = new TestRun();
    assertThat(unstopped.execute(SmallRun.trainArguments(small.pictures(), whole, settings)))
        .as(unstopped.err())
        .isZero();

    Path run = folder.resolve("run");
    List<String> arguments =
        new ArrayList<>(List.of(SmallRun.trainArguments(small.pictures(), run, settings)));
    Random random = new Random(7);
    for (int kill = 0; kill < kills; kill++) {
      if (kill % 3 == 2) {
        killed(arguments, null, random.nextInt(2000)); // perhaps before its first step
      } else {
        killed(arguments, "epoch ", random.nextInt(150));
      }
      if (kill == 0) {
        arguments.add("--resume");
      }
    }
    TestRun last = new TestRun();
    assertThat(last.execute(arguments.toArray(String[]::new))).as(last.err()).isZero();
    assertThat(last.err()).contains("going on in epoch");
    for (String file : List.of("model.safetensors", "last.safetensors")) {
      assertThat(tensors(run.resolve(file))).isEqualTo(tensors(whole.resolve(file)));
    }
    assertThat(Files.readAllLines(run.resolve("history.csv"))).hasSize(epochs + 1);
  }

  private static Map<String, FloatBuffer> tensors(Path file) {
    SafetensorsFile stored = SafetensorsFile.open(file);
    Map<String, FloatBuffer> all = new LinkedHashMap<>();
    stored.names().forEach(name -> all.put(name, stored.floats(name).data()));
    assertThat(all).isNotEmpty();
    return all;
  }

  /**
   * Starts a run and kills it.
   *
   * @param beginning of a line to wait for; null for none
   * @param millis how long to wait after that
   */
  private static void killed(List<String> arguments, @Nullable String beginning, int millis)
      throws IOException, InterruptedException {
    List<String> command = Processes.residua(List.of("-Xmx1g"), arguments);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    StringBuilder printed = new StringBuilder();
    try (BufferedReader reader = process.inputReader()) {
      boolean seen = beginning == null;
      while (!seen) {
        String line = reader.readLine();
        assertThat(line).as(printed.toString()).isNotNull();
        printed.append(line).append('\n');
        seen = line.startsWith(beginning);
      }
      process.waitFor(millis, TimeUnit.MILLISECONDS);
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.waitFor()).as(printed.toString()).isEqualTo(SIGKILL_EXIT_CODE);
  }
}
