package io.residua.cli;

import io.residua.weights.WeightSource;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code residua model show}. */
@Command(
    name = "show",
    description = {
      "Show a network layer by layer: output shapes, parameters and multiply-adds.",
      "",
      "MODEL is a network by name, such as resnet50, resnet18-cifar, resnet20-cifar-b, resnet9,"
          + " wide_resnet50_2 or resnext50_32x4d, or a run's folder or model file."
    },
    footer = {
      "",
      "Examples:",
      "  residua model show resnet50",
      "  residua model show resnet9 --image-size 150 --classes 6",
      "  residua model show resnet50-v1 --head flatten-dropout:0.5 --classes 6 --freeze backbone",
      "  residua model show run --json -"
    })
final class ModelShowCommand implements Runnable {
  @Parameters(
      index = "0",
      paramLabel = "MODEL",
      description = "A network's name, a run's folder or a model file.")
  private String model;

  @Option(
      names = "--image-size",
      paramLabel = "PX",
      description = "Side of the pictures (default: what the network or model is for).")
  private @Nullable Integer imageSize;

  @Option(
      names = "--classes",
      paramLabel = "N",
      description =
          "Classes of a network that is given by name (default: 1000, or 10 where it is for"
              + " pictures smaller than 224 px).")
  private @Nullable Integer classes;

  @Option(
      names = "--head",
      paramLabel = "HEAD",
      description =
          "Head of a network that is given by name: gap-linear, gap-mlp:UNITS, flatten-mlp:UNITS,"
              + " flatten-dropout:RATE or steps such as gap+linear:128+relu+linear (default:"
              + " gap-linear).")
  private @Nullable String head;

  @Option(
      names = "--freeze",
      paramLabel = "LAYERS",
      description =
          "Layers that are not trained, as in 'residua train': none, backbone, or patterns such as"
              + " conv1,layer1.* (default: those of the run that made the model; none for a"
              + " network).")
  private @Nullable String freeze;

  @Mixin private JsonOption json;
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Console console = Console.of(spec);
    console.results(json);
    Path file = RunFolders.existingFile(WeightSource.meant(model));
    ModelReport report =
        file == null
            ? ModelReport.ofNetwork(model, head, classes, imageSize, freeze)
            : ModelReport.ofFile(file, head, classes, imageSize, freeze);
    report.print(console.results(json), console);
    json.write(console, report.json());
  }
}
