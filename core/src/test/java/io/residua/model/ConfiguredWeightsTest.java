package io.residua.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.residua.image.CropRounding;
import io.residua.image.Interpolation;
import io.residua.image.PassOrder;
import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.Resize;
import io.residua.image.RgbImage;
import io.residua.internal.NpmClient;
import io.residua.nn.internal.Architecture;
import io.residua.testkit.Pictures;
import io.residua.testkit.Told;
import io.residua.weights.WeightSource;
import io.residua.weights.internal.Catalogue;
import io.residua.weights.internal.Conversion;
import io.residua.weights.internal.FloatTensor;
import io.residua.weights.internal.ImageNetClass;
import io.residua.weights.internal.Initialisation;
import io.residua.weights.internal.Safetensors;
import io.residua.weights.internal.WeightFile;
import io.residua.weights.internal.WeightMap;
import io.residua.weights.internal.WeightStore;
import io.residua.weights.internal.WeightSummary;
import io.residua.weights.internal.WeightsException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Weights with the {@code config.json} that timm or transformers saved beside them; the
 * configurations are real, see src/test/fixtures/make_configs.py.
 */
class ConfiguredWeightsTest {
  @TempDir static Path shared;
  @TempDir private Path folder;

  private final Told progress = new Told();

  private static WeightMap resnet18(int classes) {
    return new Initialisation(1, Initialisation.LinearRule.TORCH)
        .weights(Architecture.named("resnet18").network(classes));
  }

  @BeforeAll
  static void writeWeights() {
    Safetensors.write(shared.resolve("timm"), resnet18(2), Map.of());
    Map<String, FloatTensor> renamed = new LinkedHashMap<>();
    resnet18(4).asMap().forEach((name, tensor) -> renamed.put(transformers(name), tensor));
    Safetensors.write(shared.resolve("transformers"), new WeightMap(renamed), Map.of());
  }

  /** What transformers call torchvision's parameter. */
  private static String transformers(String name) {
    String[] p = name.split("\\.");
    String last = p[p.length - 1];
    if (p[0].equals("fc")) {
      return "classifier.1." + last;
    } else if (p.length == 2) {
      return "resnet.embedder.embedder.%s.%s"
          .formatted(p[0].equals("conv1") ? "convolution" : "normalization", last);
    }
    String block = "resnet.encoder.stages.%d.layers.%s.".formatted(p[0].charAt(5) - '1', p[1]);
    boolean conv = p[2].startsWith("conv") || p.length == 5 && p[3].equals("0");
    String kind = conv ? "convolution" : "normalization";
    return p.length == 5
        ? block + "shortcut.%s.%s".formatted(kind, last)
        : block + "layer.%d.%s.%s".formatted(p[2].charAt(p[2].length() - 1) - '1', kind, last);
  }

  private Path weights(String kind, String name) throws IOException {
    return Files.createLink(folder.resolve(name), shared.resolve(kind));
  }

  private void config(String name, String as) throws IOException {
    String resource = "/io/residua/weights/configs/" + name + ".json";
    try (InputStream in =
        Objects.requireNonNull(ConfiguredWeightsTest.class.getResourceAsStream(resource), name)) {
      Files.copy(in, folder.resolve(as));
    }
  }

  private static String text(String name) throws IOException {
    return new String(bytes(name + ".json"), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            ConfiguredWeightsTest.class.getResourceAsStream(
                "/io/residua/weights/configs/" + name))) {
      return in.readAllBytes();
    }
  }

  private ModelFile open(Path path) {
    WeightSource source =
        new WeightSource(
            Catalogue.builtIn(),
            new WeightStore(shared.resolve("home"), NpmClient.ofEnvironment()));
    return ModelFile.open(path.toString(), source.withOffline(true), progress);
  }

  @Test
  void timmsConfigurationGivesClassesAndPreprocessing() throws IOException {
    weights("timm", "model.safetensors");
    config("timm_resnet18", "config.json");
    ModelSpec spec = open(folder).spec();
    assertThat(spec.architecture()).isEqualTo("resnet18");
    assertThat(spec.classes()).containsExactly("cat", "dog");
    assertThat(spec.classIds()).containsExactly("n02123045", "n02084071");
    Preprocessing p = spec.preprocessing();
    assertThat(p.describe())
        .startsWith("shorter side to 235 px, centre 224x224, bicubic; RGB / 255, minus (0.485,");
    assertThat(progress.warnings).isEmpty();
  }

  @Test
  void squashedPicturesOfAnotherSize() throws IOException {
    Path file = weights("timm", "mine.safetensors");
    config("timm_squash", "config.json");
    ModelSpec spec = open(file).spec();
    assertThat(spec.classes()).containsExactly("class 0", "class 1");
    Preprocessing p = spec.preprocessing();
    assertThat(p.resize()).isEqualTo(Resize.SQUASH);
    assertThat(p.sizePx()).isEqualTo(64);
    assertThat(p.interpolation()).isEqualTo(Interpolation.BICUBIC);
    assertThat(p.mean()).containsOnly(0.5);
    assertThat(p.std()).containsOnly(0.25);
    assertThat(p.scale()).isEqualTo(255);
  }

  @Test
  void transformersFolderIsAModel() throws IOException {
    weights("transformers", "model.safetensors");
    config("transformers_resnet18", "config.json");
    config("transformers_preprocessor", "preprocessor_config.json");
    ModelSpec spec = open(folder).spec();
    assertThat(spec.architecture()).isEqualTo("resnet18");
    assertThat(spec.classes())
        .containsExactly("tabby cat", "dog, domestic dog", "crane (2)", "crane (3)");
    assertThat(spec.preprocessing())
        .isEqualTo(
            Preprocessing.preset("torchvision")
                .withInterpolation(Interpolation.BICUBIC)
                .withPassOrder(PassOrder.HORIZONTAL_FIRST)
                .withCropRounding(CropRounding.DOWN));
  }

  /**
   * transformers' own pixels, of pictures whose margins torchvision would round up. Where it
   * resizes, its weights of 16 bits differ by a level or two from Pillow's.
   */
  @Test
  void transformersPicturesAreCutWhereTransformersCutThem() throws IOException {
    weights("transformers", "model.safetensors");
    config("transformers_resnet18", "config.json");
    config("transformers_crop", "preprocessor_config.json");
    Preprocessing p = open(folder).spec().preprocessing();
    assertThat(p.describe())
        .startsWith(
            "shorter side to 32 px, centre 28x28 (its place rounded down, as transformers), bicubic");
    byte[] all = bytes("transformers_crop.bin");
    int[][] sizes = {{35, 32}, {32, 35}, {50, 34}, {35, 148}};
    for (int n = 0; n < sizes.length; n++) {
      RgbImage picture = Pictures.placed(sizes[n][0], sizes[n][1], 0);
      byte[] ours = p.prepare(picture).rgb();
      int most = 0;
      for (int i = 0; i < ours.length; i++) {
        most = Math.max(most, Math.abs((ours[i] & 0xff) - (all[n * ours.length + i] & 0xff)));
      }
      assertThat(most).as("picture %d", n).isLessThanOrEqualTo(n < 2 ? 0 : 2);
      assertThat(p.withCropRounding(CropRounding.HALF_EVEN).prepare(picture).rgb())
          .isNotEqualTo(ours);
    }
  }

  /**
   * As {@code snapshot_download} leaves a sharded model in Hugging Face's cache: links into a
   * folder of blobs.
   */
  @Test
  void aFolderOfLinksToShardsIsAModel() throws IOException {
    Path blobs = Files.createDirectory(folder.resolve("blobs"));
    Path snapshot = Files.createDirectories(folder.resolve("snapshots/1a2b"));
    WeightMap all = WeightFile.open(shared.resolve("transformers")).weights();
    Map<String, FloatTensor> first = new LinkedHashMap<>();
    Map<String, FloatTensor> second = new LinkedHashMap<>();
    Map<String, String> places = new LinkedHashMap<>();
    all.asMap()
        .forEach(
            (name, tensor) -> {
              boolean early = places.size() < 50;
              (early ? first : second).put(name, tensor);
              places.put(name, "model-0000%d-of-00002.safetensors".formatted(early ? 1 : 2));
            });
    Safetensors.write(blobs.resolve("a1"), new WeightMap(first), Map.of());
    Safetensors.write(blobs.resolve("a2"), new WeightMap(second), Map.of());
    Files.writeString(
        blobs.resolve("a3"),
        places.entrySet().stream()
            .map(e -> "\"%s\":\"%s\"".formatted(e.getKey(), e.getValue()))
            .collect(Collectors.joining(",", "{\"weight_map\":{", "}}")));
    config("transformers_resnet18", "blobs/a4");
    config("transformers_preprocessor", "blobs/a5");
    Map.of(
            "model-00001-of-00002.safetensors", "a1",
            "model-00002-of-00002.safetensors", "a2",
            "model.safetensors.index.json", "a3",
            "config.json", "a4",
            "preprocessor_config.json", "a5")
        .forEach(
            (name, blob) -> {
              try {
                Files.createSymbolicLink(snapshot.resolve(name), Path.of("../../blobs", blob));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    ModelFile model = open(snapshot);
    assertThat(model.spec().classes()).hasSize(4).startsWith("tabby cat");
    assertThat(model.weights().get("fc.bias").toArray())
        .isEqualTo(all.get("classifier.1.bias").toArray());
    assertThat(progress.warnings).isEmpty();
  }

  /** The same names and shapes, but another network: trusting those would give wrong answers. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "timm | timm_resnetblur18 | a resnetblur18",
        "timm | timm_dilated | a resnet18 with output_stride '16'",
        "transformers | transformers_other_stride | a transformers' resnet (basic 2 2 2 2 64 128 256 512) with downsample_in_first_stage",
      })
  void aTwinNetworkIsRefusedByItsName(String kind, String config, String network)
      throws IOException {
    Path file = weights(kind, "model.safetensors");
    config(config, "config.json");
    String conflict =
        "config.json says that it is %s, which Residua does not have; its tensors' names and shapes alone are those of resnet18 (where %s is of something else, move it away)"
            .formatted(network, folder.resolve("config.json"));
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> open(file))
        .withMessage("cannot use %s: %s".formatted(file, conflict));
    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> Conversion.of(file, null))
        .withMessageContaining(conflict);
    WeightSummary summary = WeightSummary.of(WeightFile.open(file));
    assertThat(summary.recognition()).isEmpty();
    assertThat(summary.conflict()).contains(conflict);
  }

  @Test
  void aKnownNetworkThatIsNotTheTensorsIsRefused() throws IOException {
    Path file = weights("timm", "model.safetensors");
    Files.writeString(
        folder.resolve("config.json"),
        text("timm_resnet18").replace("\"resnet18\"", "\"tv_resnet34\""));
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> open(file))
        .withMessageContaining(
            "config.json says that it is a tv_resnet34; its tensors' names and shapes alone are those of resnet18");
  }

  /** Nobody can tell of which of several files it is. */
  @Test
  void aConfigurationBesideSeveralWeightFilesIsNotBelieved() throws IOException {
    Path file = weights("timm", "a.safetensors");
    weights("transformers", "b.safetensors");
    config("timm_resnetblur18", "config.json");
    assertThat(open(file).spec().classes()).containsExactly("class 0", "class 1");
    assertThat(progress.warnings)
        .containsExactly(
            folder.resolve("config.json")
                + " is not read, since there are several weight files beside it; to have it believed,"
                + " call its weights model.safetensors");
  }

  @Test
  void jsonOfAnythingElseIsNoConfiguration() throws IOException {
    Path file = weights("timm", "model.safetensors");
    Files.writeString(folder.resolve("config.json"), "{\"editor.fontSize\": 12}");
    assertThat(open(file).spec().architecture()).isEqualTo("resnet18");
    assertThat(progress.warnings).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'input_size': [3,224,224] | 'input_size': [2,224,224] | its input_size is [2.0, 224.0, 224.0]; networks here take square pictures of 3 colours, of 1 for grey ones, or of 4 for colours with opacity",
        "'input_size': [3,224,224] | 'input_size': [1,224,224] | does not fit the network: 101 matched, 1 mis-shaped (conv1.weight [64, 3, 7, 7] instead of [64, 1, 7, 7])",
        "'input_size': [3,224,224] | 'input_size': [3,224,1e9] | networks here take square pictures",
        "'input_size': [3,224,224] | 'input_size': [3,1e9,1e9] | image size must be 1..4096 px",
        "'crop_pct': 0.95 | 'crop_pct': 0 | shorter side must be 224 px or more",
        "'crop_pct': 0.95 | 'crop_pct': 1.5 | shorter side must be 224 px or more",
        "'crop_mode': 'center' | 'crop_mode': 'border' | its crop_mode 'border' with crop_pct 0.95 is not done here",
        "'crop_mode': 'center' | 'crop_mode': 'squash' | its crop_mode 'squash' with crop_pct 0.95 is not done here",
        "'interpolation': 'bicubic' | 'interpolation': 'random' | unknown interpolation 'random'",
        "'std': [0.229,0.224,0.225] | 'std': [0,0,0] | standard deviation must be",
        "'mean': [0.485,0.456,0.406] | 'mean': ['x',1,2] | its mean is no list of 4 numbers or fewer",
        "'label_names': ['n02123045','n02084071'] | 'label_names': ['n02123045', 7] | class 1 of its 2 has no name",
        "'label_names': ['n02123045','n02084071'] | 'label_names': ['a','b','c'] | its config.json names 3 classes, its last layer has 2 outputs",
        "'cat' | 'a\\u001b[2Jb' | the name of class 0 ('a\\u001b[2Jb') has control characters",
        "'resnet18' | 7, 'architecture': 8 | uplicate field",
      })
  void whatItAsksForAndIsNotDoneIsRefusedInOneLine(String text, String by, String problem)
      throws IOException {
    Path file = weights("timm", "model.safetensors");
    String json =
        text("timm_resnet18")
            .replaceAll("\\[\\s+", "[")
            .replaceAll("\\s+\\]", "]")
            .replaceAll(",\\s+", ",");
    String changed = json.replace(text.replace('\'', '"'), by.replace('\'', '"'));
    assertThat(changed).isNotEqualTo(json);
    Files.writeString(folder.resolve("config.json"), changed);
    assertThatExceptionOfType(io.residua.ResiduaException.class)
        .isThrownBy(() -> open(file))
        .withMessageContaining(problem)
        .withMessageContaining(folder.toString())
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400).doesNotContain("\n"));
  }

  @Test
  void hostileJsonIsOneLine() throws IOException {
    Path file = weights("timm", "model.safetensors");
    Path config = folder.resolve("config.json");
    for (String hostile :
        List.of("[".repeat(100_000), "{\"architecture\":", "\u0000", "{".repeat(49), "nonsense")) {
      Files.writeString(config, hostile);
      assertThatExceptionOfType(ModelException.class)
          .isThrownBy(() -> open(file))
          .withMessageStartingWith("cannot read " + config + ", which lies beside the weights: ")
          .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(500).doesNotContain("\n"));
    }
    Files.write(config, new byte[(16 << 20) + 1]);
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> open(file))
        .withMessage("cannot read " + config + ": it has more than 16777216 bytes");
  }

  @ParameterizedTest
  @CsvSource({
    "regression, its outputs are quantities (problem_type regression)",
    "multi_label_classification, its outputs are answers of their own",
  })
  void whatIsNoClassifierOfOneClassIsRefused(String problem, String reason) throws IOException {
    weights("transformers", "model.safetensors");
    Files.writeString(
        folder.resolve("config.json"),
        text("transformers_resnet18")
            .replace(
                "\"num_channels\"",
                "\"problem_type\": \"%s\", \"num_channels\"".formatted(problem)));
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> open(folder))
        .withMessageContaining(reason);
  }

  /** ImageNet's names as transformers write them, with synonyms, are still found by wnid. */
  @Test
  void imageNetsClassesKeepTheirIds() throws IOException {
    Path file = folder.resolve("model.safetensors");
    Safetensors.write(file, resnet18(1000), Map.of());
    List<ImageNetClass> classes = ImageNetClass.all();
    String labels =
        IntStream.range(0, 1000)
            .mapToObj(
                i ->
                    "\"%d\":\"%s, a synonym\""
                        .formatted(i, classes.get(i).name().replaceAll(" \\(.*", "")))
            .collect(Collectors.joining(",", "{", "}"));
    Files.writeString(
        folder.resolve("config.json"),
        "{\"model_type\":\"resnet\",\"layer_type\":\"basic\",\"depths\":[2,2,2,2],"
            + "\"hidden_sizes\":[64,128,256,512],\"id2label\":%s}".formatted(labels));
    ModelSpec spec = open(file).spec();
    assertThat(spec.classes().get(0)).isEqualTo("tench, a synonym");
    assertThat(spec.classes().get(134)).isEqualTo("crane, a synonym (134)");
    assertThat(spec.classIds().get(0)).isEqualTo("n01440764");
  }
}
