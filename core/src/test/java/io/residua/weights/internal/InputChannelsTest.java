package io.residua.weights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.export.OnnxExport;
import io.residua.export.WeightType;
import io.residua.image.ImageDecoder;
import io.residua.image.Interpolation;
import io.residua.image.Preprocessing;
import io.residua.image.RgbImage;
import io.residua.image.TestTimeAugmentation;
import io.residua.internal.NpmClient;
import io.residua.internal.Text;
import io.residua.model.Classifier;
import io.residua.model.Classifier.Options;
import io.residua.model.ModelException;
import io.residua.model.ModelFile;
import io.residua.nn.Head;
import io.residua.nn.internal.Architecture;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Shape;
import io.residua.testkit.Pictures;
import io.residua.testkit.Told;
import io.residua.weights.WeightSource;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Networks for pictures of one channel and of four, and weights of three made into the first. */
class InputChannelsTest {
  private static final int SIZE_PX = 32;
  private static final Shape GREY = Shape.picture(1, SIZE_PX);

  @TempDir private Path folder;

  private final Told progress = new Told();

  /** Of pictures in colours, which Pillow made grey for timm. */
  @ParameterizedTest
  @ValueSource(strings = {"safetensors", "onnx"})
  void aNetworkOfTimmForGreyPicturesGivesTimmsLogits(String suffix) throws Exception {
    Path path = Fixtures.path("grey/timm." + suffix);
    Network network =
        Head.gapLinear().on(Fixtures.THIN_TORCH.backbone(GREY), GREY, Fixtures.CLASSES);
    WeightMap weights =
        suffix.equals("onnx")
            ? ofOnnx(path)
            : Recognition.weights(WeightFile.open(path), Fixtures.THIN_TORCH);
    float[] input = new float[2 * SIZE_PX * SIZE_PX];
    for (int n = 0; n < 2; n++) {
      Preprocessing.preset("grey")
          .normalise(Pictures.placed(SIZE_PX, SIZE_PX, n), input, n * SIZE_PX * SIZE_PX);
    }
    float[] given = Fixtures.run(network, weights, input);
    double[] expected = Fixtures.logits("grey/timm");
    for (int i = 0; i < given.length; i++) {
      assertThat((double) given[i]).as("logit %d", i).isCloseTo(expected[i], within(2e-5));
    }
  }

  private static WeightMap ofOnnx(Path path) throws Exception {
    ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(path));
    OnnxMatch match =
        OnnxMatch.of(OnnxGraph.read(content, new OnnxData(path)), Fixtures.THIN_TORCH)
            .orElseThrow();
    assertThat(match.pixels()).isEqualTo(OnnxPixels.NONE);
    return new TensorFile(path, 1 << 20, WeightFile.Format.ONNX, match.tensors(), Map.of())
        .weights();
  }

  @Test
  void kernelsForColoursAreSummedAsTimmDoesIt() {
    FloatTensor theirs =
        WeightFile.open(Fixtures.path("grey/timm.safetensors")).floats("conv1.weight");
    LoadedWeights colours = loaded(WeightFile.open(Fixtures.path("timm.safetensors")).weights());
    FloatTensor ours = InputChannels.adapted(colours, 1, progress).weights().get("conv1.weight");
    assertThat(ours.shape()).isEqualTo(theirs.shape());
    assertThat(ours.toArray()).containsExactly(theirs.toArray(), within(1e-7f));
    assertThat(progress.lines)
        .containsExactly(
            "net: its first layer takes 3 channels, pictures have 1: its kernels are summed, as in"
                + " timm");
    LoadedWeights back =
        InputChannels.adapted(InputChannels.adapted(colours, 1, progress), 3, progress);
    FloatTensor three = back.weights().get("conv1.weight");
    assertThat(three.shape().subList(1, 4)).containsExactly(3, 7, 7);
    float[] again =
        InputChannels.adapted(back, 1, progress).weights().get("conv1.weight").toArray();
    assertThat(again).containsExactly(theirs.toArray(), within(1e-6f));
    assertThat(three.toArray()[0]).isCloseTo(theirs.toArray()[0] / 3, within(1e-8f));
    assertThat(three.toArray()[49]).isEqualTo(three.toArray()[0]);
    assertThat(InputChannels.adapted(colours, 3, progress)).isSameAs(colours);
  }

  private static LoadedWeights loaded(WeightMap weights) {
    return new LoadedWeights(
        "net",
        Path.of("net"),
        weights,
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        FileHead.NONE);
  }

  private Path write(int channels) {
    Network network =
        Head.gapLinear()
            .on(
                Architecture.named("resnet20-cifar").backbone(Shape.picture(channels, SIZE_PX)),
                Shape.picture(channels, SIZE_PX),
                3);
    Path file = folder.resolve(channels + ".safetensors");
    Safetensors.write(
        file, new Initialisation(1, Initialisation.LinearRule.TORCH).weights(network), Map.of());
    return file;
  }

  private ModelFile open(Path file) {
    WeightStore store = new WeightStore(folder.resolve("home"), NpmClient.ofEnvironment());
    return ModelFile.open(
        file.toString(), new WeightSource(Catalogue.builtIn(), store).withOffline(true), progress);
  }

  @Test
  void aFileForGreyPicturesIsRecognisedAndBothExecutorsAgree() throws Exception {
    ModelFile model = open(write(1));
    assertThat(model.spec().architecture()).isEqualTo("resnet20-cifar");
    assertThat(model.spec().preprocessing().describe())
        .isEqualTo("squashed to 32x32, bilinear; GREY / 255, minus (0.449), divided by (0.226)");
    try (Classifier plain =
            new Classifier(model, Options.on(new Compute(Device.JAVA, Precision.FP32, 1)));
        Classifier fast = new Classifier(model, Options.on(Compute.auto()))) {
      List<Double> expected = plain.predict(Pictures.placed(SIZE_PX, SIZE_PX, 0)).probabilities();
      List<Double> given = fast.predict(Pictures.placed(SIZE_PX, SIZE_PX, 0)).probabilities();
      for (int i = 0; i < expected.size(); i++) {
        assertThat(given.get(i)).isCloseTo(expected.get(i), within(0.01)); // may be bf16
      }
    }
    Path written = folder.resolve("model.safetensors");
    model.write(written);
    assertThat(ModelFile.read(written).spec()).isEqualTo(model.spec());

    Path onnx = folder.resolve("net.onnx");
    OnnxExport.write(model, onnx, new OnnxExport.Options(WeightType.FP32, false));
    assertThat(open(onnx).spec().preprocessing()).isEqualTo(model.spec().preprocessing());
    assertThatThrownBy(
            () -> OnnxExport.write(model, onnx, new OnnxExport.Options(WeightType.FP32, true)))
        .hasMessageContaining("takes grey pictures");
    Conversion conversion = Conversion.of(folder.resolve("1.safetensors"), null);
    assertThat(conversion.exact()).isTrue();
  }

  /** Pictures with real opacity, with a palette's, turned, opaque and without any. */
  @ParameterizedTest
  @ValueSource(strings = {"safetensors", "onnx"})
  void aNetworkOfTimmForFourChannelsGivesTimmsLogitsOfPictures(String suffix) throws Exception {
    Path path = Fixtures.path("opacity/timm." + suffix);
    Shape four = Shape.picture(4, SIZE_PX);
    Network network =
        Head.gapLinear().on(Fixtures.THIN_TORCH.backbone(four), four, Fixtures.CLASSES);
    WeightMap weights =
        suffix.equals("onnx")
            ? ofOnnx(path)
            : Recognition.weights(WeightFile.open(path), Fixtures.THIN_TORCH);
    Preprocessing rgba =
        Preprocessing.fromJson(
            Preprocessing.preset("rgba")
                .withInterpolation(Interpolation.BICUBIC)
                .toJson()
                .put("sizePx", SIZE_PX)
                .put("shorterSidePx", 36)); // timm's floor(32 / 0.875)
    List<String> pictures = Files.readAllLines(Fixtures.path("opacity/pictures.txt"));
    double[] expected = Fixtures.logits("opacity/timm");
    float[] input = new float[2 * rgba.inputSize()];
    for (int n = 0; n < pictures.size(); n += 2) {
      for (int i = 0; i < 2; i++) {
        Path picture = Fixtures.path("../image/formats/" + pictures.get(n + i));
        rgba.apply(ImageDecoder.of(rgba).decode(picture), input, i * rgba.inputSize());
      }
      float[] given = Fixtures.run(network, weights, input);
      for (int i = 0; i < given.length; i++) {
        assertThat((double) given[i])
            .as("logit %d of %s", i, pictures.subList(n, n + 2))
            .isCloseTo(expected[3 * n + i], within(5e-5)); // floats of up to 10, summed otherwise
      }
    }
  }

  @Test
  void aFileForFourChannelsIsAModelThatSeesOpacity() throws Exception {
    ModelFile model = open(write(4));
    assertThat(model.spec().architecture()).isEqualTo("resnet20-cifar");
    assertThat(model.spec().preprocessing().describe())
        .isEqualTo(
            "squashed to 32x32, bilinear; RGBA / 255, minus (0.449, 0.449, 0.449, 0.449), divided"
                + " by (0.226, 0.226, 0.226, 0.226)");
    assertThat(progress.lines)
        .anyMatch(
            line ->
                line.contains(
                    "its first layer takes 4 channels: pictures are given with their opacity"));
    Path picture = Fixtures.path("../image/formats/opacity_ramp.png");
    try (Classifier plain =
            new Classifier(model, Options.on(new Compute(Device.JAVA, Precision.FP32, 1)));
        Classifier fast =
            new Classifier(model, Options.on(new Compute(Device.CPU, Precision.FP32, 1)));
        Classifier views =
            new Classifier(
                model, Options.on(fast.compute()).with(TestTimeAugmentation.FIVE_CROP))) {
      List<Double> expected = plain.predict(picture).probabilities();
      List<Double> given =
          fast.predict(List.of(picture), progress)
              .get(0)
              .prediction()
              .orElseThrow()
              .probabilities();
      for (int i = 0; i < expected.size(); i++) {
        assertThat(given.get(i)).isCloseTo(expected.get(i), within(1e-5));
      }
      RgbImage colours = new ImageDecoder().decode(picture);
      assertThat(plain.predict(colours).probabilities()).isNotEqualTo(expected);
      assertThat(views.predict(picture)).isNotEqualTo(views.predict(colours));
    }
    Path written = folder.resolve("model.safetensors");
    model.write(written);
    assertThat(ModelFile.read(written).spec()).isEqualTo(model.spec());
    assertThat(Conversion.of(folder.resolve("4.safetensors"), null).exact()).isTrue();

    Path onnx = folder.resolve("net.onnx");
    OnnxExport.write(model, onnx, new OnnxExport.Options(WeightType.FP32, false));
    progress.lines.clear();
    assertThat(open(onnx).spec().preprocessing()).isEqualTo(model.spec().preprocessing());
    assertThat(progress.lines).noneMatch(line -> line.contains("4 channels"));
    assertThatThrownBy(
            () -> OnnxExport.write(model, onnx, new OnnxExport.Options(WeightType.FP32, true)))
        .hasMessageContaining("takes pictures with their opacity");
  }

  @Test
  void aFileForFiveChannelsIsRefusedInOneLine() {
    Path file = write(5);
    assertThatThrownBy(() -> open(file))
        .isInstanceOf(ModelException.class)
        .hasMessageContaining(
            "does not classify: its first layer takes pictures of 5 channels; they are read as 3"
                + " colours, as grey or as 4 with opacity")
        .message()
        .hasLineCount(1);
  }

  @Test
  void weightsForFourChannelsAreNotMadeThoseOfOthers() {
    LoadedWeights four = loaded(WeightFile.open(write(4)).weights());
    assertThatThrownBy(() -> InputChannels.adapted(four, 3, progress))
        .isInstanceOf(WeightsException.class)
        .hasMessage(
            "net: its first layer takes pictures of 4 channels, which is not made one of 3; take"
                + " weights for colours or for grey pictures");
  }

  /** timm gives every channel the mean of three means where it has no four of them. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[4, 32, 32] | [0.1, 0.2, 0.3, 0.4] | (0.1, 0.2, 0.3, 0.4)",
        "[4, 32, 32] | [0.1, 0.2, 0.3]      | (0.2, 0.2, 0.2, 0.2)",
        "[3, 32, 32] | [0.1, 0.2, 0.3]      | (0.2, 0.2, 0.2, 0.2)"
      })
  void timmsConfigurationForFourChannelsIsBelieved(String size, String mean, String expected)
      throws Exception {
    Path own = Files.createDirectory(folder.resolve("timm"));
    Files.move(write(4), own.resolve("model.safetensors"));
    Files.writeString(
        own.resolve("config.json"),
        Text.of(
            """
            {"architecture": "resnet20-cifar", "num_classes": 3,
             "model_args": {"num_classes": 3, "in_chans": 4, "global_pool": "avg"},
             "pretrained_cfg": {"input_size": %s, "interpolation": "bicubic",
               "crop_pct": 0.95, "crop_mode": "center", "mean": %s, "std": [1, 1, 1]}}
            """,
            size, mean));
    assertThat(open(own.resolve("model.safetensors")).spec().preprocessing().describe())
        .isEqualTo("shorter side to 33 px, centre 32x32, bicubic; RGBA / 255, minus " + expected);
  }

  /** As timm saves a network that was made with in_chans=1. */
  @Test
  void timmsConfigurationForGreyPicturesIsBelieved() throws Exception {
    Files.copy(write(1), folder.resolve("pytorch_model.safetensors"));
    Path own = Files.createDirectory(folder.resolve("timm"));
    Files.move(folder.resolve("pytorch_model.safetensors"), own.resolve("model.safetensors"));
    Files.writeString(
        own.resolve("config.json"),
        """
        {"architecture": "resnet20-cifar", "num_classes": 3,
         "model_args": {"num_classes": 3, "in_chans": 1, "global_pool": "avg"},
         "pretrained_cfg": {"input_size": [1, 32, 32], "interpolation": "bicubic",
           "crop_pct": 0.95, "crop_mode": "center", "mean": [0.5], "std": [0.25]}}
        """);
    assertThat(open(own.resolve("model.safetensors")).spec().preprocessing().describe())
        .isEqualTo(
            "shorter side to 33 px, centre 32x32, bicubic; GREY / 255, minus (0.5), divided by"
                + " (0.25)");
  }

  @Test
  void greyIsPillowsLuminance() {
    RgbImage picture = new RgbImage(4, 1);
    byte[] colours = {(byte) 255, 0, 0, 0, (byte) 255, 0, 0, 0, (byte) 255, 100, 101, 103};
    System.arraycopy(colours, 0, picture.rgb(), 0, colours.length);
    float[] grey = new float[4];
    Preprocessing none = InputChannels.grey(Preprocessing.preset("none"));
    none.normalise(picture, grey, 0);
    assertThat(grey).containsExactly(76, 150, 29, 101); // Image.convert("L") of Pillow 13.0.0
    assertThat(Preprocessing.fromJson(none.toJson())).isEqualTo(none);
    assertThat(List.of(none.channels(), none.withSize(8).inputSize())).containsExactly(1, 64);
    assertThat(InputChannels.grey(Preprocessing.preset("torchvision")).withPixelsOf(none).mean())
        .containsExactly(0.0);
  }
}
