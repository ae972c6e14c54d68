package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SmallRun.Resolver.class)
class QuickstartTest {
  @TempDir private Path folder;

  @Test
  void aFolderThatIsInUseIsRefusedBeforeAnythingIsDone(SmallRun small) {
    TestRun run = new TestRun();
    assertThat(run.execute("quickstart", "--out", small.run().toString())).isEqualTo(1);
    assertThat(run.err())
        .isEqualTo(
            "residua: %s: exists and is not empty; give a new folder with --out\n"
                .formatted(small.run()));
  }

  @Test
  @Tag("slow")
  void withoutWeightsASmallNetworkLearnsAndTheSuggestionsWork()
      throws IOException, InterruptedException {
    Path launcher =
        Path.of(System.getProperty("basedir", "."), "..", "residua").toAbsolutePath().normalize();
    Map<String, String> environment =
        Map.of(
            "RESIDUA_CLASSPATH", Processes.classPath(),
            "JAVA_HOME", System.getProperty("java.home"),
            "RESIDUA_HOME", folder.resolve("cache").toString());
    Processes.Ended ended =
        Processes.run(folder, environment, List.of(launcher.toString(), "quickstart", "--offline"));

    assertThat(ended.exitCode()).as(ended.err()).isZero();
    assertThat(ended.err())
        .contains(
            "warning: cannot fetch resnet50.keras_in1k: it is not cached and must not be fetched")
        .contains("a small network is trained from scratch");
    Path metrics = folder.resolve("residua-quickstart/run/metrics.json");
    JsonNode test = new ObjectMapper().readTree(Files.readString(metrics)).get("test");
    assertThat(test.at("/accuracy_ci95/0").asDouble()).isGreaterThan(2 / 6.0); // twice chance
    List<String> typed =
        ended.err().lines().filter(line -> line.startsWith("  " + launcher)).toList();
    assertThat(typed).hasSize(3);
    for (String line : typed.subList(0, 2)) {
      Processes.Ended next = Processes.run(folder, environment, List.of("sh", "-c", line));
      assertThat(next.exitCode()).as(line + "\n" + next.err()).isZero();
    }
  }
}
