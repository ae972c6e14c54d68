package io.residua.cli;

import io.residua.export.WeightType;
import io.residua.internal.ConstantNames;
import io.residua.internal.Text;
import io.residua.weights.WeightSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code residua export}. */
@Command(
    name = "export",
    description = {
      "Write a model for other programs: as ONNX, or as PyTorch's state dictionary.",
      "",
      "ONNX runs in ONNX Runtime and others, for any number of pictures at once; class names,"
          + " preprocessing and provenance are in its metadata. The safetensors file has"
          + " torchvision's names, so that load_state_dict takes it. 'residua verify' compares the"
          + " result with the model."
    },
    footer = {
      "",
      "Examples:",
      "  residua export run model.onnx",
      "  residua export run model.onnx --with-preprocessing --precision int8",
      "  residua export imagenet resnet50.safetensors --format safetensors"
    })
final class ExportCommand implements Runnable {
  private static final List<String> FORMATS = List.of("onnx", "safetensors");

  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A run's folder, a model file, or published weights by name.")
  private String model;

  @Parameters(index = "1", paramLabel = "FILE", description = "The file to write.")
  private String file;

  private @Nullable String format;
  private String precision = "fp32";

  @Option(
      names = "--with-preprocessing",
      description =
          "ONNX: take bytes (N×H×W×3, red, green, blue) of the network's size and normalise them in"
              + " the graph; resizing stays outside.")
  private boolean withPreprocessing;

  @Option(names = "--force", description = "Replace FILE if it exists.")
  private boolean force;

  @Mixin private WeightOptions weights;
  @Spec private CommandSpec spec;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "onnx or safetensors (default: by FILE's ending).")
  void setFormat(String value) {
    format = Choice.of(spec, "--format", value, FORMATS);
  }

  @Option(
      names = "--precision",
      paramLabel = "TYPE",
      description =
          "ONNX: keep weights in fp32, fp16 (half the size, computed in 32 bits), or compute"
              + " convolutions in int8, which needs 'residua calibrate' (default: fp32).")
  void setPrecision(String value) {
    precision = Choice.of(spec, "--precision", value, ConstantNames.of(WeightType.class));
  }

  @Override
  public void run() {
    if (!WeightSource.meant(file).equals(file)) {
      String right = ModelArguments.rearranged(spec, List.of(model, file), List.of(1, 0));
      throw wrong(
          Text.of(
              "'%s' is a run's folder, not the file to write%s",
              file, right == null ? "" : "; the model comes first: " + right));
    }
    Path out = OutputFile.named(spec, "FILE", file);
    ModelArguments.check(spec, model, List.of());
    String chosen = format == null ? byEnding(out) : format;
    if (chosen.equals("safetensors") && (withPreprocessing || !precision.equals("fp32"))) {
      throw wrong("--precision and --with-preprocessing are for ONNX files");
    } else if (Files.exists(out) && !force) {
      throw wrong(out + ": it exists; --force replaces it");
    }
    Exporting exporting = new Exporting(model, weights.source(), out, Console.of(spec));
    if (chosen.equals("onnx")) {
      exporting.onnx(precision, withPreprocessing);
    } else {
      exporting.safetensors();
    }
  }

  private String byEnding(Path out) {
    String name = out.toString().toLowerCase(Locale.ROOT);
    return FORMATS.stream()
        .filter(ending -> name.endsWith("." + ending))
        .findFirst()
        .orElseThrow(
            () ->
                wrong(Text.of("%s: ends with neither .onnx nor .safetensors: say --format", out)));
  }

  private ParameterException wrong(String reason) {
    return new ParameterException(spec.commandLine(), reason);
  }
}
