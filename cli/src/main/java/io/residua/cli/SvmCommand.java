package io.residua.cli;

import io.residua.classic.ClassicRecipe;
import io.residua.classic.internal.GridSearch;
import io.residua.engine.Compute;
import io.residua.features.ClassicRun;
import io.residua.features.ClassicTrainer;
import io.residua.features.FeatureExtractor;
import io.residua.internal.Text;
import io.residua.weights.WeightSource;
import java.io.PrintStream;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code residua svm}. */
@Command(
    name = "svm",
    description = {
      "Fit a support vector machine to the features of a frozen network.",
      "",
      "Every combination of the settings is tried on stratified folds of the training part; the"
          + " best is fitted to all of it, with probabilities. Parts that DATA has are used as they"
          + " are; where it has none, some pictures are kept aside. Backbone, scaler and classifier"
          + " become one model file, which 'evaluate' and 'predict' take."
    },
    footer = {
      "",
      "Examples:",
      "  residua svm pictures --out run",
      "  residua svm features.safetensors --out run2 --kernel poly --c 0.1,1,10 --gamma scale,0.01",
      "  residua svm pictures --out run3 --classifier svc,logistic,knn"
    })
final class SvmCommand implements Runnable {
  @Parameters(
      index = "0",
      paramLabel = "DATA",
      description =
          "Labelled pictures: a folder with one folder per class, perhaps within train, val and"
              + " test, or a zip or tar of such; a CSV list; and what else docs/data.md names. Or a file that 'residua features' wrote.")
  private Path data;

  @Option(
      names = "--out",
      paramLabel = "RUN",
      required = true,
      order = 1,
      description = "New folder for the model and all that belongs to it.")
  private Path out;

  @Mixin private ClassicRecipeOptions recipe;

  @Option(
      names = "--split",
      paramLabel = "FILE",
      order = 50,
      description = "Divide DATA as the split.csv of an earlier run says.")
  private @Nullable Path split;

  @Mixin private DataOptions reading;
  @Mixin private ComputeOptions compute;
  @Mixin private OfflineOption offline;
  @Mixin private NoCacheOption cache;
  @Mixin private JsonOption json;
  @Mixin private ReportOption report;
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Console console = Console.of(spec);
    PrintStream results = console.results(json);
    ClassicRecipe wanted = recipe.recipe();
    if (!wanted.isAuto("weights")) {
      wanted = wanted.with("weights", WeightSource.meant(wanted.get("weights")));
    }
    Compute computing = Computing.of(compute, wanted.get("precision"), console);
    FeatureExtractor extractor =
        FeatureExtractor.create()
            .on(computing)
            .reportingTo(console.progress())
            .with(offline.source())
            .keepingIn(cache.folder());
    ClassicTrainer trainer =
        ClassicTrainer.using(extractor).startedBy(console.commandLine()).reading(reading.reading());
    if (split != null) {
      trainer = trainer.withSplit(split);
    }
    ClassicRun run = trainer.fit(data, wanted, out);
    print(run, results, console);
    json.write(console, TrainingReport.json(run.folder()));
    if (report.isWanted()) {
      RunPage.make(out, data, reading.reading(), computing, console);
    }
    TrainingReport.next(out, data, reading, console);
  }

  private static void print(ClassicRun run, PrintStream results, Console console) {
    results.print(run.grid().toText());
    GridSearch.Row best = run.grid().best();
    results.print(
        Text.of(
            "chosen      %s %s (%.4f on %d folds of train)%n",
            best.spec().toJson().path("classifier").asText(),
            best.spec().settings(),
            best.mean(),
            run.recipe().get(ClassicRecipe.FOLDS)));
    results.println(TrainingReport.accuracy("train", run.train(), ""));
    run.validation().ifPresent(e -> results.println(TrainingReport.accuracy("validation", e, "")));
    run.test()
        .ifPresent(e -> results.println(console.bold(TrainingReport.accuracy("test", e, ""))));
    run.testWithTrainingScaler()
        .ifPresent(
            e ->
                results.println(
                    TrainingReport.accuracy("test", e, ", the training part's scaler")));
    results.flush();
    console.note(
        Text.of("wrote %s: model.safetensors, metrics.json, recipe.yaml, split.csv", run.folder()));
  }
}
