package io.residua.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.residua.Progress;
import io.residua.data.PictureSource;
import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Engine;
import io.residua.engine.InferenceSession;
import io.residua.engine.Precision;
import io.residua.image.ImageDecoder;
import io.residua.model.ModelFile;
import io.residua.nn.Head;
import io.residua.weights.DType;
import io.residua.weights.SafetensorsFile;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** torchvision takes exported files. It is Debian's, with its Python; CI installs both. */
class TorchExportTest {
  private static final int PICTURES = 2;

  @TempDir Path folder;

  private static ModelFile model(String architecture, String head, int sizePx) {
    return TestModels.random(
        architecture, Head.parse(head), TestModels.preprocessing("torchvision", sizePx));
  }

  @ParameterizedTest
  @CsvSource({
    "resnet18, gap-linear, 64",
    "resnet50, gap-mlp:32, 64",
    "resnet18, flatten-mlp:8, 96",
    "resnet34, flatten-dropout:0.25, 64",
    "resnext50_32x4d, gap-linear, 64",
  })
  void torchvisionTakesTheFileAndGivesTheSameLogits(String architecture, String head, int sizePx)
      throws IOException, InterruptedException {
    String python = python();
    ModelFile model = model(architecture, head, sizePx);
    Path file = folder.resolve("model.safetensors");
    TorchExport.write(model, file);
    float[] pixels = new float[PICTURES * model.spec().preprocessing().inputSize()];
    List<PictureSource> pictures = TestModels.pictures("data/cats_dogs_small/test", PICTURES);
    for (int i = 0; i < PICTURES; i++) {
      pictures
          .get(i)
          .load(
              new ImageDecoder(),
              model.spec().preprocessing(),
              pixels,
              i * pixels.length / PICTURES);
    }
    List<String> lines =
        run(
            python,
            List.of(
                file.toString(),
                architecture,
                "3",
                String.join("; ", TorchExport.changes(model.spec())),
                planes(pixels).toString(),
                "" + PICTURES,
                "" + sizePx));
    assertThat(lines.get(0)).isEqualTo(architecture + " <All keys matched successfully>");
    float[] expected = logits(model, pixels);
    for (int i = 0; i < expected.length; i++) {
      String[] row = lines.get(1 + i / 3).split(" ");
      assertThat(Float.parseFloat(row[1 + i % 3])).isCloseTo(expected[i], within(1e-4f));
    }
    assertThat(TorchExport.note(model).isPresent()).isEqualTo(!head.equals("gap-linear"));
  }

  private static float[] logits(ModelFile model, float[] pixels) {
    float[] logits = new float[PICTURES * TestModels.CLASSES.size()];
    Compute fp32 = new Compute(Device.JAVA, Precision.FP32, 2);
    try (InferenceSession session =
        Engine.inference(
            model.spec().network(), model.weights(), model.spec().picture(), PICTURES, fp32)) {
      session.run(pixels, PICTURES, logits);
    }
    return logits;
  }

  /** Writes pictures, {@code N×H×W×3}, plane after plane. */
  private Path planes(float[] pixels) throws IOException {
    int positions = pixels.length / PICTURES / 3;
    ByteBuffer bytes =
        ByteBuffer.allocate(pixels.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int picture = 0; picture < PICTURES; picture++) {
      for (int c = 0; c < 3; c++) {
        for (int i = 0; i < positions; i++) {
          bytes.putFloat(pixels[(picture * positions + i) * 3 + c]);
        }
      }
    }
    return Files.write(folder.resolve("pictures.f32"), bytes.array());
  }

  @Tag("slow")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "resnet34",
        "resnet50",
        "resnet101",
        "resnet152",
        "wide_resnet50_2",
        "wide_resnet101_2",
        "resnext50_32x4d",
        "resnext101_32x8d"
      })
  void everyNetworkOfTorchvisionTakesItsFile(String architecture)
      throws IOException, InterruptedException {
    String python = python();
    Path file = folder.resolve("model.safetensors");
    TorchExport.write(model(architecture, "gap-linear", 32), file);
    assertThat(run(python, List.of(file.toString(), architecture, "3", "", "-", "0", "0")))
        .containsExactly(architecture + " <All keys matched successfully>");
  }

  @Test
  void theFileIsAModelOfResiduaToo() {
    ModelFile model = model("resnet18", "gap-linear", 32);
    Path file = folder.resolve("model.safetensors");
    TorchExport.write(model, file);
    SafetensorsFile written = SafetensorsFile.open(file);
    assertThat(written.names()).hasSize(122).contains("layer4.1.bn2.num_batches_tracked");
    assertThat(written.dtype("bn1.num_batches_tracked")).isEqualTo(DType.I64);
    assertThat(written.shape("bn1.num_batches_tracked")).isEmpty();
    assertThat(written.metadata()).containsEntry("format", "pt");
    ModelFile read = ModelFile.read(file);
    assertThat(read.spec()).isEqualTo(model.spec());
    Verification same =
        new Verifier(1, folder)
            .verify(
                model,
                file,
                TestModels.pictures("data/cats_dogs_small/test", 3),
                Optional.empty(),
                Progress.NONE);
    assertThat(same.largestProbabilityDifference()).isZero();
    TorchExport.write(read, folder.resolve("again.safetensors"));
    assertThat(folder.resolve("again.safetensors")).hasSameBinaryContentAs(file);
  }

  @Test
  void whatTorchvisionDoesNotTakeIsSaidInOneLine() {
    assertThat(TorchExport.note(model("resnet20-cifar", "gap-linear", 32)))
        .contains(
            "torchvision has no resnet20-cifar: load_state_dict takes this file into a network of"
                + " that structure with torchvision's names");
    assertThat(TorchExport.note(model("resnet50-v1", "gap-linear", 32))).isPresent();
    assertThat(TorchExport.note(model("resnet18", "flatten-mlp:8", 64)))
        .contains(
            "torchvision's resnet18 has another head: before load_state_dict, model.avgpool ="
                + " torch.nn.Identity(); model.fc = torch.nn.Sequential(torch.nn.Linear(2048, 8),"
                + " torch.nn.ReLU(), torch.nn.Linear(8, 3))");
  }

  /** Runs the script; fails the test with what it said if it fails. */
  private List<String> run(String python, List<String> arguments)
      throws IOException, InterruptedException {
    Path script;
    try {
      script =
          Path.of(Objects.requireNonNull(TorchExportTest.class.getResource("load.py")).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
    List<String> command = new ArrayList<>(List.of(python, script.toString()));
    command.addAll(arguments);
    File out = folder.resolve("out.txt").toFile();
    int code =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out).start().waitFor();
    List<String> lines = Files.readAllLines(out.toPath());
    assertThat(code).as(String.join("\n", lines)).isZero();
    return lines.stream().filter(line -> !line.contains("Warning")).toList();
  }

  /** The system's Python, or the one in the path, that has torchvision. */
  private static String python() throws IOException, InterruptedException {
    List<String> candidates =
        Stream.of("/usr/bin/python3", "python3").filter(TorchExportTest::exists).toList();
    for (String candidate : candidates) {
      Process process =
          new ProcessBuilder(candidate, "-c", "import torch, torchvision")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (process.waitFor() == 0) {
        return candidate;
      }
    }
    assertThat(System.getenv("CI")).as("CI must have python3-torchvision").isNull();
    assumeTrue(false, "no Python with torch and torchvision (python3-torch, python3-torchvision)");
    throw new IllegalStateException();
  }

  private static boolean exists(String program) {
    return program.startsWith("/")
        ? Files.isExecutable(Path.of(program))
        : Arrays.stream(Objects.requireNonNullElse(System.getenv("PATH"), "").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
