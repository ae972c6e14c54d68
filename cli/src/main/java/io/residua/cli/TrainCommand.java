package io.residua.cli;

import io.residua.data.inspect.TrainingCheck;
import io.residua.engine.Compute;
import io.residua.train.Recipe;
import io.residua.train.TrainedRun;
import io.residua.train.Trainer;
import io.residua.weights.WeightSource;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code residua train}. */
@Command(
    name = "train",
    description = {
      "Make a classifier from labelled pictures.",
      "",
      "By default a new head is trained on a frozen ResNet-50 with ImageNet weights. Parts that"
          + " DATA has (train, val, test) are used as they are; a missing validation part is taken"
          + " from train, stratified. The weights that do best on the validation part are kept; a"
          + " test part is measured once, at the end."
    },
    footer = {
      "",
      "Examples:",
      "  residua train pictures --out run",
      "  residua train pictures --out run2 --head gap-mlp:384 --epochs 50 --seed 2",
      "  residua train pictures --out run3 --weights none --image-size 64"
    })
final class TrainCommand implements Runnable {
  @Parameters(
      index = "0",
      paramLabel = "DATA",
      description =
          "Labelled pictures: a folder with one folder per class, perhaps within train, val and"
              + " test.")
  private Path data;

  @Option(
      names = "--out",
      paramLabel = "RUN",
      required = true,
      order = 1,
      description = "New folder for the model and all that belongs to it.")
  private Path out;

  @Mixin private RecipeOptions recipe;

  @Option(
      names = "--split",
      paramLabel = "FILE",
      order = 50,
      description = "Divide DATA as the split.csv of an earlier run says.")
  private @Nullable Path split;

  @Option(
      names = "--exclude",
      paramLabel = "FILE",
      order = 51,
      description =
          "Leave out the pictures that FILE lists, as 'residua inspect --quarantine' writes it.")
  private @Nullable Path exclude;

  private double maxBad = TrainingCheck.USUAL.maxBad();

  @Option(
      names = "--max-bad",
      paramLabel = "SHARE",
      order = 52,
      description =
          "Unreadable pictures are listed and left out; more than this share of them ends the run"
              + " (default: 1%%).")
  void setMaxBad(String value) {
    try {
      boolean percent = value.strip().endsWith("%");
      double number = Double.parseDouble(value.replace("%", " ").strip());
      maxBad = new TrainingCheck(null, percent ? number / 100 : number).maxBad();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(
          spec.commandLine(),
          "--max-bad '%s': must be a share such as 0.05 or 5%%".formatted(value),
          e);
    }
  }

  @Mixin private ComputeOptions compute;
  @Mixin private OfflineOption offline;
  @Mixin private JsonOption json;
  @Mixin private ReportOption report;
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Console console = Console.of(spec);
    console.results(json);
    Recipe wanted = recipe.recipe();
    Compute computing = Computing.of(compute, wanted.get("precision"), console);
    Trainer trainer =
        Trainer.create()
            .on(computing)
            .reportingTo(console.progress())
            .with(WeightSource.ofEnvironment(), offline.offline())
            .withCheck(new TrainingCheck(exclude, maxBad));
    if (split != null) {
      trainer = trainer.withSplit(split);
    }
    TrainedRun run = trainer.train(data, wanted, out);
    TrainingReport.print(run, console.results(json), console);
    json.write(console, TrainingReport.json(run));
    if (report.isWanted()) {
      RunPage.make(out, data, computing, console);
    }
    if (run.test().isPresent()) {
      console.next("evaluate", out, data);
    } else {
      console.next("predict", out, data);
    }
  }
}
