package io.residua.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.Shared;
import io.residua.engine.onednn.Natives;
import io.residua.image.Preprocessing;
import io.residua.model.ModelFile;
import io.residua.model.ModelSpec;
import io.residua.nn.Head;
import io.residua.weights.internal.Initialisation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CalibrateCommandTest {
  @TempDir Path folder;

  private final TestRun run = new TestRun();

  @Test
  void keepsTheCalibrationInTheModelOfARun() throws IOException {
    assumeTrue(Natives.available(), "no oneDNN natives on this platform");
    Path data = Shared.path("data/cats_dogs_small");
    Path file = model();
    int code =
        run.execute(
            "calibrate", folder.toString(), data.toString(), "--pictures", "6", "--in-place");
    assertThat(run.err())
        .contains(
            "wrote " + file + " in place: a calibration is added, its weights are as they were")
        .contains("next: residua evaluate " + file);
    assertThat(code).isZero();
    assertThat(run.out())
        .contains("min-max: same answer as fp32 for ")
        .contains("percentile: same answer as fp32 for ")
        .containsPattern("method: (min-max|percentile)\n");
    assertThat(ModelFile.read(file).calibration().orElseThrow().pictures()).isEqualTo(5);
    assertThat(ModelFile.read(file).calibration().orElseThrow().source())
        .isEqualTo(data.toString());
  }

  @Test
  void writesAnotherFileIfAsked() throws IOException {
    assumeTrue(Natives.available(), "no oneDNN natives on this platform");
    String data = Shared.path("data/cats_dogs_small/train/cats").toString();
    Path file = model();
    byte[] before = Files.readAllBytes(file);
    Path other = folder.resolve("int8.safetensors");
    assertThat(
            run.execute(
                "calibrate",
                file.toString(),
                data,
                "--pictures=1",
                "--method=percentile",
                "--out=" + other))
        .isZero();
    assertThat(run.out()).isEqualTo("method: percentile\n");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    assertThat(ModelFile.read(other).calibration()).isPresent();
  }

  @Test
  void takesPicturesFromBinaries() throws IOException {
    assumeTrue(Natives.available(), "no oneDNN natives on this platform");
    Path pictures = folder.resolve("pictures");
    for (String label : List.of("a", "b")) {
      for (int i = 0; i < 4; i++) {
        Path file = pictures.resolve("train").resolve(label).resolve(i + ".png");
        Files.createDirectories(file.getParent());
        byte[] rgb = new byte[3 * 32 * 32];
        new java.util.Random(label.hashCode() + i).nextBytes(rgb);
        new io.residua.image.RgbImage(32, 32, rgb).writePng(file);
      }
    }
    String binaries = folder.resolve("binaries").toString();
    assertThat(
            run.execute(
                "data", "convert", pictures.toString(), "--to", "cifar10", "--out", binaries))
        .as(run.err())
        .isZero();
    Path file = model();
    byte[] before = Files.readAllBytes(file);
    assertThat(run.execute("calibrate", file.toString(), binaries)).isEqualTo(2);
    assertThat(run.err())
        .contains(
            "say --in-place to write the calibration into "
                + file
                + ", or --out FILE for another file");
    assertThat(Files.readAllBytes(file)).isEqualTo(before);
    assertThat(run.execute("calibrate", file.toString(), binaries, "--in-place"))
        .as(run.err())
        .isZero();
    assertThat(ModelFile.read(file).calibration().orElseThrow().pictures()).isEqualTo(7);
    TestRun again = new TestRun();
    assertThat(again.execute("calibrate", file.toString(), binaries, "--out=" + file)).isZero();
    assertThat(again.err())
        .contains("in place: its calibration on " + binaries + " is replaced, its weights");
    Path other = Files.writeString(folder.resolve("other.safetensors"), "mine");
    TestRun overwriting = new TestRun();
    assertThat(overwriting.execute("calibrate", file.toString(), binaries, "--out=" + other))
        .isZero();
    assertThat(overwriting.err())
        .contains("wrote " + other + " in place of the file that was there");
  }

  @Test
  void saysWhatIsWrong() throws IOException {
    String file = model().toString();
    assertThat(run.execute("calibrate", "imagenet", folder.toString())).isEqualTo(2);
    assertThat(run.execute("calibrate", file, folder.resolve("none").toString(), "--in-place"))
        .isEqualTo(1);
    assertThat(run.execute("calibrate", file, "d", "--in-place", "--out=x.safetensors"))
        .isEqualTo(2);
    assertThat(run.execute("calibrate", file, "d", "--method", "best")).isEqualTo(2);
    assertThat(run.execute("calibrate", file, "d", "--pictures", "0")).isEqualTo(2);
    assertThat(run.execute("calibrate", file, "d", "--out", "-")).isEqualTo(2);
    assertThat(run.err())
        .contains("imagenet is not a model file: say --out FILE")
        .contains(folder.resolve("none") + ": no such file or folder")
        .contains("--method 'best': must be one of auto, min-max, percentile")
        .contains("--pictures 0: must be at least 1")
        .contains("--out -: a model needs a file")
        .contains("--out and --in-place: give one of them");
  }

  /** A small network with random weights in a run's folder. */
  private Path model() {
    ModelSpec spec =
        new ModelSpec(
            "resnet18",
            Head.gapLinear(),
            List.of("cats", "dogs"),
            List.of(),
            Preprocessing.preset("torchvision").withSize(64));
    ObjectNode nothing = JsonNodeFactory.instance.objectNode();
    Initialisation random = new Initialisation(1, Initialisation.LinearRule.TORCH);
    Path file = folder.resolve("model.safetensors");
    new ModelFile(spec, random.weights(spec.network()), nothing, nothing).write(file);
    return file;
  }
}
