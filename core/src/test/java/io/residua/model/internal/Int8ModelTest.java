package io.residua.model.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.Shared;
import io.residua.data.PictureSource.PictureFile;
import io.residua.data.internal.PictureList;
import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.engine.internal.Calibration;
import io.residua.engine.internal.Calibration.Method;
import io.residua.engine.internal.Calibrator;
import io.residua.engine.onednn.Natives;
import io.residua.image.Preprocessing;
import io.residua.model.Classifier;
import io.residua.model.Classifier.Options;
import io.residua.model.ModelException;
import io.residua.model.ModelFile;
import io.residua.testkit.RandomModel;
import io.residua.testkit.Told;
import io.residua.weights.internal.Safetensors;
import io.residua.weights.internal.SafetensorsFile;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Int8ModelTest {
  private static final Compute INT8 = new Compute(Device.CPU, Precision.INT8, 1);

  @TempDir Path folder;

  @Test
  void theModelFileKeepsItsCalibration() {
    ModelFile model = model();
    Map<String, Float> limits = Map.of("relu", 3.25f, "layer1.0.relu1", 1.1e-7f, "dead", 0f);
    Calibration calibration = new Calibration(limits, Method.PERCENTILE, 160, "my \"pictures\"");
    Path file = folder.resolve("model.safetensors");
    model.with(calibration).write(file);
    ModelFile read = ModelFile.read(file);
    assertThat(read.calibration()).contains(calibration);
    assertThat(read.spec()).isEqualTo(model.spec());
    model.write(file);
    assertThat(ModelFile.read(file).calibration()).isEmpty();
  }

  @Test
  void aDamagedCalibrationIsOneLine() {
    String intact = "{\"method\":\"min-max\",\"pictures\":1,\"source\":\"x\",\"limits\":{\"a\":1}}";
    assertThat(readWith(intact).calibration()).isPresent();
    for (String damaged :
        List.of(
            "[]",
            "{",
            "null",
            intact.replace("min-max", "auto"),
            intact.replace("min-max", "best"),
            intact.replace("\"pictures\":1", "\"pictures\":0"),
            intact.replace("\"pictures\":1", "\"pictures\":1e99"),
            intact.replace("\"x\"", "7"),
            intact.replace(":1}", ":-1}"),
            intact.replace(":1}", ":1e99}"),
            intact.replace(":1}", ":\"1\"}"))) {
      assertThatExceptionOfType(ModelException.class)
          .as(damaged)
          .isThrownBy(() -> readWith(damaged))
          .withMessageStartingWith(folder.resolve("changed.safetensors") + ": ");
    }
  }

  private ModelFile readWith(String calibration) {
    Path file = folder.resolve("model.safetensors");
    model().write(file);
    SafetensorsFile written = SafetensorsFile.open(file);
    Map<String, String> metadata = new LinkedHashMap<>(written.metadata());
    metadata.put("calibration", calibration);
    Path changed = folder.resolve("changed.safetensors");
    Safetensors.write(changed, written.weights(), metadata);
    return ModelFile.read(changed);
  }

  @Test
  void withoutCalibrationItSaysHowToMakeOne() {
    Path file = folder.resolve("model.safetensors");
    model().write(file);
    assertThatExceptionOfType(ModelException.class)
        .isThrownBy(() -> Classifier.load(file, Options.on(INT8)))
        .withMessage(
            file
                + " has no calibration, which int8 needs: make one with 'residua calibrate "
                + file
                + " DATA --out FILE', where DATA is a folder of typical pictures");
  }

  private static List<PictureFile> files(List<Path> paths) {
    return paths.stream().map(PictureFile::new).toList();
  }

  @Test
  void aCalibratedModelPredictsInInt8() {
    assumeTrue(Natives.available(), "no oneDNN natives on this platform");
    List<Path> pictures =
        PictureList.of(List.of(Shared.path("data/cats_dogs_small/train"))).pictures();
    ModelFile model = model();
    Calibrator.Result result =
        ModelCalibrator.calibrate(
            model, files(pictures), 10, Optional.empty(), "cats and dogs", 1, Progress.NONE);
    assertThat(result.calibration().pictures()).isEqualTo(8);
    Path file = folder.resolve("model.safetensors");
    model.with(result.calibration()).write(file);
    Path picture = pictures.get(5);
    try (Classifier int8 = Classifier.load(file, Options.on(INT8));
        Classifier fp32 =
            Classifier.load(file, Options.on(new Compute(Device.CPU, Precision.FP32, 1)))) {
      assertThat(int8.compute().describe()).isEqualTo("oneDNN int8, 1 thread");
      double difference =
          int8.predict(picture).probabilities().get(0)
              - fp32.predict(picture).probabilities().get(0);
      assertThat(Math.abs(difference)).isLessThan(0.02);
      List<Classifier.Answer<Path>> many = int8.predict(pictures.subList(0, 6), Progress.NONE);
      assertThat(many.get(5).prediction().orElseThrow().probabilities().get(0))
          .isCloseTo(int8.predict(picture).probabilities().get(0), within(1e-4));
    }
  }

  @Test
  void calibratingWithoutOnePictureIsOneLine() {
    assumeTrue(Natives.available(), "no oneDNN natives on this platform");
    assertThatExceptionOfType(ResiduaException.class)
        .isThrownBy(() -> calibrateWithoutAPicture(Progress.NONE))
        .withMessage("not one of 1 picture to calibrate with could be read");
    Progress failing =
        new Told() {
          @Override
          protected void advanced(String label, long by) {
            throw new IllegalArgumentException("a bug");
          }
        };
    assertThatIllegalArgumentException()
        .isThrownBy(() -> calibrateWithoutAPicture(failing))
        .withMessage("a bug");
  }

  private void calibrateWithoutAPicture(Progress progress) {
    ModelCalibrator.calibrate(
        model(),
        files(List.of(folder.resolve("a.jpg"))),
        5,
        Optional.empty(),
        "nothing",
        1,
        progress);
  }

  /** A small ResNet-18 with random weights. */
  private static ModelFile model() {
    Preprocessing input = Preprocessing.preset("torchvision").withSize(64);
    return RandomModel.of("resnet18", "gap-linear", List.of("cat", "dog"), input, 1);
  }
}
