package io.residua.cli;

import io.residua.AtomicFiles;
import io.residua.Printable;
import io.residua.data.OpenedData;
import io.residua.data.inspect.ClassPreview;
import io.residua.data.inspect.InspectionHtml;
import io.residua.image.RgbImage;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code residua data preview}. */
@Command(
    name = "preview",
    description = {
      "Write some pictures of each class into one, as stored and as augmented.",
      "",
      "A class has a row of stored pictures and, with --augment, rows of the same ones augmented as"
          + " training would. Which row shows which class is printed; a page (.html) says it itself."
    },
    footer = {
      "",
      "Examples:",
      "  residua data preview pictures --out grid.png",
      "  residua data preview pictures --out grid.html --augment keras-fruits --variants 3"
    })
final class DataPreviewCommand implements Runnable {
  private static final double JPEG_QUALITY = 0.9;

  @Parameters(index = "0", paramLabel = "DATA", description = "A data set, with labels or without.")
  private Path data;

  private Path out = Path.of("");
  private int perClass = 8;
  private int cellPx = 96;
  private int variants = 2;

  @Mixin private AugmentOption augment;
  @Mixin private SeedOption seed;
  @Spec private CommandSpec spec;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      order = 1,
      description = "A .png, .jpg or .html file.")
  void setOut(String value) {
    out = OutputFile.named(spec, "--out", value);
    if (!List.of("png", "jpg", "jpeg", "html").contains(extension())) {
      throw new ParameterException(
          spec.commandLine(), "--out %s: must end with .png, .jpg or .html".formatted(value));
    }
  }

  @Option(
      names = "--per-class",
      paramLabel = "N",
      order = 2,
      description = "Pictures of each class (default: 8).")
  void setPerClass(int value) {
    perClass = within("--per-class", value, 1, 50);
  }

  @Option(
      names = "--cell",
      paramLabel = "PX",
      order = 3,
      description = "Side of a picture's place in pixels (default: 96).")
  void setCell(int value) {
    cellPx = within("--cell", value, 16, 512);
  }

  @Option(
      names = "--variants",
      paramLabel = "N",
      order = 11,
      description = "Augmented rows of each class (default: 2).")
  void setVariants(int value) {
    variants = within("--variants", value, 1, 20);
  }

  private int within(String option, int value, int least, int most) {
    if (value < least || value > most) {
      throw new ParameterException(
          spec.commandLine(), "%s %d: must be from %d to %d".formatted(option, value, least, most));
    }
    return value;
  }

  private String extension() {
    String name = out.toString();
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  @Override
  public void run() {
    Console console = Console.of(spec);
    OpenedData opened = OpenedData.openPictures(data);
    opened.warnings().forEach(console.progress()::warn);
    ClassPreview.Plan plan =
        new ClassPreview.Plan(perClass, cellPx, augment.augmentations(), variants, seed.seed());
    if (extension().equals("html")) {
      InspectionHtml.writePreview(out, opened, plan, console.progress());
    } else {
      ClassPreview preview = new ClassPreview(opened, plan);
      RgbImage grid = preview.grid(console.progress());
      AtomicFiles.write(out, extension().equals("png") ? grid.toPng() : grid.toJpeg(JPEG_QUALITY));
      rows(preview, console.out());
    }
    console.note("wrote " + out);
  }

  private static void rows(ClassPreview preview, PrintStream out) {
    int row = 1;
    for (String name : preview.classes()) {
      int last = row + preview.rowsPerClass() - 1;
      String line =
          last > row ? "rows %d-%d: %s".formatted(row, last, name) : "row " + row + ": " + name;
      out.println(Printable.escaped(line));
      row = last + 1;
    }
    out.flush();
  }
}
