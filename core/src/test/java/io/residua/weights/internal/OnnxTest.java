package io.residua.weights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.residua.nn.Head;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ONNX files as PyTorch's exporters write them today give here the logits that PyTorch gave. */
class OnnxTest {
  private static final String DATA = "fixed.onnx.data";

  /** As long, with the dots that lead out of a folder, so that the model stays whole. */
  private static final String OUTSIDE = "ed.onnx.data";

  @TempDir private Path folder;

  /** The tolerance of the half-precision file is that of 11 bits through 16 layers. */
  @ParameterizedTest
  @CsvSource({
    "fixed, timm, '', 2e-5",
    "dynamic_softmax, timm, softmax, 2e-5",
    "torchscript_log_softmax, timm, softmax, 2e-5",
    "half, timm, '', 0.03",
    "fresh, onnx/fresh, '', 2e-5",
    "fresh_torchscript, onnx/fresh, '', 2e-5",
    "mlp, onnx/mlp, '', 2e-5",
  })
  void whatExportersWriteIsRead(String name, String logits, String activation, double tolerance)
      throws Exception {
    Path path = Fixtures.path("onnx/" + name + ".onnx");
    OnnxMatch match = match(path);
    assertThat(match.activation().orElse("")).isEqualTo(activation);
    Head head = match.head().head().orElseThrow();
    assertThat(head.text())
        .isEqualTo(
            name.equals("mlp") ? "gap+batch-norm:0.001+relu+linear:8+relu+linear" : "gap-linear");
    Network network = head.on(Fixtures.THIN_TORCH.backbone(), Shape.rgb(32), Fixtures.CLASSES);
    WeightMap weights = weights(path, match).withZeroBiases(network);
    Coverage.of(network, weights).requireExact(name);
    float[] given = Fixtures.run(network, weights);
    double[] expected = Fixtures.logits(logits);
    for (int i = 0; i < given.length; i++) {
      assertThat((double) given[i]).as("logit %d", i).isCloseTo(expected[i], within(tolerance));
    }
  }

  /** See make_onnx_sklearn.py; the tolerance is of sums in another order, and of a softmax. */
  @ParameterizedTest
  @CsvSource({
    "logistic3, gap+batch-norm+linear, softmax, 'ant,bee,wasp'",
    "logistic2, gap+batch-norm+linear, softmax, 'ant,bee'",
    "zipmap, gap-linear, softmax, 'class 4,class 5,class 6'",
    "raw, gap-linear, '', 'ant,bee,wasp'",
  })
  void aLinearModelOfScikitLearnAnswersAsOnnxRuntimeDoes(
      String name, String head, String activation, String classes) throws Exception {
    Path path = Fixtures.path("onnx_sklearn/" + name + ".onnx");
    OnnxMatch match = match(path);
    assertThat(match.activation().orElse("")).isEqualTo(activation);
    List<String> names = List.of(classes.split(","));
    Map<String, String> metadata = Map.of(OnnxLearned.CLASSES, match.classes().orElseThrow());
    assertThat(OnnxLearned.labels(metadata).names()).isEqualTo(names);
    Head read = match.head().head().orElseThrow();
    assertThat(read.text()).isEqualTo(head);
    Network network = read.on(Fixtures.THIN_TORCH.backbone(), Shape.rgb(32), names.size());
    float[] given = Fixtures.run(network, weights(path, match));
    double[] expected =
        Arrays.stream(
                Files.readString(Fixtures.path("onnx_sklearn/" + name + ".scores.txt"))
                    .strip()
                    .split("\\s+"))
            .mapToDouble(Double::parseDouble)
            .toArray();
    for (int i = 0; i < expected.length; i++) {
      int first = i - i % names.size();
      double sum = 0;
      for (int k = first; k < first + names.size(); k++) {
        sum += Math.exp(given[k]);
      }
      double answer = activation.isEmpty() ? given[i] : Math.exp(given[i]) / sum;
      assertThat(answer).as("score %d", i).isCloseTo(expected[i], within(1e-4));
    }
  }

  @Test
  void aSupportVectorMachineOfScikitLearnIsNamedWithWhatWouldHelp() throws Exception {
    OnnxMatch match = match(Fixtures.path("onnx_sklearn/svc.onnx"));
    assertThat(match.tensors()).containsKey("layer4.0.conv3.weight");
    assertThat(match.head().problem())
        .startsWith("its head has Scaler, SVMClassifier")
        .contains("fit one on this backbone with 'residua svm'");
  }

  @Test
  void aBackboneBelowAHeadThatIsNotComputedIsFoundAndTheHeadIsNamed() throws Exception {
    OnnxMatch match = match(Fixtures.path("onnx/gelu.onnx"));
    assertThat(match.tensors()).containsKey("layer4.0.conv3.weight");
    assertThat(match.head().head()).isEmpty();
    assertThat(match.head().problem()).startsWith("its head has Gelu, where ");
  }

  @Test
  void aModelWithoutItsDataIsRefusedByTheDatasName() throws IOException {
    Path model = Files.copy(Fixtures.path("onnx/fixed.onnx"), folder.resolve("a.onnx"));
    assertThatThrownBy(() -> WeightFile.open(model))
        .isInstanceOf(WeightsException.class)
        .hasMessage(
            "cannot read %s: its weights lie in '%s', which is not beside it; put both files in one"
                + " folder",
            model, DATA);
    Files.write(folder.resolve(DATA), new byte[100]);
    assertThatThrownBy(() -> WeightFile.open(model))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("goes beyond the end of '" + DATA + "'");
  }

  @Test
  void dataOutsideTheModelsFolderIsNeverRead() throws IOException {
    Path inner = Files.createDirectory(folder.resolve("inner"));
    Files.copy(Fixtures.path("onnx/" + DATA), folder.resolve(OUTSIDE));
    byte[] bytes = Files.readAllBytes(Fixtures.path("onnx/fixed.onnx"));
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    Path model = inner.resolve("model.onnx");
    Files.write(model, text.replace(DATA, "../" + OUTSIDE).getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> WeightFile.open(model))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("outside its own folder, where nothing is read");

    Files.write(model, bytes);
    Files.createSymbolicLink(inner.resolve(DATA), folder.resolve(OUTSIDE));
    assertThatThrownBy(() -> WeightFile.open(model))
        .isInstanceOf(WeightsException.class)
        .hasMessageContaining("outside its own folder, where nothing is read");
  }

  /** As Hugging Face's cache has them: both are links to files of other names in one folder. */
  @Test
  void aModelAndItsDataMayBothBeLinksIntoOneFolder() throws IOException {
    Path blobs = Files.createDirectory(folder.resolve("blobs"));
    Path snapshot = Files.createDirectory(folder.resolve("snapshot"));
    Files.copy(Fixtures.path("onnx/fixed.onnx"), blobs.resolve("1a"));
    Files.copy(Fixtures.path("onnx/" + DATA), blobs.resolve("2b"));
    Path model = snapshot.resolve("fixed.onnx");
    Files.createSymbolicLink(model, blobs.resolve("1a"));
    Files.createSymbolicLink(snapshot.resolve(DATA), blobs.resolve("2b"));
    WeightFile file = WeightFile.open(model);
    assertThat(file.names()).contains("conv1.weight");
    assertThat(file.sizeBytes())
        .isEqualTo(Files.size(blobs.resolve("1a")) + Files.size(blobs.resolve("2b")));
  }

  private static OnnxMatch match(Path path) throws Exception {
    ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(path));
    return OnnxMatch.of(OnnxGraph.read(content, new OnnxData(path)), Fixtures.THIN_TORCH)
        .orElseThrow();
  }

  private static WeightMap weights(Path path, OnnxMatch match) throws Exception {
    return new TensorFile(path, 1 << 20, WeightFile.Format.ONNX, match.tensors(), Map.of())
        .weights();
  }
}
