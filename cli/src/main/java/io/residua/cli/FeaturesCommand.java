package io.residua.cli;

import static java.util.Objects.requireNonNull;

import io.residua.data.OpenedData;
import io.residua.features.FeatureExtractor;
import io.residua.features.FeatureExtractor.Request;
import io.residua.features.Features;
import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.Resize;
import io.residua.internal.Text;
import io.residua.weights.WeightSource;
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

/** {@code residua features}. */
@Command(
    name = "features",
    description = {
      "Compute what a network sees in labelled pictures.",
      "",
      "Writes the output of one of its layers for every picture of DATA, with labels, names, parts,"
          + " preprocessing and provenance, as a safetensors file that 'residua svm' takes. What"
          + " was computed once is kept in the cache, by the picture's content. A picture that"
          + " can't be read is reported and left out."
    },
    footer = {
      "",
      "Examples:",
      "  residua features imagenet pictures --out features.safetensors",
      "  residua features run pictures --out layer3.safetensors --layer layer3"
    })
final class FeaturesCommand implements Runnable {
  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description =
          "A run's folder, a model file, or published weights by name ('residua weights list').")
  private String model;

  @Parameters(
      index = "1",
      paramLabel = "DATA",
      description =
          "Labelled pictures: a folder with one folder per class, perhaps within train, val and"
              + " test, or a zip or tar of such; a CSV list; and what else docs/data.md names.")
  private Path data;

  @Option(
      names = "--layer",
      paramLabel = "LAYER",
      order = 2,
      description =
          "avgpool (the pooled last feature map), fc (what the network puts out), layer1 to layer4"
              + " or any layer's name; a feature map is averaged over its positions (default:"
              + " avgpool).")
  private String layer = "avgpool";

  @Mixin private DataOptions reading;
  @Mixin private ComputeOptions compute;
  @Mixin private WeightOptions weights;
  @Mixin private NoCacheOption cache;
  @Spec private CommandSpec spec;

  private @Nullable Path out;
  private Optional<Integer> imageSizePx = Optional.empty();
  private Optional<Resize> resize = Optional.empty();
  private String precision = "auto";

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      order = 1,
      description = "Where the features go, for instance features.safetensors.")
  void setOut(Path value) {
    if (!value.toString().endsWith(".safetensors")) {
      throw new ParameterException(
          spec.commandLine(), Text.of("--out %s: the name must end with .safetensors", value));
    }
    out = OutputFile.named(spec, "--out", value.toString());
  }

  @Option(
      names = "--image-size",
      paramLabel = "PX",
      order = 3,
      description = "Side of the input in pixels (default: the model's own).")
  void setImageSize(int value) {
    imageSizePx =
        Optional.of(
            WholeNumber.of(
                spec, "--image-size", value, Preprocessing.MIN_SIZE_PX, Preprocessing.MAX_SIZE_PX));
  }

  @Option(
      names = "--resize",
      paramLabel = "MODE",
      order = 4,
      description =
          "How pictures get that size: squash, crop (shorter side, then centre) or auto, the"
              + " model's own (default: auto).")
  void setResize(String value) {
    String mode = Choice.of(spec, "--resize", value, List.of("auto", "squash", "crop"));
    resize = mode.equals("auto") ? Optional.empty() : Optional.of(Resize.of(mode));
  }

  @Option(
      names = "--precision",
      paramLabel = "TYPE",
      order = 5,
      description = "auto, fp32 or bf16 (default: auto).")
  void setPrecision(String value) {
    precision = Choice.of(spec, "--precision", value, List.of("auto", "fp32", "bf16"));
  }

  @Override
  public void run() {
    Path file = requireNonNull(out); // picocli requires it
    Console console = Console.of(spec);
    ModelArguments.check(spec, model, List.of(data));
    OpenedData opened = OpenedData.open(data, reading.reading());
    opened.warnings().forEach(console.progress()::warn);
    Features features =
        FeatureExtractor.create()
            .on(Computing.of(compute, precision, console))
            .reportingTo(console.progress())
            .with(weights.source())
            .keepingIn(cache.folder())
            .extract(opened, new Request(WeightSource.meant(model), layer, imageSizePx, resize));
    features.write(file);
    console.note(
        Text.of(
            "wrote %s: %s, %s each, %s",
            out,
            Text.count(features.rows().size(), "picture"),
            Text.count(features.width(), "feature"),
            Text.count(features.classes().size(), "class")));
    console.next("svm", file, "--out", "RUN");
  }
}
