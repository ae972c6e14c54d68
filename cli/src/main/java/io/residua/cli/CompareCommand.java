package io.residua.cli;

import io.residua.experiment.ComparisonResult;
import io.residua.experiment.Contestant;
import io.residua.experiment.ModelComparison;
import io.residua.train.Recipe;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code residua compare}. */
@Command(
    name = "compare",
    description = {
      "Compare several models on the same pictures: accuracy, time, size.",
      "",
      "A model is a run's folder or a model file, which is measured as it is, or what is trained"
          + " first: a recipe (its name or .yaml), a network's name (from scratch), or published"
          + " weights by name (on those). All are trained on one division of DATA and measured on"
          + " its test part, or else on the validation part. Given an --out that was begun before,"
          + " it goes on with what is missing."
    },
    footer = {
      "",
      "Examples:",
      "  residua compare pictures --models run,run2 --out comparison",
      "  residua compare pictures --models imagenet,resnet9,small=resnet18 --out c2 --epochs 10"
    })
final class CompareCommand implements Runnable {
  @Parameters(
      index = "0",
      paramLabel = "DATA",
      description = "Labelled pictures, as for 'residua train'.")
  private Path data;

  @Option(
      names = "--models",
      paramLabel = "MODELS",
      required = true,
      order = 1,
      description = "What is compared, separated by commas; NAME=MODEL gives a name.")
  private String models;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      order = 2,
      description = "Folder for the table and the runs: new, or that of the same comparison.")
  private Path out;

  @Mixin private RecipeOptions recipe;
  @Mixin private TrainerOptions trainer;
  @Mixin private JsonOption json;
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Console console = Console.of(spec);
    console.results(json);
    Recipe base = recipe.recipe();
    List<Contestant> contestants =
        Arrays.stream(models.split(",", -1)).map(m -> Contestant.parse(m, base)).toList();
    ComparisonResult result =
        new ModelComparison(
                Trainers.of(trainer, base, console),
                base.get("prefix").equals("auto")
                    ? trainer.weights()
                    : trainer.weights().withPrefix(base.get("prefix")),
                console.progress())
            .run(data, contestants, out);
    ExperimentReport.print(
        result.table(),
        result.findings(),
        result.toJson(),
        json,
        out + ": compare.csv, compare.json, compare.md, compare.svg",
        console);
  }
}
