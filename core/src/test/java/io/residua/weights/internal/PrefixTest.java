package io.residua.weights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.residua.internal.NpmClient;
import io.residua.nn.internal.Architecture;
import io.residua.testkit.Told;
import io.residua.weights.WeightSource;
import io.residua.weights.internal.Initialisation.LinearRule;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A network under the names that training tools give it, with what they keep beside it. */
class PrefixTest {
  private static final String NETWORK = "resnet20-cifar";

  @TempDir private Path folder;
  private final Map<String, FloatTensor> tensors = new LinkedHashMap<>();
  private Path file;

  private final Told told =
      new Told() {
        @Override
        public void line(String text) {
          lines.add(text.replace(file.toString(), "FILE"));
        }

        @Override
        public void warn(String text) {
          line(text);
        }
      };

  @BeforeEach
  void name() {
    file = folder.resolve("file.safetensors");
  }

  private static Map<String, FloatTensor> network(int seed) {
    return new Initialisation(seed, LinearRule.TORCH)
        .weights(Architecture.named(NETWORK).network(3))
        .asMap();
  }

  private void addNetwork(int seed, String prefix, boolean head) {
    network(seed)
        .forEach(
            (name, tensor) -> {
              if (head || !name.startsWith("fc.")) {
                tensors.put(prefix + name, tensor);
              }
            });
  }

  private void add(String name, Integer... shape) {
    int size = IntStream.range(0, shape.length).map(i -> shape[i]).reduce(1, (a, b) -> a * b);
    tensors.put(name, new FloatTensor(List.of(shape), FloatBuffer.allocate(size)));
  }

  private WeightFile written() {
    Safetensors.write(file, new WeightMap(tensors), Map.of());
    return WeightFile.open(file);
  }

  private LoadedWeights load(Optional<String> prefix) {
    WeightSource source =
        new WeightSource(Catalogue.builtIn(), new WeightStore(folder, NpmClient.ofEnvironment()));
    return prefix.map(source::withPrefix).orElse(source).load(file.toString(), written(), told);
  }

  private static float[] firstLayer(LoadedWeights loaded) {
    return loaded.weights().get("conv1.weight").toArray();
  }

  private static float[] firstLayer(int seed) {
    return network(seed).get("conv1.weight").toArray();
  }

  /** Lightning, DataParallel, compiled, mmpretrain, VISSL, SimSiam, AveragedModel, DDP in EMA … */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "module.",
        "model.",
        "_orig_mod.module.",
        "backbone.",
        "net.resnet.",
        "encoder.",
        "classy_state_dict.base_model.model.trunk._feature_blocks.",
        "module.encoder.",
        "student.module.backbone.",
        "anything.one.likes.",
      })
  void oneNetworkIsFoundUnderAnyPrefix(String prefix) {
    addNetwork(1, prefix, true);
    add(prefix.isEmpty() ? "n_averaged" : prefix.split("\\.", 2)[0] + ".n_averaged");
    LoadedWeights loaded = load(Optional.empty());
    assertThat(loaded.architecture()).contains(NETWORK);
    assertThat(loaded.recognition().orElseThrow().prefix()).isEqualTo(prefix);
    assertThat(loaded.weights().asMap().keySet())
        .containsExactlyInAnyOrderElementsOf(network(1).keySet());
    assertThat(firstLayer(loaded)).containsExactly(firstLayer(1));
    assertThat(told.lines).isEmpty();
  }

  @Test
  void whatLiesBesideItIsLeftOutAndSaid() {
    addNetwork(1, "model.", true);
    add("criterion.weight", 3);
    add("train_acc.tp", 3);
    add("train_acc.fp", 3);
    add("projection_head.layers.0.weight", 8, 64);
    assertThat(load(Optional.empty()).weights().names()).hasSameSizeAs(network(1).keySet());
    assertThat(told.lines).hasSize(1);
    assertThat(told.lines.get(0))
        .startsWith("FILE: resnet20-cifar under 'model.'; left out: ")
        .contains("criterion.weight", "train_acc (2 tensors)", "projection_head.layers.0.weight");
  }

  @Test
  void whatLiesAtItsSideIsLeftOutAndSaid() {
    addNetwork(1, "", true);
    add("criterion.weight", 3);
    add("normalize.mean", 1, 3, 1, 1);
    add("layer1.0.total_ops", 1);
    assertThat(load(Optional.empty()).weights().names()).hasSameSizeAs(network(1).keySet());
    assertThat(told.lines).hasSize(1);
    assertThat(told.lines.get(0)).contains("criterion.weight").contains("normalize.mean");
  }

  /** A layer more is another network, whose answers would be others. */
  @ParameterizedTest
  @CsvSource({"layer4.0.conv1.weight", "conv2.weight", "layer1.0.se.fc1.weight", "ca.conv.weight"})
  void aLayerThatTheNetworkDoesNotHaveMakesItAnother(String name) {
    addNetwork(1, "model.", true);
    add("model." + name, 16, 16, 3, 3);
    assertThat(Recognition.of(written())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "module.encoder_q., module.encoder_k., MoCo's authors use encoder_q",
    "student.backbone., teacher.backbone., DINO's authors use the teacher",
    "a., b., ''",
  })
  void whereTwoFitOneIsChosenByHand(String first, String second, String hint) {
    addNetwork(1, first, false);
    addNetwork(2, second, false);
    add("module.queue", 16, 8);
    String names = "'%s', '%s'".formatted(bare(first), bare(second));
    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> load(Optional.empty()))
        .withMessage(
            "cannot use %s: it has 2 networks that fit, under %s; choose one by its" + " prefix%s",
            file, names, hint.isEmpty() ? "" : " (" + hint + ")")
        .satisfies(e -> assertThat(e.setting()).contains("prefix"));
    assertThat(WeightSummary.of(WeightFile.open(file)).conflict().orElseThrow()).contains(names);
    assertThat(firstLayer(load(Optional.of(bare(second))))).containsExactly(firstLayer(2));
    assertThat(firstLayer(load(Optional.of(first)))).containsExactly(firstLayer(1));
    assertThat(told.lines.get(0)).contains("left out: ", first.split("\\.", 2)[0]);
    assertThat(Conversion.of(file, null, Optional.of(first)).exact()).isTrue();
    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> load(Optional.of("encoder")))
        .withMessage(
            "cannot use %s: it has no known network under the prefix 'encoder.'; it has one under"
                + " %s",
            file, names);
  }

  private static String bare(String prefix) {
    return prefix.substring(0, prefix.length() - 1);
  }

  /** As timm does it. */
  @ParameterizedTest
  @CsvSource({
    "state_dict., state_dict_ema.",
    "model., model_ema.module.",
    "net., ema_model.ema_model.",
    "model., averaged.module.",
  })
  void aMovingAverageIsPreferredAndSaid(String plain, String average) {
    addNetwork(1, plain, true);
    addNetwork(2, average, true);
    assertThat(firstLayer(load(Optional.empty()))).containsExactly(firstLayer(2));
    assertThat(told.lines.get(0))
        .isEqualTo(
            "FILE: of several networks, the moving average under '%s' is taken; a prefix takes"
                + " another ('%s')",
            bare(average), bare(plain));
    assertThat(firstLayer(load(Optional.of(plain)))).containsExactly(firstLayer(1));
  }

  @Test
  void contrastiveHeadsAreNoClassifiers() {
    addNetwork(1, "module.encoder_q.", true);
    FileHead head = load(Optional.empty()).head();
    assertThat(head.head()).isEmpty();
    assertThat(head.problem()).contains("contrastive training");
    assertThat(told.lines.get(told.lines.size() - 1)).contains("without its head: its last layers");
  }
}
