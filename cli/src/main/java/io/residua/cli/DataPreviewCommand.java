package io.residua.cli;

import io.residua.data.OpenedData;
import io.residua.data.inspect.internal.ClassPreview;
import io.residua.data.inspect.internal.InspectionHtml;
import io.residua.image.RgbImage;
import io.residua.internal.AtomicFiles;
import io.residua.internal.Printable;
import io.residua.internal.Text;
import io.residua.train.internal.TrainingPictures;
import java.io.PrintStream;
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

/** {@code residua data preview}. */
@Command(
    name = "preview",
    description = {
      "Write some pictures of each class into one, as stored and as training shows them.",
      "",
      "A class has a row of stored pictures and, with --recipe or --augment, a row for each of the"
          + " first passes of training: the same pictures resized, cropped and augmented exactly as"
          + " 'residua train' with that recipe and seed shows them to the network. Which row shows"
          + " which class is printed; a page (.html) says it itself."
    },
    footer = {
      "",
      "Examples:",
      "  residua data preview pictures --out grid.png",
      "  residua data preview pictures --out grid.png --recipe cats-dogs",
      "  residua data preview pictures --out grid.html --augment keras-fruits --variants 3"
    })
final class DataPreviewCommand implements Runnable {
  private static final double JPEG_QUALITY = 0.9;

  @Parameters(index = "0", paramLabel = "DATA", description = "A data set, with labels or without.")
  private Path data;

  private Path out = Path.of("");
  private int perClass = 8;
  private int cellPx = 96;
  private int passes = 2;

  @Mixin private DataOptions reading;
  @Mixin private TrainingLookOptions look;
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
          spec.commandLine(), Text.of("--out %s: must end with .png, .jpg or .html", value));
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
      order = 13,
      description =
          "How many passes of training are shown, an epoch each where the recipe does not say"
              + " otherwise (default: 2).")
  void setVariants(int value) {
    passes = within("--variants", value, 1, 20);
  }

  private int within(String option, int value, int least, int most) {
    return WholeNumber.of(spec, option, value, least, most);
  }

  private String extension() {
    String name = out.toString();
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }

  @Override
  public void run() {
    Console console = Console.of(spec);
    if (!look.none()) {
      look.recipe(); // says what is wrong with it before any picture is read
    }
    OpenedData opened = OpenedData.openPictures(data, reading.reading());
    ClassPreview.Plan plan = new ClassPreview.Plan(perClass, cellPx, passes);
    try (TrainingPictures training = look.open(data, reading.reading(), console)) {
      if (training == null) {
        opened.warnings().forEach(console.progress()::warn);
      } else {
        console.note("in training: " + training.describe());
      }
      write(new ClassPreview(opened, plan, training), opened, training, console);
    }
    console.note("wrote " + out);
  }

  private void write(
      ClassPreview preview,
      OpenedData opened,
      @Nullable TrainingPictures training,
      Console console) {
    if (extension().equals("html")) {
      String what = training == null ? "" : training.describe();
      InspectionHtml.writePreview(out, opened, preview, what, console.progress());
    } else {
      RgbImage grid = preview.grid(console.progress());
      AtomicFiles.write(out, extension().equals("png") ? grid.toPng() : grid.toJpeg(JPEG_QUALITY));
      rows(preview, console.out());
    }
  }

  private static void rows(ClassPreview preview, PrintStream out) {
    int row = 1;
    for (String name : preview.classes()) {
      int last = row + preview.rowsPerClass() - 1;
      String line =
          last > row ? Text.of("rows %d-%d: %s", row, last, name) : "row " + row + ": " + name;
      out.println(Printable.escaped(line));
      row = last + 1;
    }
    out.flush();
  }
}
