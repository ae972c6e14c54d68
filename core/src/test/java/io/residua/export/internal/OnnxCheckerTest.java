package io.residua.export.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.residua.Progress;
import io.residua.engine.onednn.Natives;
import io.residua.export.OnnxExport;
import io.residua.export.OnnxExport.Options;
import io.residua.export.TestModels;
import io.residua.export.WeightType;
import io.residua.model.ModelFile;
import io.residua.model.internal.ModelCalibrator;
import io.residua.nn.Head;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The checker of the {@code onnx} package finds nothing wrong, shapes included. Needs a Python with
 * that package: {@code -Dresidua.python=FILE}, by default the one that {@code bench/venv.sh} makes.
 */
@Tag("slow")
class OnnxCheckerTest {
  private static final String SCRIPT =
      """
      import sys, onnx
      for path in sys.argv[1:]:
          onnx.checker.check_model(path, full_check=True)
      """;

  @TempDir Path folder;

  private final List<String> files = new ArrayList<>();

  private void export(String name, ModelFile model, WeightType type, boolean withPreprocessing) {
    Path file = folder.resolve(name + ".onnx");
    OnnxExport.write(model, file, new Options(type, withPreprocessing));
    files.add(file.toString());
  }

  @Test
  void findsNothingWrong() throws IOException, InterruptedException {
    String python = System.getProperty("residua.python", "../bench/.venv/bin/python");
    assumeTrue(Files.isExecutable(Path.of(python)), "no Python with onnx at " + python);
    for (String architecture :
        List.of("resnet18", "resnet50", "resnet50-v1", "resnext50_32x4d", "resnet20-cifar")) {
      ModelFile model =
          TestModels.random(
              architecture, Head.gapLinear(), TestModels.preprocessing("keras-caffe", 32));
      export(architecture, model, WeightType.FP32, true);
      export(architecture + "-fp16", model, WeightType.FP16, false);
      if (Natives.available()) {
        ModelFile calibrated =
            model.with(
                ModelCalibrator.calibrate(
                        model,
                        TestModels.pictures("data/cats_dogs_small/train", 5),
                        5,
                        Optional.empty(),
                        "photos",
                        2,
                        Progress.NONE)
                    .calibration());
        export(architecture + "-int8", calibrated, WeightType.INT8, true);
      }
    }
    for (String classifier : List.of("svc", "logistic", "knn")) {
      export(
          classifier,
          TestModels.classic(folder.resolve(classifier), classifier),
          WeightType.FP32,
          true);
    }
    List<String> command = new ArrayList<>(List.of(python, "-c", SCRIPT));
    command.addAll(files);
    File out = folder.resolve("out.txt").toFile();
    int code =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out).start().waitFor();
    assertThat(code).as(Files.readString(out.toPath())).isZero();
    assertThat(files).hasSizeGreaterThan(10);
  }
}
