package io.residua.cli;

import io.residua.data.OpenedData;
import io.residua.data.TestSet;
import io.residua.model.Classifier;
import io.residua.model.Classifier.Measured;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code residua evaluate}. */
@Command(
    name = "evaluate",
    description = {
      "Measure a model on labelled pictures.",
      "",
      "The classes of DATA are found among the model's by name or id (ImageNet's wnid), and all the"
          + " model's classes stay open as answers. Where DATA has parts of its own, the test part"
          + " is measured. A picture that can't be read is reported and left out, and the exit code"
          + " is 1."
    },
    footer = {
      "",
      "Examples:",
      "  residua evaluate run pictures",
      "  residua evaluate run pictures --json metrics.json --csv answers.csv",
      "  residua evaluate resnet50.keras_in1k imagenet/val --resize squash",
      "  residua evaluate run,run2 pictures --tta flip"
    })
final class EvaluateCommand implements Callable<Integer> {
  @Mixin private ModelOptions model;

  @Parameters(
      index = "1",
      paramLabel = "DATA",
      description =
          "Labelled pictures: a folder with one folder per class, perhaps within train, val and"
              + " test.")
  private Path data;

  @Mixin private TtaOption tta;
  @Mixin private JsonOption json;
  @Mixin private CsvOption csv;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Console console = Console.of(spec);
    PrintStream out = console.results(json, csv);
    OpenedData opened = OpenedData.open(data);
    opened.warnings().forEach(console.progress()::warn);
    TestSet set = opened.forEvaluation();
    try (Classifier classifier = Models.open(model, tta, console)) {
      console.note(Models.describe(model.model(), classifier));
      OptionalInt trainedOn = TrainedOn.count(model.model(), classifier, set.data(), console);
      Measured measured = classifier.evaluate(set.data(), console.progress());
      EvaluationReport report =
          new EvaluationReport(model.model(), classifier, data, set, measured, trainedOn);
      console.results(json, csv);
      report.print(out, console);
      json.write(console, report.json());
      csv.write(console, EvaluationReport.CSV_HEADER, report.csvRows());
      int unreadable = measured.unreadable().size();
      if (unreadable > 0) {
        console.error(
            "%,d of %,d pictures could not be read and are not in these numbers"
                .formatted(unreadable, set.data().size()));
        return ExitCode.SOFTWARE;
      }
      return ExitCode.OK;
    }
  }
}
