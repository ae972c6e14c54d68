package io.residua.cli;

import io.residua.UsageException;
import io.residua.data.inspect.internal.TrainingCheck;
import io.residua.internal.Text;
import io.residua.train.CheckpointPlan;
import io.residua.train.Recipe;
import io.residua.train.TrainedRun;
import io.residua.train.Trainer;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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
      "  residua train pictures --out run3 --weights none --image-size 64",
      "  residua train pictures --out run3 --resume"
    })
final class TrainCommand implements Runnable {
  @Parameters(
      index = "0",
      paramLabel = "DATA",
      description =
          "Labelled pictures: a folder with one folder per class, perhaps within train, val and"
              + " test, or a zip or tar of such; a CSV list; and what else docs/data.md names.")
  private Path data;

  @Option(
      names = "--out",
      paramLabel = "RUN",
      required = true,
      order = 1,
      description = "New folder for the model and all that belongs to it.")
  private Path out;

  @Option(
      names = "--resume",
      order = 2,
      description =
          "Go on with the run in RUN that was stopped, by its own recipe and division of DATA.")
  private boolean resume;

  @Mixin private RecipeOptions recipe;
  @Mixin private TrainerOptions options;
  @Mixin private MaxBadOption maxBad;

  @Option(
      names = "--checkpoint-minutes",
      paramLabel = "N",
      order = 253,
      description =
          "Save a checkpoint so long after the last one; 0: not by time (default: 5). One is also"
              + " saved on Ctrl-C, and at the end of an epoch where that takes next to no time.")
  private double checkpointMinutes = CheckpointPlan.USUAL.minutes();

  @Option(
      names = "--checkpoint-steps",
      paramLabel = "N",
      order = 254,
      description = "Save a checkpoint every N steps; 0: not by steps (default: 0).")
  private int checkpointSteps = CheckpointPlan.USUAL.steps();

  @Mixin private JsonOption json;
  @Mixin private ReportOption report;
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Console console = Console.of(spec);
    console.results(json);
    CheckpointPlan checkpoints = new CheckpointPlan(checkpointMinutes, checkpointSteps);
    Recipe wanted = resume ? recipeOfRun() : recipe.recipe();
    Trainer trainer =
        Trainers.of(options, wanted, console)
            .withCheck(new TrainingCheck(options.exclude(), maxBad.share()))
            .withCheckpoints(checkpoints);
    TrainedRun run = run(trainer, wanted, console);
    TrainingReport.print(run, console.results(json), console);
    json.write(console, TrainingReport.json(run.folder()));
    if (report.isWanted()) {
      RunPage.make(out, data, options.reading().reading(), trainer.compute(), console);
    }
    TrainingReport.next(out, data, options.reading(), console);
  }

  /** Trains and, if that is stopped, says how to go on. */
  private TrainedRun run(Trainer trainer, Recipe wanted, Console console) {
    try {
      return resume ? trainer.resume(data, out) : trainer.train(data, wanted, out);
    } catch (Cancelled | CancellationException stopped) {
      if (Trainer.canResume(out)) {
        console.next(
            options
                .reading()
                .after(
                    "train",
                    data,
                    "--out",
                    out,
                    "--threads",
                    options.compute().threads(),
                    "--resume"));
      }
      throw stopped;
    }
  }

  /**
   * The recipe of the run to go on with.
   *
   * @throws UsageException if a setting is asked for that is another in the run
   */
  private Recipe recipeOfRun() {
    Recipe own = Trainer.recipeOf(out);
    own.differenceFrom(recipe.recipe(), recipe.given())
        .ifPresent(
            d -> {
              throw new UsageException(
                  Text.of(
                      "%s is %s in the run, not %s: a run goes on by its own recipe",
                      d.setting(), d.own(), d.other()));
            });
    return own;
  }
}
