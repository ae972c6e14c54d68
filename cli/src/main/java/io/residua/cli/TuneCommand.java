package io.residua.cli;

import io.residua.experiment.RecipeSearch;
import io.residua.experiment.SearchResult;
import io.residua.experiment.SearchSpace;
import io.residua.train.Recipe;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code residua tune}. */
@Command(
    name = "tune",
    description = {
      "Search settings of a recipe on the validation part.",
      "",
      "Random draws, or a grid, are trained for few epochs, the best of them for more, up to"
          + " --epochs (successive halving). A test part is not looked at. Given an --out that was"
          + " begun before, it goes on with what is missing."
    },
    footer = {
      "",
      "Examples:",
      "  residua tune pictures --out tuned --space lr=1e-4..1e-1:log --trials 12 --epochs 9",
      "  residua tune pictures --out t2 --space \"lr=1e-4..1e-2:log,optimizer=adam|sgd\" --grid 3"
    })
final class TuneCommand implements Runnable {
  @Parameters(
      index = "0",
      paramLabel = "DATA",
      description = "Labelled pictures, as for 'residua train'.")
  private Path data;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      order = 1,
      description = "Folder for the table and the runs: new, or that of the same search.")
  private Path out;

  @Option(
      names = "--space",
      paramLabel = "SPACE",
      required = true,
      order = 2,
      description =
          "Settings and their values, separated by commas: a range such as lr=1e-4..1e-1:log or"
              + " batch_size=16..64, or a choice such as optimizer=adam|sgd:momentum=0.9.")
  private String space;

  @Option(
      names = "--trials",
      paramLabel = "N",
      order = 3,
      description = "How many random draws (default: 16).")
  private int trials = 16;

  @Option(
      names = "--grid",
      paramLabel = "N",
      order = 4,
      description = "In place of random draws all combinations, with N points of each range.")
  private @Nullable Integer grid;

  @Option(
      names = "--keep-one-in",
      paramLabel = "N",
      order = 5,
      description =
          "Of N candidates one is trained on with N times the epochs; 1 trains all of them to the"
              + " end (default: 3).")
  private int keepOneIn = 3;

  @Option(
      names = "--min-epochs",
      paramLabel = "N",
      order = 6,
      description = "Epochs that a candidate is given at least (default: 1).")
  private int minEpochs = 1;

  @Mixin private RecipeOptions recipe;
  @Mixin private TrainerOptions trainer;
  @Mixin private JsonOption json;
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Console console = Console.of(spec);
    console.results(json);
    Recipe wanted = recipe.recipe();
    RecipeSearch.Plan plan =
        grid == null
            ? RecipeSearch.Plan.random(trials, keepOneIn, minEpochs)
            : RecipeSearch.Plan.grid(grid, keepOneIn, minEpochs);
    SearchResult result =
        new RecipeSearch(Trainers.of(trainer, wanted, console), console.progress())
            .run(data, wanted, SearchSpace.parse(space, wanted), plan, out);
    ExperimentReport.print(
        result.table(),
        result.findings(),
        result.toJson(),
        json,
        out + ": tune.csv, tune.json, tune.md, best.yaml",
        console);
    console.next(
        trainer
            .reading()
            .after("train", data, "--out", "RUN", "--recipe", out.resolve("best.yaml")));
  }
}
