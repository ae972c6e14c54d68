package io.residua.export.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.residua.Progress;
import io.residua.data.OpenedData;
import io.residua.data.PictureSource;
import io.residua.data.Sample;
import io.residua.export.OnnxExport;
import io.residua.export.OnnxExport.Options;
import io.residua.export.TestModels;
import io.residua.export.WeightType;
import io.residua.model.ModelFile;
import io.residua.nn.Head;
import io.residua.testkit.Scenes;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Classic classifiers on a network's features give in ONNX Runtime the answers that they give here.
 */
class OnnxClassicTest {
  @TempDir static Path shared;
  @TempDir Path folder;

  private static Path pictures;
  private static Path two;
  private static Path network;

  @BeforeAll
  static void makePicturesAndNetwork() throws java.io.IOException {
    pictures = shared.resolve("pictures");
    Scenes.set(pictures, 8, 4);
    two = shared.resolve("two");
    for (String part : List.of("train", "test")) {
      for (String name : Scenes.CLASSES.subList(0, 2)) {
        Path target = two.resolve(part).resolve(name);
        java.nio.file.Files.createDirectories(target.getParent());
        java.nio.file.Files.createSymbolicLink(
            target, pictures.resolve(part).resolve(name).toAbsolutePath());
      }
    }
    network = shared.resolve("network.safetensors");
    TestModels.random("resnet18", Head.gapLinear(), TestModels.preprocessing("torchvision", 32))
        .write(network);
  }

  private ModelFile fitted(Path data, String classifier, String kernel) {
    return TestModels.classic(data, network, classifier, kernel, folder.resolve("run"));
  }

  @ParameterizedTest
  @CsvSource({
    "svc, linear, false",
    "svc, poly, false",
    "svc, rbf, false",
    "svc, rbf, true",
    "logistic, rbf, false",
    "logistic, rbf, true",
    "knn, rbf, false",
  })
  void theSameAnswers(String classifier, String kernel, boolean binary) {
    Path data = binary ? two : pictures;
    ModelFile model = fitted(data, classifier, kernel);
    Path file = folder.resolve("model.onnx");
    OnnxExport.write(model, file, new Options(WeightType.FP32, true));
    List<PictureSource> all =
        OpenedData.open(data).all().samples().stream().map(Sample::source).toList();
    Verification found =
        new Verifier(2, folder, true).verify(model, file, all, Optional.empty(), Progress.NONE);
    assertThat(found.pictures()).isEqualTo(binary ? 24 : 72);
    assertThat(found.largestLogitDifference()).isEmpty();
    assertThat(found.equalPredictions()).isEqualTo(found.pictures());
    // Features and kernels of 512 values in floats; pairs are coupled by iterations that stop
    // early.
    assertThat(found.largestProbabilityDifference()).isLessThan(1e-3);
  }

  @Test
  void int8IsRefused() {
    ModelFile model = fitted(two, "logistic", "rbf");
    assertThatExceptionOfType(ExportException.class)
        .isThrownBy(
            () ->
                OnnxExport.write(
                    model, folder.resolve("m.onnx"), new Options(WeightType.INT8, false)))
        .withMessage("a classic classifier takes features in fp32 or fp16, not int8");
  }
}
