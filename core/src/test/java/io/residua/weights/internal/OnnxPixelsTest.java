package io.residua.weights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.residua.export.OnnxExport;
import io.residua.export.OnnxExport.Options;
import io.residua.export.WeightType;
import io.residua.image.Preprocessing;
import io.residua.image.RgbImage;
import io.residua.nn.internal.Network;
import io.residua.testkit.Pictures;
import io.residua.testkit.RandomModel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an ONNX graph does to pictures before its network is done here, too, or refused. */
class OnnxPixelsTest {
  private static final int SIZE_PX = 32;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  @TempDir private Path folder;

  /** Of samples of 0..255 as of samples of 0..1. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "unit | RGB / 255, minus (0.485, 0.456, 0.406), divided by (0.229, 0.224, 0.225)",
        "bytes | RGB / 255, minus (0.485, 0.456, 0.406), divided by (0.229, 0.224, 0.225)",
        "bytes_torchscript | RGB / 255, minus (0.485, 0.456, 0.406), divided by (0.229, 0.224, 0.225)",
        "bgr_torchscript | BGR, minus (103.939, 116.779, 123.68)",
        "flip | BGR, minus (103.939, 116.779, 123.68)",
        "norm | RGB / 255, minus",
        "minus_one_to_one | RGB / 127.5, minus (1, 1, 1)",
      })
  void whatExportersPutBeforeTheNetworkIsDone(String name, String described) throws Exception {
    OnnxMatch match = match(Fixtures.path("onnx/pixels/" + name + ".onnx"));
    assertThat(match.pixels().problem()).isEmpty();
    Preprocessing pixels = match.pixels().preprocessing().orElseThrow();
    assertThat(pixels.describePixels()).startsWith(described);
    float[] input = new float[2 * SIZE_PX * SIZE_PX * 3];
    for (int n = 0; n < 2; n++) {
      RgbImage picture = Pictures.placed(SIZE_PX, SIZE_PX, n);
      pixels.normalise(picture, input, n * picture.rgb().length);
    }
    Network network = Fixtures.THIN_TORCH.network(Fixtures.CLASSES);
    WeightMap weights = weights(match).withZeroBiases(network);
    float[] given = Fixtures.run(network, weights, input);
    double[] expected = Fixtures.logits("onnx/pixels/" + name);
    for (int i = 0; i < given.length; i++) {
      double most = 3e-5 * Math.max(1, Math.abs(expected[i]));
      assertThat((double) given[i]).as("logit %d", i).isCloseTo(expected[i], within(most));
    }
  }

  @Test
  void whatIsNotDoneHereIsNamedByItsNode() throws Exception {
    OnnxMatch match = match(Fixtures.path("onnx/pixels/resized.onnx"));
    assertThat(match.pixels().problem())
        .isEqualTo(
            "its node 'node_upsample_bilinear2d' (Resize) comes before the network and is not done"
                + " here");
    assertThat(match.pixels().preprocessing()).isEmpty();
    assertThat(match.tensors()).containsKey("conv1.weight");
  }

  @Test
  void aGraphThatBeginsWithItsNetworkHasNoneOfItsOwn() throws Exception {
    assertThat(match(Fixtures.path("onnx/fixed.onnx")).pixels()).isEqualTo(OnnxPixels.NONE);
  }

  /** A file of Residua's own export of which another program took the metadata away. */
  @ParameterizedTest
  @ValueSource(strings = {"keras-caffe", "torchvision"})
  void anExportWithPreprocessingTellsItWithoutMetadata(String preset) throws IOException {
    Path file = exported(preset, true);
    WeightFile known = WeightFile.open(file);
    assertThat(Recognition.of(known).orElseThrow().preprocessing().describePixels())
        .isEqualTo(Preprocessing.preset(preset).describePixels());
    Path plain = exported(preset, false);
    assertThat(Recognition.of(WeightFile.open(plain)).orElseThrow().own()).isEmpty();
  }

  /** The graph says how samples are scaled, a configuration beside it how pictures are cut. */
  @Test
  void aConfigurationBesideTheFileGivesTheGeometry() throws IOException {
    Path file = exported("keras-caffe", true);
    Files.writeString(
        file.resolveSibling("config.json"),
        """
        {"architecture": "resnet8-cifar", "num_classes": 10, "pretrained_cfg":
          {"input_size": [3, 24, 24], "crop_pct": 0.75, "interpolation": "bicubic",
           "mean": [0.1, 0.2, 0.3], "std": [0.4, 0.5, 0.6]}}
        """);
    Preprocessing p = Recognition.of(WeightFile.open(file)).orElseThrow().preprocessing();
    assertThat(p.describe())
        .isEqualTo(
            "shorter side to 32 px, centre 24x24, bicubic; "
                + Preprocessing.preset("keras-caffe").describePixels());
  }

  private Path exported(String preset, boolean inside) throws IOException {
    Preprocessing input = Preprocessing.preset(preset).withSize(SIZE_PX);
    Path out = folder.resolve(preset + inside + ".onnx");
    OnnxExport.write(
        RandomModel.of("resnet8-cifar", "gap-linear", List.of("a", "b", "c"), input, 1),
        out,
        new Options(WeightType.FP32, inside));
    String text = new String(Files.readAllBytes(out), StandardCharsets.ISO_8859_1);
    assertThat(text).contains("residua");
    Files.write(out, text.replace("residua", "another").getBytes(StandardCharsets.ISO_8859_1));
    return out;
  }

  private static OnnxMatch match(Path path) throws Exception {
    ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(path));
    return OnnxMatch.of(OnnxGraph.read(content, new OnnxData(path)), Fixtures.THIN_TORCH)
        .orElseThrow();
  }

  private WeightMap weights(OnnxMatch match) throws Exception {
    return new TensorFile(folder, 1 << 20, WeightFile.Format.ONNX, match.tensors(), Map.of())
        .weights();
  }
}
