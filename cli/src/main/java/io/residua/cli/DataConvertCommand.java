package io.residua.cli;

import io.residua.data.OpenedData;
import io.residua.data.internal.Converter;
import io.residua.internal.ConstantNames;
import io.residua.internal.Text;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code residua data convert}. */
@Command(
    name = "convert",
    description = {
      "Write a data set in another format.",
      "",
      "Pixels stay as they are (files are written as PNG), unless a binary format needs another"
          + " size: 32x32 for cifar10, 96x96 for stl10. Parts and classes stay too."
    },
    footer = {
      "",
      "Examples:",
      "  residua data convert stl10 --to folder --out stl10-pictures",
      "  residua data convert pictures --to cifar10 --out batches"
    })
final class DataConvertCommand implements Runnable {
  @Parameters(
      index = "0",
      paramLabel = "DATA",
      description =
          "Class folders or a zip or tar of them, a CSV list, WebDataset's tars, CIFAR or STL-10"
              + " binaries.")
  private Path data;

  private Converter.Format format = Converter.Format.FOLDER;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      order = 1,
      description = "New folder for the converted set.")
  private Path out;

  @Mixin private DataOptions reading;
  @Mixin private ExcludeOption exclude;
  @Mixin private MaxBadOption maxBad;
  @Spec private CommandSpec spec;

  @Option(
      names = "--to",
      paramLabel = "FORMAT",
      required = true,
      order = 2,
      description =
          "folder (class folders), csv (data.csv and a folder of pictures), cifar10 or stl10"
              + " (binaries).")
  void setFormat(String value) {
    String label = Choice.of(spec, "--to", value, ConstantNames.of(Converter.Format.class));
    format = ConstantNames.read(Converter.Format.class, "format", label);
  }

  @Override
  public void run() {
    Console console = Console.of(spec);
    OpenedData opened = exclude.from(OpenedData.open(data, reading.reading()), console);
    OpenedData written = Converter.convert(opened, out, format, maxBad.share(), console.progress());
    Path converted = format == Converter.Format.CSV ? out.resolve("data.csv") : out;
    console.note(
        Text.of(
            "wrote %s: %s in %s",
            converted,
            Text.count(written.all().size(), "picture"),
            Text.count(written.classes().size(), "class")));
    console.next("inspect", converted);
  }
}
