package io.residua.cli;

import io.residua.experiment.LayerSweep;
import io.residua.experiment.SweepResult;
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

/** {@code residua sweep}. */
@Command(
    name = "sweep",
    description = {
      "Fine-tune groups of layers alone and in combinations, and compare them.",
      "",
      "All other layers are frozen; the head is new and always trained. Choices are compared on the"
          + " validation part, on one division of DATA and one seed; a test part is not looked at."
          + " Given an --out that was begun before, it goes on with what is missing."
    },
    footer = {
      "",
      "Examples:",
      "  residua sweep pictures --out sweep --epochs 5",
      "  residua sweep pictures --out pairs --layers \"layer4.2.conv3;*.downsample\" --combine 2"
    })
final class SweepCommand implements Runnable {
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
      description = "Folder for the table and the runs: new, or that of the same sweep.")
  private Path out;

  @Option(
      names = "--layers",
      paramLabel = "GROUPS",
      order = 2,
      description =
          "Groups of layers, separated by semicolons, each a pattern such as layer4.2.conv3,"
              + " layer3.0.downsample.* or *.downsample (default: each stage, and all downsample"
              + " layers).")
  private String layers = "";

  @Option(
      names = "--combine",
      paramLabel = "N",
      order = 3,
      description = "Train up to N groups together, in all combinations (default: 1).")
  private int combine = 1;

  @Option(
      names = "--keep-models",
      order = 4,
      description = "Keep each choice's model file; otherwise only what was measured.")
  private boolean keepModels;

  @Mixin private RecipeOptions recipe;
  @Mixin private TrainerOptions trainer;
  @Mixin private JsonOption json;
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Console console = Console.of(spec);
    console.results(json);
    Recipe wanted = recipe.recipe();
    List<String> groups =
        Arrays.stream(layers.split(";")).map(String::strip).filter(g -> !g.isEmpty()).toList();
    SweepResult result =
        new LayerSweep(Trainers.of(trainer, wanted, console), console.progress())
            .run(data, wanted, groups, combine, keepModels, out);
    ExperimentReport.print(
        result.table(),
        result.findings(),
        result.toJson(),
        json,
        out + ": sweep.csv, sweep.json, sweep.md, best.yaml",
        console);
    console.next(
        trainer
            .reading()
            .after("train", data, "--out", "RUN", "--recipe", out.resolve("best.yaml")));
  }
}
