package io.residua.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.residua.Progress;
import io.residua.Shared;
import io.residua.data.PictureSource;
import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.engine.internal.Engine;
import io.residua.engine.internal.InferenceSession;
import io.residua.export.internal.Verification;
import io.residua.export.internal.Verifier;
import io.residua.image.ImageDecoder;
import io.residua.model.ModelFile;
import io.residua.nn.Head;
import io.residua.weights.internal.DType;
import io.residua.weights.internal.SafetensorsFile;
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

/** torchvision takes exported files. It is Debian's, with its Python; CI installs both. */
class TorchExportTest {
  private static final int PICTURES = 2;

  @TempDir Path folder;

  private static ModelFile model(String architecture, String head, int sizePx) {
    return TestModels.random(
        architecture, Head.parse(head), TestModels.preprocessing("torchvision", sizePx));
  }

  /**
   * A network to export.
   *
   * @param head as recipes name it
   */
  private record Case(String architecture, String head, int sizePx) {}

  @Test
  void torchvisionTakesTheFilesAndGivesTheSameLogits() throws IOException, InterruptedException {
    String python = python();
    List<Case> cases =
        List.of(
            new Case("resnet18", "gap-linear", 64),
            new Case("resnet50", "gap-mlp:32", 64),
            new Case("resnet18", "flatten-mlp:8", 96),
            new Case("resnet34", "flatten-dropout:0.25", 32),
            new Case("resnet18", "gap+batch-norm:0.001+linear:8+batch-norm+relu+linear", 64),
            new Case("resnext50_32x4d", "gap-linear", 64));
    List<float[]> expected = new ArrayList<>();
    List<String> arguments = new ArrayList<>();
    for (Case c : cases) {
      ModelFile model = model(c.architecture(), c.head(), c.sizePx());
      Path file = folder.resolve(expected.size() + ".safetensors");
      TorchExport.write(model, file);
      assertThat(TorchExport.note(model).isPresent()).isEqualTo(!c.head().equals("gap-linear"));
      float[] pixels = pixels(model);
      expected.add(logits(model, pixels));
      arguments.addAll(
          List.of(
              file.toString(),
              c.architecture(),
              "3",
              String.join("; ", TorchExport.changes(model.spec())),
              planes(pixels, file + ".pictures").toString(),
              "" + PICTURES,
              "" + c.sizePx()));
    }
    List<String> lines = run(python, arguments);
    for (int k = 0; k < cases.size(); k++) {
      int at = k * (1 + PICTURES);
      assertThat(lines.get(at))
          .isEqualTo(cases.get(k).architecture() + " <All keys matched successfully>");
      for (int i = 0; i < expected.get(k).length; i++) {
        String[] row = lines.get(at + 1 + i / 3).split(" ");
        assertThat(Float.parseFloat(row[1 + i % 3]))
            .as("%s, logit %d", cases.get(k), i)
            .isCloseTo(expected.get(k)[i], within(1e-4f));
      }
    }
  }

  private static float[] pixels(ModelFile model) {
    int size = model.spec().preprocessing().inputSize();
    float[] pixels = new float[PICTURES * size];
    List<PictureSource> pictures = TestModels.pictures("data/cats_dogs_small/test", PICTURES);
    for (int i = 0; i < PICTURES; i++) {
      pictures.get(i).load(new ImageDecoder(), model.spec().preprocessing(), pixels, i * size);
    }
    return pixels;
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
  private static Path planes(float[] pixels, String file) throws IOException {
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
    return Files.write(Path.of(file), bytes.array());
  }

  @Tag("slow")
  @Test
  void everyNetworkOfTorchvisionTakesItsFile() throws IOException, InterruptedException {
    String python = python();
    for (String architecture :
        List.of(
            "resnet34",
            "resnet50",
            "resnet101",
            "resnet152",
            "wide_resnet50_2",
            "wide_resnet101_2",
            "resnext101_32x8d")) {
      Path file = folder.resolve("model.safetensors");
      TorchExport.write(model(architecture, "gap-linear", 32), file);
      assertThat(run(python, List.of(file.toString(), architecture, "3", "", "-", "0", "0")))
          .containsExactly(architecture + " <All keys matched successfully>");
    }
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
        new Verifier(1, folder, true)
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
        Stream.of("/usr/bin/python3", "python3")
            .filter(program -> Shared.mayUseOtherPrograms() && exists(program))
            .toList();
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
