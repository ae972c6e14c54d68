package io.residua.weights.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.residua.Shared;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TorchFileTest {
  @TempDir private Path folder;

  /** What make.py's write_odd_torch wrote. */
  @ParameterizedTest
  @ValueSource(strings = {"odd_zip.pt", "odd_legacy.pt"})
  void everyTypeViewAndStride(String name) {
    WeightFile file = WeightFile.open(Fixtures.path(name));
    for (String type :
        List.of(
            "float64",
            "float32",
            "float16",
            "bfloat16",
            "int64",
            "int32",
            "int16",
            "int8",
            "uint8")) {
      assertThat(file.floats(type).toArray()).as(type).containsExactly(1, 0, 3);
    }
    assertThat(file.floats("bool").toArray()).containsExactly(1, 0, 1);
    assertThat(file.floats("view").toArray()).containsExactly(4, 5, 6, 7, 8, 9);
    FloatTensor transposed = file.floats("transposed");
    assertThat(transposed.shape()).containsExactly(6, 4);
    assertThat(transposed.toArray()).startsWith(0, 6, 12, 18, 1, 7);
    assertThat(file.floats("stepped").toArray()).containsExactly(0, 5, 10, 15, 20);
    assertThat(file.floats("expanded").toArray()).containsExactly(7, 7, 7, 7, 7, 7);
    assertThat(file.floats("shared").toArray()).hasSize(24).endsWith(22, 23);
    assertThat(file.floats("scalar").shape()).isEmpty();
    assertThat(file.floats("scalar").toArray()).containsExactly(2.5f);
    assertThat(file.floats("empty").shape()).containsExactly(0, 3);
    assertThat(file.floats("parameter").toArray()).containsExactly(0, 1);
  }

  @ParameterizedTest
  @CsvSource({"uint16, U16", "uint32, U32", "uint64, U64"})
  void unsignedTypesOfNewerFiles(String name, DType dtype) {
    WeightFile file = WeightFile.open(Fixtures.path("odd_zip.pt"));
    assertThat(file.dtype(name)).isEqualTo(dtype);
    assertThat(file.floats(name).toArray()).containsExactly(1, 0, 3);
  }

  @ParameterizedTest
  @ValueSource(strings = {"evil_zip.pt", "evil_legacy.pt"})
  void aPickleThatCallsTheSystemIsRefusedByName(String name) {
    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> WeightFile.open(Fixtures.path(name)))
        .withMessageContaining(name)
        .withMessageContaining("posix.system");
    assertThat(Path.of("executed")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cbuiltins\neval\n(S'1'\ntR.",
        "cbuiltins\neval\n(X\001\000\000\0001tR.",
        "cos\nsystem\n(X\001\000\000\0001tR.",
        "cnumpy.core.multiarray\n_reconstruct\n.",
        "ctorch.jit\nload\n.",
        "\214\010builtins\214\004exec\223.",
        "cbuiltins\ngetattr\n.",
        "cbuiltins\ngetattr\n(cbuiltins\nlist\nX\001\000\000\000atR.",
        "cargparse\nArgumentParser\n.",
        "cnumpy\nload\n.",
        "cpathlib\nos.system\n.",
        "ccollections\nnamedtuple\n.",
        "ctorch._utils\n_import_dotted_name\n.",
        "cfunctools\npartial\n.",
        "csubprocess\nPopen\n(X\001\000\000\0001tR.",
      })
  void otherGlobalsAreRefusedByName(String pickle) {
    byte[] bytes = pickle.getBytes(StandardCharsets.ISO_8859_1);
    assertThatExceptionOfType(BadWeights.class)
        .isThrownBy(() -> TorchPickle.read(java.nio.ByteBuffer.wrap(bytes), id -> id))
        .withMessageMatching(
            "it asks for (builtins\\.(eval|exec)|os\\.system|numpy\\.core\\.multiarray\\."
                + "_reconstruct|torch\\.jit\\.load|builtins\\.getattr|argparse\\.ArgumentParser"
                + "|numpy\\.load|pathlib\\.os\\.system|collections\\.namedtuple"
                + "|torch\\._utils\\._import_dotted_name|functools\\.partial|subprocess\\.Popen),"
                + " which .*torch.save\\(model.state_dict\\(\\), FILE\\)");
  }

  @Test
  void everyRealFileReads() throws IOException {
    Path all = Shared.path("data", "weights");
    List<Path> files;
    try (Stream<Path> walk = Files.walk(all)) {
      files =
          walk.filter(p -> p.toString().matches(".*\\.(th|pth|pt|bin|h5|onnx|safetensors)"))
              .filter(p -> !p.endsWith("broken.pt"))
              .toList();
    }
    assertThat(files).hasSizeGreaterThan(40);
    for (Path file : files) {
      WeightSummary summary = WeightSummary.of(WeightFile.open(file));
      assertThat(summary.tensors()).as(file.toString()).isNotEmpty();
    }
  }

  @Test
  void theBrokenFileIsRefused() {
    Path broken = Shared.path("data/weights/formats_small/burn_pt_reader/broken.pt");
    assertThatExceptionOfType(WeightsException.class)
        .isThrownBy(() -> WeightFile.open(broken))
        .withMessageContaining("broken.pt: it is no weight file");
  }

  /** timm's net in safetensors and in PyTorch's two formats. */
  @ParameterizedTest
  @ValueSource(strings = {"timm_zip.pth", "timm_legacy.pth.tar"})
  void theSameWeightsInTwoFormatsAreTheSame(String name) {
    WeightFile torch = WeightFile.open(Fixtures.path(name));
    WeightFile safetensors = WeightFile.open(Fixtures.path("timm.safetensors"));
    int prefix = TorchNames.likeliestPrefix(torch).length();
    assertThat(torch.names().stream().map(n -> n.substring(prefix)))
        .containsExactlyInAnyOrderElementsOf(safetensors.names());
    for (String key : torch.names()) {
      FloatTensor other = safetensors.floats(key.substring(prefix));
      assertThat(torch.floats(key).shape()).isEqualTo(other.shape());
      assertThat(torch.floats(key).toArray()).as(key).containsExactly(other.toArray());
    }
  }

  @Test
  void sharedStoragesAndViewsOfOldFiles() {
    Path small = Shared.path("data/weights/formats_small/burn_pt_reader");
    WeightFile offsets = WeightFile.open(small.resolve("legacy_with_offsets.pt"));
    assertThat(offsets.shape("tensor1")).containsExactly(10);
    WeightFile nested = WeightFile.open(small.resolve("complex_structure.pt"));
    assertThat(nested.names()).contains("state.encoder.layer_0.weight", "state.decoder.bias");
    WeightFile checkpoint = WeightFile.open(small.resolve("checkpoint.pt"));
    assertThat(checkpoint.names())
        .containsExactly("fc1.weight", "fc1.bias", "fc2.weight", "fc2.bias");
    assertThat(checkpoint.metadata()).containsEntry("epoch", "42");
  }

  @Test
  void aCutFileIsRefused() throws IOException {
    for (String name : List.of("timm_zip.pth", "timm_legacy.pth.tar", "keras3.weights.h5")) {
      byte[] whole = Files.readAllBytes(Fixtures.path(name));
      Path cut = folder.resolve(name);
      Files.write(cut, java.util.Arrays.copyOf(whole, whole.length - 2000));
      assertThatExceptionOfType(WeightsException.class)
          .isThrownBy(() -> WeightFile.open(cut))
          .withMessageStartingWith("cannot read " + cut);
    }
  }
}
