package io.residua.cli;

import io.residua.data.DataException;
import io.residua.data.ImageDataset;
import io.residua.data.OpenedData;
import io.residua.data.Sample;
import io.residua.data.internal.Shard;
import io.residua.data.internal.TestSet;
import io.residua.eval.internal.UnlikelyAnswers;
import io.residua.internal.Text;
import io.residua.model.Classifier;
import io.residua.model.Classifier.Measured;
import io.residua.model.internal.AnswerJson;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
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
              + " test, or a zip or tar of such; a CSV list; and what else docs/data.md names.")
  private Path data;

  @Mixin private DataOptions reading;
  @Mixin private TtaOption tta;
  @Mixin private JsonOption json;
  @Mixin private CsvOption csv;
  @Mixin private JsonLinesOption jsonLines;
  @Mixin private ContinueOption goOn;
  @Mixin private ShardOption shard;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    Console console = Console.of(spec);
    PrintStream out = console.results(json, csv, jsonLines);
    boolean continues = goOn.isGiven(csv, jsonLines);
    ModelArguments.check(spec, model.model(), List.of(data));
    OpenedData opened = OpenedData.open(data, reading.reading());
    opened.warnings().forEach(console.progress()::warn);
    TestSet set = part(opened.forEvaluation());
    try (Classifier classifier = Models.open(model, tta.augmentation(), console)) {
      console.note(Models.describe(model.model(), classifier.spec(), classifier.compute()));
      classifier.classesOf(set.data());
      OptionalInt trainedOn = classifier.countTrainedOn(set.data(), console.progress());
      if (trainedOn.orElse(0) > 0) {
        console
            .progress()
            .warn(
                Text.of(
                    "the model was trained or selected on %,d of these %s: it will do worse on new"
                        + " ones",
                    trainedOn.getAsInt(), Text.count(set.data().size(), "picture")));
      }
      boolean rows = csv.isGiven() || jsonLines.isGiven();
      String hash = rows ? AnswerTable.model(classifier.sha256()) : "";
      AnswerJson answers = new AnswerJson(model.model(), classifier, 0);
      Measured measured;
      try (AnswerTable table =
          AnswerTable.open(
              csv, EvaluationRows.CSV, jsonLines, EvaluationRows.JSON, continues, hash, console)) {
        measured = new EvaluationRows(answers, set.data(), table, hash).measure(console);
      }
      console.results(json, csv, jsonLines);
      out.println(
          console.bold(
              Text.of(
                  "%s on %s, %s: %,d of %s",
                  model.model(),
                  data,
                  set.origin(),
                  measured.evaluation().n(),
                  Text.count(set.data().size(), "picture"))));
      out.print(measured.evaluation().toText());
      out.flush();
      UnlikelyAnswers.of(measured.evaluation().predictions())
          .ifPresent(found -> console.progress().warn(found.text("here")));
      json.write(
          console,
          answers.evaluation(data.toString(), set, measured, trainedOn, console.commandLine()));
      int unreadable = measured.unreadable().size();
      if (unreadable > 0) {
        console.error(
            Text.of(
                "%,d of %s could not be read and are not in these numbers",
                unreadable, Text.count(set.data().size(), "picture")));
        return ExitCode.SOFTWARE;
      }
      return ExitCode.OK;
    }
  }

  /** What {@code --shard} leaves of a set. */
  private TestSet part(TestSet whole) {
    Shard part = shard.shard();
    if (part.of() == 1) {
      return whole;
    }
    List<Sample> all = whole.data().samples();
    List<Sample> some =
        IntStream.range(0, all.size()).filter(part::has).mapToObj(all::get).toList();
    if (some.isEmpty()) {
      throw new DataException(data + ": has no picture for --shard " + part.number());
    }
    return new TestSet(
        new ImageDataset(whole.data().classes(), some),
        Text.of("%s, shard %d/%d", whole.origin(), part.number(), part.of()));
  }
}
