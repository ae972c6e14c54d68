package io.residua.cli;

import io.residua.internal.Printable;
import io.residua.internal.Text;
import io.residua.weights.internal.Recognition;
import io.residua.weights.internal.WeightFile;
import io.residua.weights.internal.WeightSummary;
import io.residua.weights.internal.WeightSummary.TensorSummary;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code residua weights show}. */
@Command(
    name = "show",
    description = {
      "Show what a weight file holds: the network it is of, metadata, tensors and their"
          + " statistics.",
      "",
      "Reads safetensors, PyTorch (.pth, .pt, .bin, .th), Keras (.h5, .weights.h5, .keras) and"
          + " ONNX. Nothing in a file is ever executed."
    },
    footer = {
      "",
      "Examples:",
      "  residua weights show run/model.safetensors",
      "  residua weights show resnet20.th",
      "  residua weights show resnet50.keras_in1k --json weights.json"
    })
final class WeightsShowCommand implements Runnable {
  private static final int LONGEST_VALUE = 120;

  @Parameters(
      index = "0",
      paramLabel = "FILE_OR_NAME",
      description = "A weight file, or a name in 'residua weights list'.")
  private String name;

  @Mixin private WeightOptions weights;
  @Mixin private JsonOption json;
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Console console = Console.of(spec);
    console.results(json);
    Path file = weights.source().locate(name, console.progress());
    WeightSummary summary = WeightSummary.of(WeightFile.open(file), weights.prefix());
    print(summary, console.results(json), console);
    json.write(console, summary.toJson());
  }

  private static void print(WeightSummary summary, PrintStream out, Console console) {
    out.println(console.bold(summary.file().toString()));
    out.print(
        Text.of(
            "%s, %s, %s, %s; network: %s%n",
            summary.format(),
            Text.count(summary.sizeBytes(), "byte"),
            Text.count(summary.tensors().size(), "tensor"),
            Text.count(summary.values(), "value"),
            summary.recognition().map(Recognition::architecture).orElse("none that is known")));
    summary
        .recognition()
        .map(r -> Text.of("pictures, %s: %s", origin(r), r.preprocessing().describe()))
        .ifPresent(out::println);
    summary
        .recognition()
        .ifPresent(r -> r.notes().forEach(note -> out.println(Printable.line(note))));
    summary.conflict().ifPresent(conflict -> out.println(Printable.line(conflict)));
    summary
        .metadata()
        .forEach((key, value) -> out.println(Printable.line(key + ": " + shortened(value))));
    int width = summary.tensors().stream().mapToInt(t -> t.name().length()).max().orElse(0);
    width = Math.max("tensor".length(), Math.min(width, LONGEST_VALUE));
    out.println(console.bold(row(width, "tensor", "type", "shape", "min", "max", "mean", "std")));
    for (TensorSummary t : summary.tensors()) {
      out.println(
          row(
                  width,
                  Printable.line(t.name()),
                  t.dtype(),
                  shape(t),
                  number(t.min()),
                  number(t.max()),
                  number(t.mean()),
                  number(t.std()))
              + (t.notFinite() > 0 ? Text.of("  (%,d not finite)", t.notFinite()) : ""));
    }
    out.flush();
  }

  private static String origin(Recognition recognition) {
    return recognition
        .config()
        .filter(config -> config.preprocessing().isPresent())
        .map(
            config ->
                Text.of(
                    "by %s%s",
                    config.file().getFileName(),
                    recognition.ownPixels() ? " and, their samples, by the model itself" : ""))
        .or(() -> recognition.ownPixels() ? Optional.of("by the model itself") : Optional.empty())
        .orElse("usually");
  }

  private static String row(int width, String name, Object... cells) {
    return Text.left(name, width)
        + Text.of("  %-5s %-16s %11s %11s %11s %11s", cells).stripTrailing();
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "-" : Text.of("%.4g", value);
  }

  private static String shape(TensorSummary tensor) {
    return tensor.shape().stream().map(String::valueOf).collect(Collectors.joining("x"));
  }

  private static String shortened(String value) {
    return value.length() <= LONGEST_VALUE ? value : value.substring(0, LONGEST_VALUE) + "…";
  }
}
