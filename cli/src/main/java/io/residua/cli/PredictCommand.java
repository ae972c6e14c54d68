package io.residua.cli;

import io.residua.data.Feed;
import io.residua.data.internal.PictureList;
import io.residua.data.internal.Shard;
import io.residua.image.ImageException;
import io.residua.internal.Text;
import io.residua.model.Classifier;
import io.residua.model.Classifier.Answer;
import io.residua.model.internal.AnswerJson;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
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
          + " name, on stdout or in the files that are asked for. A picture that can't be read is"
          + " reported, the others are answered, and the exit code is 1."
    },
    footer = {
      "",
      "Examples:",
      "  residua predict run cat.jpg",
      "  residua predict run holiday/ --csv answers.csv",
      "  residua predict run holiday/ --csv answers.csv --continue",
      "  residua predict run --from list.txt --jsonl part1.jsonl --shard 1/4",
      "  residua predict imagenet cat.jpg --top 5"
    })
final class PredictCommand implements Callable<Integer> {
  /** Of so many pictures the names are looked at first, so that the answers line up. */
  private static final int MOST_LINED_UP = 1000;

  @Mixin private ModelOptions model;

  @Parameters(
      index = "1",
      paramLabel = "PATH",
      arity = "0..*",
      description = "Pictures, or folders of pictures.")
  private @Nullable List<Path> paths;

  private int top = 3;

  @Mixin private FromOptions from;
  @Mixin private ShardOption shard;
  @Mixin private TtaOption tta;
  @Mixin private JsonOption json;
  @Mixin private CsvOption csv;
  @Mixin private JsonLinesOption jsonLines;
  @Mixin private ContinueOption goOn;
  @Spec private CommandSpec spec;

  @Option(
      names = "--top",
      paramLabel = "K",
      description = "Give the K most likely classes (default: 3).")
  void setTop(int value) {
    if (value < 1) {
      throw new ParameterException(
          spec.commandLine(), Text.of("--top %d: must be at least 1", value));
    }
    top = value;
  }

  @Override
  public Integer call() {
    Console console = Console.of(spec);
    console.results(json, csv, jsonLines);
    from.requireKept(json, csv, jsonLines);
    boolean continues = goOn.isGiven(csv, jsonLines);
    if (paths == null && !from.isGiven()) {
      throw new ParameterException(
          spec.commandLine(), "no pictures: name some, or a list of them by --from");
    }
    ModelArguments.check(spec, model.model(), paths == null ? List.of() : paths);
    PictureList list = paths == null ? null : PictureList.of(paths);
    if (list != null) {
      list.warnings().forEach(console.progress()::warn);
    }
    try (Classifier classifier = Models.open(model, tta.augmentation(), console)) {
      console.note(Models.describe(model.model(), classifier.spec(), classifier.compute()));
      boolean rows = csv.isGiven() || jsonLines.isGiven();
      String hash = rows ? AnswerTable.model(classifier.sha256()) : "";
      AnswerJson answerJson = new AnswerJson(model.model(), classifier, top);
      PredictionReport report = new PredictionReport(answerJson, hash);
      try (AnswerTable table =
          AnswerTable.open(
              csv, report.csvRows(), jsonLines, report.jsonRows(), continues, hash, console)) {
        Answers answers = new Answers(report, table, console);
        answer(classifier, list, table, answers, console);
        table.complete();
        json.write(console, answerJson.predictions(answers.kept));
        return answers.exitCode();
      }
    }
  }

  private void answer(
      Classifier classifier,
      @Nullable PictureList list,
      AnswerTable table,
      Answers answers,
      Console console) {
    Shard part = shard.shard();
    if (list != null && list.size() == 1 && !from.isGiven() && part.of() == 1) {
      Path picture = list.pictures().get(0);
      if (!table.done().take(picture.toString())) {
        answers.accept(alone(classifier, picture, console));
      }
      return;
    }
    if (answers.areLines() && list != null && list.size() <= MOST_LINED_UP) {
      list.pictures().forEach(answers.report::fit);
    }
    Feed<Path> pictures = list == null ? Feed.of(List.of()) : list.feed();
    if (from.isGiven()) {
      pictures = list == null ? from.open(console) : pictures.then(from.open(console));
    }
    pictures = part.of(pictures);
    if (table.done().size() > 0) {
      long left = Math.max(0, pictures.expected() - table.done().size());
      pictures = pictures.where(p -> !table.done().take(p.toString()), left);
    }
    classifier.predict(pictures, answers, console.progress());
  }

  /** One picture runs on all processors together, many share them out. */
  private static Answer<Path> alone(Classifier classifier, Path picture, Console console) {
    try {
      return new Answer<>(picture, Optional.of(classifier.predict(picture)), Optional.empty());
    } catch (ImageException e) {
      String problem = String.valueOf(e.getMessage());
      console.progress().warn(problem);
      return new Answer<>(picture, Optional.empty(), Optional.of(problem));
    }
  }

  /** Takes the answers as they come. */
  private final class Answers implements Consumer<Answer<Path>> {
    private final PredictionReport report;
    private final AnswerTable table;
    private final Console console;
    private final List<Answer<Path>> kept = new ArrayList<>();
    private long count;
    private long failed;

    Answers(PredictionReport report, AnswerTable table, Console console) {
      this.report = report;
      this.table = table;
      this.console = console;
      this.count = table.done().size();
      this.failed = table.done().failed();
    }

    /** Whether people see them on stdout. */
    boolean areLines() {
      return !json.isGiven() && !table.isWanted();
    }

    @Override
    public void accept(Answer<Path> answer) {
      count++;
      failed += answer.problem().isPresent() ? 1 : 0;
      if (json.isGiven()) {
        kept.add(answer);
      }
      report.write(answer, table);
      if (areLines() && answer.prediction().isPresent()) {
        console.out().println(report.line(answer, console));
        console.flushOut();
      }
    }

    int exitCode() {
      if (count == 0 && shard.shard().of() > 1) {
        console.note("no pictures for this shard");
        return ExitCode.OK;
      } else if (count == 0) {
        console.error("no pictures given");
        return ExitCode.SOFTWARE;
      }
      if (failed > 0) {
        console.error(Text.of("%,d of %s could not be read", failed, Text.count(count, "picture")));
        return ExitCode.SOFTWARE;
      }
      return ExitCode.OK;
    }
  }
}
