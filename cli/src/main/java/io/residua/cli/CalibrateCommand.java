package io.residua.cli;

import io.residua.data.OpenedData;
import io.residua.data.Part;
import io.residua.data.PictureList;
import io.residua.data.Sample;
import io.residua.engine.Calibration.Method;
import io.residua.engine.Calibrator;
import io.residua.engine.Compute;
import io.residua.engine.Precision;
import io.residua.model.Classifier;
import io.residua.model.ModelCalibrator;
import io.residua.model.ModelFile;
import io.residua.weights.WeightSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code residua calibrate}. */
@Command(
    name = "calibrate",
    description = {
      "Prepare a model for int8.",
      "",
      "Runs the model over typical pictures to see how large its activations get, keeps that in the"
          + " model file, and says how close int8 comes to fp32 on pictures kept aside. Do not use"
          + " the pictures that the model is measured on."
    },
    footer = {
      "",
      "Examples:",
      "  residua calibrate run pictures/",
      "  residua calibrate imagenet pictures/ --out resnet50.safetensors"
    })
final class CalibrateCommand implements Runnable {
  private static final String IN_RUN_FOLDER = "model.safetensors";

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A run's folder, a model file, or published weights by name.")
  private String model;

  @Parameters(
      index = "1",
      paramLabel = "DATA",
      description =
          "Typical pictures: a data set, of which the train part is used, or a folder of pictures.")
  private Path data;

  private @Nullable Path out;
  private int pictures = 200;
  private Optional<Method> method = Optional.empty();

  @Option(
      names = "--offline",
      order = 912,
      description = "Never touch the network: fail if weights are not in the cache.")
  private boolean offline;

  @Mixin private ThreadsOption threads;
  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write the model to FILE (default: the model file itself).")
  void setOut(Path value) {
    try {
      out = OutputFile.of(value.toString()).path();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--out " + e.getMessage(), e);
    }
    if (out == null) {
      throw new ParameterException(spec.commandLine(), "--out -: a model needs a file");
    }
  }

  @Option(
      names = "--pictures",
      paramLabel = "N",
      description = "Use N of the pictures, spread evenly (default: 200).")
  void setPictures(int value) {
    if (value < 1) {
      throw new ParameterException(
          spec.commandLine(), "--pictures %d: must be at least 1".formatted(value));
    }
    pictures = value;
  }

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      description =
          "min-max, percentile (cut off the largest 0.001 %%), or auto, whichever loses less"
              + " (default: auto).")
  void setMethod(String value) {
    try {
      method = Method.parse(value);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--method: " + e.getMessage(), e);
    }
  }

  @Override
  public void run() {
    Console console = Console.of(spec);
    String opened = inRunFolder(model);
    Path target = target(opened);
    List<Path> typical = typicalPictures(console);
    ModelFile read = read(opened, console);
    Calibrator.Result result =
        ModelCalibrator.calibrate(
            read,
            typical,
            pictures,
            method,
            data.toString(),
            threads.threads(),
            console.progress());
    result.measured().forEach((tried, found) -> console.out().println(describe(tried, found)));
    console.out().printf("method: %s%n", result.calibration().method().text());
    read.with(result.calibration()).write(target);
    console.note("wrote " + target);
    console.next("residua evaluate %s DATA --precision int8".formatted(target));
  }

  private static String describe(Method tried, Calibrator.Agreement found) {
    return "%s: same answer as fp32 for %d of %d pictures, outputs differ by %.1f %%"
        .formatted(tried.text(), found.sameAnswer(), found.pictures(), 100 * found.relativeError());
  }

  private Path target(String opened) {
    if (out != null) {
      return out;
    }
    if (!Files.isRegularFile(Path.of(opened))) {
      throw new ParameterException(
          spec.commandLine(), "%s is not a model file: say --out FILE".formatted(model));
    }
    return Path.of(opened);
  }

  private ModelFile read(String opened, Console console) {
    Compute fp32 =
        Compute.resolve(Optional.empty(), Optional.of(Precision.FP32), threads.threads());
    try (Classifier classifier =
        Classifier.open(opened, WeightSource.ofEnvironment(), fp32, console.progress(), offline)) {
      return classifier.model();
    }
  }

  /** A data set's train part, or all of it if it has none; else whatever pictures lie there. */
  private List<Path> typicalPictures(Console console) {
    if (Files.isDirectory(data)) {
      Path train = data.resolve("train");
      PictureList list = PictureList.of(List.of(Files.isDirectory(train) ? train : data));
      list.warnings().forEach(console.progress()::warn);
      return list.pictures();
    }
    OpenedData set = OpenedData.open(data);
    set.warnings().forEach(console.progress()::warn);
    return Optional.ofNullable(set.parts().get(Part.TRAIN)).orElse(set.all()).samples().stream()
        .map(Sample::path)
        .toList();
  }

  /** The model in it if a run's folder is meant, else the same. */
  private static String inRunFolder(String model) {
    Path inside = Path.of(model).resolve(IN_RUN_FOLDER);
    return Files.isRegularFile(inside) ? inside.toString() : model;
  }
}
