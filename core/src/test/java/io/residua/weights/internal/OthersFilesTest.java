package io.residua.weights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.residua.nn.internal.Network;
import io.residua.nn.internal.ResNetSpec;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that other libraries wrote give here the logits that they gave there. */
class OthersFilesTest {
  /** Float32 sums in another order; logits are below 10. */
  private static final double TOLERANCE = 2e-5;

  @ParameterizedTest
  @CsvSource({
    "timm.safetensors, timm, safetensors",
    "timm_zip.pth, timm, PyTorch",
    "timm_legacy.pth.tar, timm, PyTorch",
    "hugging_face.safetensors, hugging_face, safetensors",
    "timm.onnx, timm, ONNX",
  })
  void pytorchsFiles(String name, String net, String format) throws IOException {
    WeightFile file = WeightFile.open(Fixtures.path(name));
    assertThat(file.format().label()).isEqualTo(format);
    WeightMap weights = Recognition.weights(file, Fixtures.THIN_TORCH);
    assertSameLogits(Fixtures.THIN_TORCH, weights, net, TOLERANCE);
  }

  @ParameterizedTest
  @CsvSource({"keras3.keras", "keras3.weights.h5", "keras3_legacy.h5"})
  void kerasFiles(String name) throws IOException {
    WeightFile file = WeightFile.open(Fixtures.path(name));
    assertThat(file.format()).isEqualTo(WeightFile.Format.KERAS);
    WeightMap weights = Recognition.weights(file, Fixtures.THIN_KERAS);
    assertSameLogits(Fixtures.THIN_KERAS, weights, "keras3", TOLERANCE);
  }

  /** None of them is unpacked, so that unpackers, which had holes, need not come along. */
  @ParameterizedTest
  @ValueSource(strings = {"gzip", "lzf", "lz4", "bitshuffle"})
  void packedHdf5IsRefusedInWords(String how) {
    Path path = Fixtures.path("packed_" + how + ".h5");
    assertThatThrownBy(() -> WeightFile.open(path))
        .isInstanceOf(WeightsException.class)
        .hasMessageContainingAll(
            path.toString(), "'dense/kernel' is stored in chunks; save it without compression");
  }

  @ParameterizedTest
  @ValueSource(strings = {"net.jpountz.lz4.LZ4Factory", "com.ning.compress.lzf.LZFDecoder"})
  void noUnpackerOfHdf5ComesAlong(String name) {
    assertThatThrownBy(() -> Class.forName(name)).isInstanceOf(ClassNotFoundException.class);
  }

  @Test
  void tensorFlowJsModels() throws IOException {
    WeightFile file = WeightFile.open(Fixtures.path("tensorflowjs/model.json"));
    assertThat(file.format()).isEqualTo(WeightFile.Format.TENSORFLOW_JS);
    assertThat(file.sizeBytes()).isEqualTo(37_899 + 3 * 26_980);
    WeightMap weights = Recognition.weights(file, Fixtures.THIN_KERAS);
    assertSameLogits(Fixtures.THIN_KERAS, weights, "tensorflowjs", 4 * TOLERANCE); // up to 18
  }

  @Test
  void bfloat16InsideAWrapper() throws IOException {
    WeightFile file = WeightFile.open(Fixtures.path("timm_bf16.pt"));
    assertThat(file.dtype("conv1.weight")).isEqualTo(DType.BF16);
    WeightMap weights = Recognition.weights(file, Fixtures.THIN_TORCH);
    // 8 bits of mantissa, through 16 layers
    assertSameLogits(Fixtures.THIN_TORCH, weights, "timm", 0.2);
  }

  /** An exporter may fold batch norm and invent names; the graph tells what is what. */
  @ParameterizedTest
  @CsvSource({"timm.onnx", "timm_folded.onnx"})
  void onnxByItsGraph(String name) throws Exception {
    try (FileChannel channel = FileChannel.open(Fixtures.path(name))) {
      OnnxGraph graph =
          OnnxGraph.read(
              channel.map(MapMode.READ_ONLY, 0, channel.size()), new OnnxData(Fixtures.path(name)));
      OnnxMatch match = OnnxMatch.of(graph, Fixtures.THIN_TORCH).orElseThrow();
      WeightFile file =
          new TensorFile(
              Path.of(name),
              channel.size(),
              WeightFile.Format.ONNX,
              match.tensors(),
              graph.metadata());
      assertSameLogits(Fixtures.THIN_TORCH, file.weights(), "timm", TOLERANCE);
      assertThat(OnnxMatch.of(graph, Fixtures.THIN_KERAS)).isEmpty();
      assertThat(OnnxMatch.known(graph)).isEmpty();
    }
  }

  @Test
  void whatACheckpointSaysBesideItsWeightsIsMetadata() {
    assertThat(WeightFile.open(Fixtures.path("timm_legacy.pth.tar")).metadata())
        .containsEntry("epoch", "3")
        .containsEntry("best_prec1", "61.5");
    assertThat(WeightFile.open(Fixtures.path("keras3.keras")).metadata())
        .containsKey("keras_version");
  }

  private static void assertSameLogits(
      ResNetSpec spec, WeightMap weights, String net, double tolerance) throws IOException {
    Network network = spec.network(Fixtures.CLASSES);
    Coverage.of(network, weights).requireExact(net);
    float[] logits = Fixtures.run(network, weights);
    double[] expected = Fixtures.logits(net);
    for (int i = 0; i < logits.length; i++) {
      assertThat((double) logits[i]).as("logit %d", i).isCloseTo(expected[i], within(tolerance));
    }
  }
}
