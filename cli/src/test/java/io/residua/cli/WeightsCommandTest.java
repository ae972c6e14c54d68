package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.Shared;
import io.residua.weights.WeightSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SmallRun.Resolver.class)
class WeightsCommandTest {
  @TempDir private Path folder;

  /** The published weights lie in the user's cache, where the quickstart puts them. */
  static void needsPublishedWeights() {
    boolean cached = WeightSource.ofEnvironment().list().get(0).cached();
    if (System.getenv("CI") == null) {
      assumeTrue(cached, "no published weights in the cache");
    }
    assertThat(cached).as("CI runs the quickstart first, which fetches the weights").isTrue();
  }

  @Test
  void theListSaysWhatTheWeightsAreAndWhereTheyComeFrom() throws IOException {
    TestRun run = new TestRun();
    assertThat(run.execute("weights", "list")).isZero();
    assertThat(run.out()).contains("resnet50.keras_in1k  (imagenet)", "top-1 0.749", "licence MIT");
    TestRun json = new TestRun();
    assertThat(json.execute("weights", "list", "--json=-")).isZero();
    JsonNode first = new ObjectMapper().readTree(json.out()).get(0);
    assertThat(first.get("name").asText()).isEqualTo("resnet50.keras_in1k");
    assertThat(first.get("values").asLong()).isEqualTo(25_636_712);
    assertThat(first.get("source_sha256").asText()).hasSize(64);
  }

  @Test
  void aModelFileIsShownTensorByTensor(SmallRun small) throws IOException {
    TestRun run = new TestRun();
    assertThat(run.execute("weights", "show", small.model().toString())).isZero();
    assertThat(run.out())
        .contains("network: resnet18", "preprocessing: {", "layer4.1.conv2.weight", "512x512x3x3");
    TestRun json = new TestRun();
    assertThat(json.execute("weights", "show", small.model().toString(), "--json=-")).isZero();
    JsonNode result = new ObjectMapper().readTree(json.out());
    assertThat(result.get("architecture").asText()).isEqualTo("resnet18");
    assertThat(result.get("tensors").findValuesAsText("name")).contains("fc.weight", "fc.bias");
    assertThat(result.at("/tensors/0/not_finite").asInt()).isZero();
  }

  @Test
  void publishedWeightsAnswerWithTheNamesOfImageNet() {
    needsPublishedWeights();
    Path tench = Shared.path("data", "imagenet_val500_10cls", "test", "n01440764");
    TestRun run = new TestRun();
    assertThat(run.execute("predict", "imagenet", tench.toString(), "--offline", "--top=1"))
        .as(run.err())
        .isZero();
    assertThat(run.out()).hasLineCount(50);
    assertThat(run.out().lines().filter(line -> line.contains("  tench "))).hasSizeGreaterThan(30);
  }

  @Test
  void fetchPrintsWhereTheWeightsLie() {
    needsPublishedWeights();
    TestRun run = new TestRun();
    assertThat(run.execute("weights", "fetch", "imagenet", "--offline")).isZero();
    assertThat(Path.of(run.out().strip())).isRegularFile();
    assertThat(run.err()).contains("next: residua predict resnet50.keras_in1k PICTURE");
  }

  @Test
  void offlineWithoutCacheSaysWhatToDo() throws IOException, InterruptedException {
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            Processes.classPath(),
            Main.class.getName(),
            "weights",
            "fetch",
            "imagenet",
            "--offline");
    Processes.Ended ended =
        Processes.run(folder, Map.of("RESIDUA_HOME", folder.toString()), command);
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err())
        .hasLineCount(1)
        .startsWith("residua: cannot fetch resnet50.keras_in1k: it is not cached and --offline");
    assertThat(Files.list(folder)).isEmpty();
  }

  @Test
  void anUnknownNameIsAnswered() {
    TestRun run = new TestRun();
    assertThat(run.execute("weights", "fetch", "resnet51")).isEqualTo(1);
    assertThat(run.err()).contains("'resnet51'", "resnet50.keras_in1k");
  }
}
