package io.residua.cli;

import io.residua.data.PictureList;
import io.residua.image.ImageException;
import io.residua.model.Classifier;
import io.residua.model.Classifier.Answer;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code residua predict}. */
@Command(
    name = "predict",
    description = {
      "Say what is in pictures.",
      "",
      "The answers come in the order in which the pictures are given, those of a folder sorted by"
          + " name. A picture that can't be read is reported, the others are answered, and the exit"
          + " code is 1."
    },
    footer = {
      "",
      "Examples:",
      "  residua predict run cat.jpg",
      "  residua predict run holiday/ --csv answers.csv",
      "  residua predict imagenet cat.jpg --top 5"
    })
final class PredictCommand implements Callable<Integer> {
  @Mixin private ModelOptions model;

  @Parameters(
      index = "1",
      paramLabel = "PATH",
      arity = "1..*",
      description = "Pictures, or folders of pictures.")
  private List<Path> paths;

  private int top = 3;

  @Mixin private TtaOption tta;
  @Mixin private JsonOption json;
  @Mixin private CsvOption csv;
  @Spec private CommandSpec spec;

  @Option(
      names = "--top",
      paramLabel = "K",
      description = "Give the K most likely classes (default: 3).")
  void setTop(int value) {
    if (value < 1) {
      throw new ParameterException(
          spec.commandLine(), "--top %d: must be at least 1".formatted(value));
    }
    top = value;
  }

  @Override
  public Integer call() {
    Console console = Console.of(spec);
    PrintStream out = console.results(json, csv);
    PictureList list = PictureList.of(paths);
    list.warnings().forEach(console.progress()::warn);
    try (Classifier classifier = Models.open(model, tta, console)) {
      console.note(Models.describe(model.model(), classifier));
      List<Answer> answers = answers(classifier, list.pictures(), console);
      PredictionReport report = new PredictionReport(model.model(), classifier, answers, top);
      console.results(json, csv);
      report.print(out, console);
      json.write(console, report.json());
      csv.write(console, report.csvHeader(), report.csvRows());
      long failed = report.failed();
      if (failed > 0) {
        console.error(
            "%,d of %,d pictures could not be read".formatted(failed, list.pictures().size()));
        return ExitCode.SOFTWARE;
      }
      return ExitCode.OK;
    }
  }

  /** One picture runs on all processors together, many share them out. */
  private static List<Answer> answers(Classifier classifier, List<Path> pictures, Console console) {
    if (pictures.size() > 1) {
      return classifier.predict(pictures, console.progress());
    }
    Path picture = pictures.get(0);
    try {
      return List.of(
          new Answer(picture, Optional.of(classifier.predict(picture)), Optional.empty()));
    } catch (ImageException e) {
      String problem = String.valueOf(e.getMessage());
      console.progress().warn(problem);
      return List.of(new Answer(picture, Optional.empty(), Optional.of(problem)));
    }
  }
}
