package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.residua.Shared;
import io.residua.nn.internal.Architecture;
import io.residua.weights.WeightSource;
import io.residua.weights.internal.FloatTensor;
import io.residua.weights.internal.Initialisation;
import io.residua.weights.internal.Safetensors;
import io.residua.weights.internal.WeightMap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
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

  private static String cifarNet() {
    return Shared.path("data/weights/akamaster_cifar10/resnet20-12fca82f.th").toString();
  }

  @Test
  void aFileOfPytorchIsShownAndConverted() {
    TestRun show = new TestRun();
    assertThat(show.execute("weights", "show", cifarNet())).isZero();
    assertThat(show.out())
        .contains("PyTorch, 1,099,231 bytes", "network: resnet20-cifar", "best_prec1: 91.78")
        .contains("pictures, usually: squashed to 32x32", "module.layer3.2.conv2.weight");
    Path out = folder.resolve("net.safetensors");
    TestRun convert = new TestRun();
    assertThat(convert.execute("weights", "convert", cifarNet(), out.toString())).isZero();
    assertThat(convert.out()).contains("wrote " + out + ": resnet20-cifar, 97 tensors");
    TestRun again = new TestRun();
    assertThat(again.execute("weights", "show", out.toString())).isZero();
    assertThat(again.out()).contains("network: resnet20-cifar").doesNotContain("module.");
  }

  @Test
  void whatDoesNotFitIsListedByTensorAndNothingIsWritten() {
    String other = Shared.path("data/weights/vnncomp/resnet_2b.pth").toString();
    Path out = folder.resolve("net.safetensors");
    TestRun run = new TestRun();
    assertThat(
            run.execute("weights", "convert", other, out.toString(), "--model", "resnet20-cifar-b"))
        .isEqualTo(1);
    assertThat(run.out())
        .contains("missing     bn1.weight", "unexpected  conv1.bias")
        .contains("mis-shaped  conv1.weight [8, 3, 3, 3] instead of [16, 3, 3, 3]");
    assertThat(run.err()).contains("does not fit the network: ");
    assertThat(out).doesNotExist();
  }

  @Test
  void weightsOfAnotherNetworkAreNamed() {
    String data = Shared.path("data/cifar10_lossless/test").toString();
    TestRun run = new TestRun();
    assertThat(
            run.execute(
                "train",
                data,
                "--out",
                folder.resolve("run").toString(),
                "--model=resnet50",
                "--weights=" + cifarNet()))
        .isEqualTo(1);
    assertThat(run.err())
        .contains(
            "these are weights of resnet20-cifar, not of resnet50; leave the model out or give"
                + " that (option: --model=resnet20-cifar)");
  }

  /** Nobody can tell which of two networks is meant; with a prefix every command knows. */
  @Test
  void aFileOfTwoNetworksAsksForAPrefix(SmallRun small) {
    Map<String, FloatTensor> both = new HashMap<>();
    for (String prefix : List.of("first.", "second.")) {
      new Initialisation(prefix.length(), Initialisation.LinearRule.TORCH)
          .weights(Architecture.named("resnet20-cifar").network(3))
          .asMap()
          .forEach((name, tensor) -> both.put(prefix + name, tensor));
    }
    String file = folder.resolve("two.safetensors").toString();
    Safetensors.write(Path.of(file), new WeightMap(both), Map.of());
    TestRun show = new TestRun();
    assertThat(show.execute("weights", "show", file)).isZero();
    assertThat(show.out()).contains("choose one by its prefix");
    TestRun chosen = new TestRun();
    assertThat(chosen.execute("weights", "show", file, "--prefix", "second")).isZero();
    assertThat(chosen.out())
        .contains("network: resnet20-cifar")
        .contains("resnet20-cifar under 'second.'; left out: first (97 tensors)");
    TestRun refused = new TestRun();
    assertThat(refused.execute("predict", file, small.pictures().toString())).isEqualTo(1);
    assertThat(refused.err()).contains("choose one by its prefix").contains("(option: --prefix)");
    TestRun predict = new TestRun();
    assertThat(predict.execute("predict", file, small.pictures().toString(), "--prefix", "second."))
        .as(predict.err())
        .isZero();
    assertThat(predict.err()).contains("left out: first");
    TestRun train = new TestRun();
    assertThat(
            train.execute(
                SmallRun.trainArguments(
                    small.pictures(),
                    folder.resolve("run"),
                    "--weights=" + file,
                    "--prefix=first",
                    "--model=auto")))
        .as(train.err())
        .isZero();
    assertThat(folder.resolve("run/recipe.yaml")).content().contains("prefix: first");
    TestRun own = new TestRun();
    assertThat(
            own.execute(
                "predict", small.run().toString(), small.pictures().toString(), "--prefix=first"))
        .isEqualTo(1);
    assertThat(own.err())
        .contains("a model of Residua's has no prefixes; leave the prefix out (option: --prefix)");
    everyCommandTakesThePrefix(file, small);
  }

  /** Weights of colours become those of grey pictures and back, which is said. */
  @Test
  void trainingMayBeginWithWeightsForOtherChannels(SmallRun small) throws IOException {
    Path colours = folder.resolve("colours.safetensors");
    Safetensors.write(
        colours,
        new Initialisation(1, Initialisation.LinearRule.TORCH)
            .weights(Architecture.named("resnet20-cifar").network(3)),
        Map.of());
    Path grey = folder.resolve("grey");
    TestRun first = new TestRun();
    assertThat(
            first.execute(
                SmallRun.trainArguments(
                    small.pictures(),
                    grey,
                    "--weights=" + colours,
                    "--model=auto",
                    "--freeze=none",
                    "--mix=cutmix",
                    "--preprocessing=grey")))
        .as(first.err())
        .isZero();
    assertThat(first.err())
        .contains("its first layer takes 3 channels, pictures have 1: its kernels are summed")
        .doesNotContain("wrong preprocessing");
    TestRun predict = new TestRun();
    assertThat(predict.execute("predict", grey.toString(), small.pictures().toString()))
        .as(predict.err())
        .isZero();
    assertThat(predict.err()).contains("GREY / 255");
    TestRun show = new TestRun();
    assertThat(show.execute("model", "show", grey.toString())).as(show.err()).isZero();
    TestRun back = new TestRun();
    assertThat(
            back.execute(
                SmallRun.trainArguments(
                    small.pictures(),
                    folder.resolve("again"),
                    "--weights=" + grey.resolve("model.safetensors"),
                    "--model=auto",
                    "--preprocessing=torchvision")))
        .as(back.err())
        .isZero();
    assertThat(back.err())
        .contains("takes 1 channel, pictures have 3: its kernels are repeated and divided by 3")
        .doesNotContain("wrong preprocessing");
  }

  private void everyCommandTakesThePrefix(String file, SmallRun small) {
    String pictures = small.pictures().toString();
    String features = folder.resolve("features.safetensors").toString();
    String onnx = folder.resolve("net.onnx").toString();
    String fitted = folder.resolve("fitted").toString();
    String calibrated = folder.resolve("int8.safetensors").toString();
    String run = small.run().toString();
    String compared = folder.resolve("compared").toString();
    List<List<String>> commands =
        List.of(
            List.of("features", file, pictures, "--out", features),
            List.of(
                "svm", pictures, "--out", fitted, "--weights", file, "--c=1", "--kernel=linear"),
            List.of("export", file, onnx),
            List.of("card", file),
            List.of("calibrate", file, pictures, "--out", calibrated, "--pictures=4"),
            List.of("compare", pictures, "--models", file + "," + run, "--out", compared));
    for (List<String> command : commands) {
      List<String> with = new ArrayList<>(command);
      if (command.get(0).equals("compare")) {
        assertThat(new TestRun().execute(command.toArray(String[]::new))).isEqualTo(1);
        with.add("--prefix=second");
        TestRun named = new TestRun();
        named.execute(with.toArray(String[]::new));
        assertThat(named.err()).doesNotContain("prefix"); // but its classes have no names
        continue;
      }
      TestRun without = new TestRun();
      assertThat(without.execute(command.toArray(String[]::new))).isEqualTo(1);
      assertThat(without.err()).as(command.get(0)).contains("choose one by its prefix");
      with.add("--prefix=second.");
      TestRun chosen = new TestRun();
      assertThat(chosen.execute(with.toArray(String[]::new)))
          .as(command.get(0) + ": " + chosen.err())
          .isZero();
    }
    assertThat(folder.resolve("fitted/recipe.yaml")).content().contains("prefix: second");
    TestRun inPlace = new TestRun();
    assertThat(inPlace.execute("calibrate", file, pictures, "--in-place", "--prefix=second"))
        .isEqualTo(2);
    assertThat(inPlace.err()).contains("is a weight file of another program, which stays as it is");
  }

  /** Weights in several files with an index, as Hugging Face's libraries save large networks. */
  @Test
  void aFolderOfShardsIsShownPredictsAndIsTrainedOn(SmallRun small) throws IOException {
    Map<String, FloatTensor> first =
        new HashMap<>(
            new Initialisation(1, Initialisation.LinearRule.TORCH)
                .weights(Architecture.named("resnet20-cifar").network(3))
                .asMap());
    Map<String, FloatTensor> second = new HashMap<>();
    first.keySet().stream()
        .filter(name -> name.startsWith("layer3") || name.startsWith("fc"))
        .forEach(name -> second.put(name, first.get(name)));
    first.keySet().removeAll(second.keySet());
    List<String> places = new ArrayList<>();
    String name = "model-0000%d-of-00002.safetensors";
    first.keySet().forEach(n -> places.add("\"%s\":\"%s\"".formatted(n, name.formatted(1))));
    second.keySet().forEach(n -> places.add("\"%s\":\"%s\"".formatted(n, name.formatted(2))));
    Safetensors.write(folder.resolve(name.formatted(1)), new WeightMap(first), Map.of());
    Safetensors.write(folder.resolve(name.formatted(2)), new WeightMap(second), Map.of());
    Files.writeString(
        folder.resolve("model.safetensors.index.json"),
        "{\"weight_map\":{%s}}".formatted(String.join(",", places)));
    TestRun show = new TestRun();
    assertThat(show.execute("weights", "show", folder.toString())).as(show.err()).isZero();
    assertThat(show.out()).contains("network: resnet20-cifar", "shards: 2", "layer3.0.bn1.weight");
    TestRun predict = new TestRun();
    assertThat(predict.execute("predict", folder.toString(), small.pictures().toString()))
        .as(predict.err())
        .isZero();
    TestRun train = new TestRun();
    assertThat(
            train.execute(
                SmallRun.trainArguments(
                    small.pictures(),
                    folder.resolve("run"),
                    "--weights=" + folder,
                    "--model=auto")))
        .as(train.err())
        .isZero();
    Files.delete(folder.resolve(name.formatted(2)));
    TestRun missing = new TestRun();
    assertThat(missing.execute("predict", folder.toString(), small.pictures().toString()))
        .isEqualTo(1);
    assertThat(missing.err())
        .contains(
            "model.safetensors.index.json: its file '%s' is not beside it"
                .formatted(name.formatted(2)));
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
    Processes.Ended ended = elsewhere("weights", "fetch", "imagenet", "--offline");
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.err())
        .hasLineCount(1)
        .startsWith("residua: cannot fetch resnet50.keras_in1k: it is not cached and must not be")
        .contains(" (option: --offline)");
    assertThat(Files.list(folder)).isEmpty();
  }

  @Test
  void aCachedFileThatIsDamagedIsListedAsSuch() throws IOException, InterruptedException {
    Path file = folder.resolve("weights/resnet50.keras_in1k.safetensors");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "changed");
    assertThat(elsewhere("weights", "list").out())
        .contains("  not fetched yet\n")
        .containsPattern(
            "\\n  not used: cannot read \\Q%s\\E: .*; 'residua weights fetch resnet50.keras_in1k' fetches it again\\n"
                .formatted(file));
    JsonNode json = new ObjectMapper().readTree(elsewhere("weights", "list", "--json=-").out());
    assertThat(json.at("/0/cached").asBoolean()).isFalse();
    assertThat(json.at("/0/problem").asText()).startsWith("cannot read " + file);
    assertThat(json.at("/1/problem").isNull()).isTrue();
  }

  /** In a process with a cache of its own. */
  private Processes.Ended elsewhere(String... arguments) throws IOException, InterruptedException {
    return Processes.run(
        folder,
        Map.of("RESIDUA_HOME", folder.toString()),
        Processes.residua(List.of(), List.of(arguments)));
  }

  @Test
  void anUnknownNameIsAnswered() {
    TestRun run = new TestRun();
    assertThat(run.execute("weights", "fetch", "resnet51")).isEqualTo(1);
    assertThat(run.err()).contains("'resnet51'", "resnet50.keras_in1k");
  }
}
