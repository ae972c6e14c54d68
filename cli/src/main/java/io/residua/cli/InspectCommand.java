package io.residua.cli;

import io.residua.data.OpenedData;
import io.residua.data.inspect.Inspection;
import io.residua.data.inspect.Inspector;
import io.residua.data.inspect.internal.ClassPreview;
import io.residua.data.inspect.internal.InspectionHtml;
import io.residua.data.inspect.internal.InspectionJson;
import io.residua.data.internal.Quarantine;
import io.residua.internal.Text;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code residua inspect}. */
@Command(
    name = "inspect",
    description = {
      "Say what a data set is made of and what is wrong with it.",
      "",
      "Counts classes, sizes and colours, and finds files that cannot be read, placeholders, blank"
          + " and animated pictures, equal and near-equal ones within and across parts, and the"
          + " same picture under two labels. Nothing of DATA is changed."
    },
    footer = {
      "",
      "Examples:",
      "  residua inspect pictures",
      "  residua inspect pictures --html report.html",
      "  residua inspect pictures --features --quarantine leave-out.csv"
    })
final class InspectCommand implements Runnable {
  @Parameters(
      index = "0",
      paramLabel = "DATA",
      description =
          "A data set: class folders or a zip or tar of them, a CSV list, WebDataset's tars, CIFAR or"
              + " STL-10 binaries, or pictures without labels in a folder, zip or tar.")
  private Path data;

  private @Nullable Path html;
  private @Nullable Path quarantine;

  @Option(
      names = "--quick",
      order = 3,
      description = "Do not search for near-duplicates, only for equal pictures.")
  private boolean quick;

  @Option(
      names = "--features",
      order = 4,
      description =
          "Also find labels that similar pictures contradict, by the features of a network"
              + " (--model).")
  private boolean features;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      order = 5,
      description =
          "A run's folder, a model file, or published weights whose features --features compares"
              + " (default: imagenet).")
  private @Nullable String model;

  @Mixin private JsonOption json;
  @Mixin private DataOptions reading;
  @Mixin private ComputeOptions compute;
  @Mixin private WeightOptions weights;
  @Mixin private NoCacheOption cache;
  @Spec private CommandSpec spec;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      order = 1,
      description =
          "Write a page with pictures of every finding and of each class to FILE; it needs no other"
              + " file.")
  void setHtml(String value) {
    html = OutputFile.named(spec, "--html", value);
  }

  @Option(
      names = "--quarantine",
      paramLabel = "FILE",
      order = 2,
      description =
          "Write a list of the pictures that training had better leave out to FILE, for 'residua"
              + " train --exclude FILE'.")
  void setQuarantine(String value) {
    quarantine = OutputFile.named(spec, "--quarantine", value);
  }

  @Override
  public void run() {
    Console console = Console.of(spec);
    PrintStream out = console.results(json);
    if (model != null) {
      ModelArguments.check(spec, model, List.of());
    }
    OpenedData opened = OpenedData.openPictures(data, reading.reading());
    opened.warnings().forEach(console.progress()::warn);
    Inspection inspection = Inspector.inspect(opened, !quick, console.progress());
    if (features || model != null) {
      inspection =
          inspection.with(
              new LabelDoubts(
                      model == null ? "imagenet" : model, weights.source(), compute, cache.folder())
                  .of(opened.all(), console));
    }
    console.results(json);
    out.print(inspection.toText());
    out.flush();
    json.write(console, InspectionJson.toJson(inspection));
    if (html != null) {
      ClassPreview preview = new ClassPreview(opened, ClassPreview.Plan.USUAL);
      InspectionHtml.write(html, inspection, opened, preview, console.progress());
      console.note("wrote " + html);
    }
    if (quarantine != null) {
      Quarantine.write(quarantine, inspection.quarantine());
      console.note(
          Text.of(
              "wrote %s: %s", quarantine, Text.count(inspection.quarantine().size(), "picture")));
      console.next(
          reading.after("train", data, "--exclude", quarantine, "--out", Console.newRun()));
    }
  }
}
