package io.residua.cli;

import io.residua.UsageException;
import io.residua.internal.Text;
import io.residua.nn.internal.Architecture;
import io.residua.weights.internal.Conversion;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code residua weights convert}. */
@Command(
    name = "convert",
    description = {
      "Convert a weight file to safetensors with torchvision's names and layout.",
      "",
      "The file must be exactly that of a known network, up to its last layer; otherwise what is"
          + " missing, unexpected or mis-shaped is listed and nothing is written."
    },
    footer = {
      "",
      "Examples:",
      "  residua weights convert resnet20.th resnet20.safetensors",
      "  residua weights convert r101.h5 r101.safetensors --model resnet101-v1"
    })
final class WeightsConvertCommand implements Runnable {
  @Parameters(
      index = "0",
      paramLabel = "IN",
      description = "A weight file, or a name in 'residua weights list'.")
  private String in;

  @Parameters(index = "1", paramLabel = "OUT", description = "The safetensors file to write.")
  private Path out;

  private @Nullable Architecture model;

  @Mixin private WeightOptions weights;
  @Spec private CommandSpec spec;

  @Option(
      names = "--model",
      paramLabel = "NAME",
      description = "The network the file is of; by default it is recognised.")
  void setModel(String name) {
    try {
      model = Architecture.named(name);
    } catch (UsageException e) {
      throw new ParameterException(spec.commandLine(), "--model: " + e.getMessage(), e);
    }
  }

  @Override
  public void run() {
    Console console = Console.of(spec);
    Path file = weights.source().locate(in, console.progress());
    Conversion conversion = Conversion.of(file, model, weights.prefix());
    conversion.notes().forEach(console.progress()::line);
    if (!conversion.exact()) {
      console.out().print(conversion.coverage().report());
      console.out().flush();
    }
    conversion.write(out);
    console.out().print(Text.of("wrote %s: %s%n", out, conversion.describe()));
    console.out().flush();
    console.next("weights", "show", out.toString());
  }
}
