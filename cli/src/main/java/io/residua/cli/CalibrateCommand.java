package io.residua.cli;

import io.residua.UsageException;
import io.residua.internal.Text;
import io.residua.model.ModelFile;
import io.residua.weights.WeightSource;
import io.residua.weights.internal.WeightFile;
import java.nio.file.Path;
import java.util.List;
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
      "Runs the model over typical pictures to see how large its activations get, writes that into"
          + " the model's file or, with --out, in another, and says how close int8 comes to fp32 on"
          + " pictures kept aside. Do not use the pictures that the model is measured on."
    },
    footer = {
      "",
      "Examples:",
      "  residua calibrate run pictures/ --in-place",
      "  residua calibrate imagenet pictures/ --out resnet50.safetensors"
    })
final class CalibrateCommand implements Runnable {
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
  private String method = "auto";

  @Mixin private DataOptions reading;
  @Mixin private WeightOptions weights;
  @Mixin private ThreadsOption threads;
  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write the model with its calibration to FILE.")
  void setOut(Path value) {
    try {
      out = OutputFile.of(value.toString()).path();
    } catch (UsageException e) {
      throw new ParameterException(spec.commandLine(), "--out " + e.getMessage(), e);
    }
    if (out == null) {
      throw new ParameterException(spec.commandLine(), "--out -: a model needs a file");
    }
  }

  @Option(
      names = "--in-place",
      description =
          "Write it into the model's own file, in place of a calibration it has; its weights stay"
              + " as they are.")
  private boolean inPlace;

  @Option(
      names = "--pictures",
      paramLabel = "N",
      description = "Use N of the pictures, spread evenly (default: 200).")
  void setPictures(int value) {
    if (value < 1) {
      throw new ParameterException(
          spec.commandLine(), Text.of("--pictures %d: must be at least 1", value));
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
    method = Choice.of(spec, "--method", value, List.of("auto", "min-max", "percentile"));
  }

  @Override
  public void run() {
    ModelArguments.check(spec, model, List.of(data));
    String opened = WeightSource.meant(model);
    new Calibrating(
            opened, weights.source(), data, reading.reading(), threads.threads(), Console.of(spec))
        .run(pictures, method, target(opened));
  }

  /** Where the model goes: no file is replaced that the user did not name. */
  private Path target(String opened) {
    Path own = RunFolders.existingFile(opened);
    if (out != null && inPlace) {
      throw new ParameterException(
          spec.commandLine(), "--out and --in-place: give one of them, they name two files");
    }
    if (out != null) {
      return out;
    }
    if (own == null) {
      throw new ParameterException(
          spec.commandLine(), Text.of("%s is not a model file: say --out FILE", model));
    }
    if (!inPlace) {
      throw new ParameterException(
          spec.commandLine(),
          Text.of(
              "say --in-place to write the calibration into %s, or --out FILE for another file",
              own));
    }
    if (!ModelFile.isModel(WeightFile.open(own).metadata())) {
      throw new ParameterException(
          spec.commandLine(),
          Text.of(
              "--in-place: %s is a weight file of another program, which stays as it is: say --out"
                  + " FILE",
              own));
    }
    return own;
  }
}
