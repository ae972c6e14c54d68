package io.residua.cli;

import io.residua.ResiduaException;
import io.residua.data.DataReading;
import io.residua.data.internal.NewFolder;
import io.residua.engine.Compute;
import io.residua.internal.Text;
import io.residua.model.Classifier;
import io.residua.model.Prediction;
import io.residua.run.internal.RunFolder;
import io.residua.sample.SampleSet;
import io.residua.train.Recipe;
import io.residua.train.TrainedRun;
import io.residua.train.Trainer;
import io.residua.weights.WeightSource;
import io.residua.weights.internal.CatalogueEntry;
import io.residua.weights.internal.WeightsException;
import java.io.PrintStream;
import java.nio.file.Path;

/** From nothing to a classifier that has been measured, in one folder. */
final class Quickstart {
  private static final String WEIGHTS = "imagenet";
  private static final String PICTURE = "test/rottenapples/synthetic_0001.jpg";

  private final Path out;
  private final long seed;
  private final ComputeOptions options;
  private final WeightSource weights;
  private final Console console;

  /**
   * @param out a folder that does not exist or is empty
   */
  Quickstart(Path out, long seed, ComputeOptions options, WeightSource weights, Console console) {
    this.out = out;
    this.seed = seed;
    this.options = options;
    this.weights = weights;
    this.console = console;
  }

  void run() {
    requireFree();
    Compute compute = Computing.of(options, "auto", console);

    console.note("1/5  weights");
    boolean pretrained = fetched();
    console.note("2/5  synthetic sample set: fresh and rotten fruit, six classes");
    Path pictures = out.resolve("pictures");
    SampleSet.render(pictures, seed, console.progress());
    console.note("3/5  training, with " + compute.describe());
    Recipe recipe =
        (pretrained ? Recipe.defaults() : fromScratch()).with("seed", Long.toString(seed));
    TrainedRun run =
        Trainer.create()
            .on(compute)
            .reportingTo(console.progress())
            .startedBy(console.commandLine())
            .with(weights)
            .train(pictures, recipe, out.resolve("run"));
    console.note("4/5  evaluation of the model on the set's own test part");
    PrintStream results = console.out();
    run.test().ifPresent(test -> results.print(test.toText()));
    results.flush();
    console.note("5/5  prediction of one picture of the test part");
    predict(run.model(), pictures.resolve(PICTURE), compute);
    RunPage.make(run.folder(), pictures, DataReading.USUAL, compute, console);
    tellWhatIsThere(run, pretrained);
  }

  private void requireFree() {
    NewFolder.obstacle(out)
        .ifPresent(
            why -> {
              throw new ResiduaException(Text.of("%s: %s; give a new folder with --out", out, why));
            });
  }

  private boolean fetched() {
    CatalogueEntry entry = weights.catalogue().named(WEIGHTS);
    try {
      Path file = weights.locate(WEIGHTS, console.progress());
      console.note(Text.of("%s: %s, in %s", entry.name(), entry.description(), file));
      return true;
    } catch (WeightsException e) {
      console.progress().warn(ErrorReport.of(e).line());
      console.note(
          "without pretrained weights a small network is trained from scratch instead (ResNet-18 on"
              + " pictures of 48 px, a few epochs): it learns much less than ResNet-50 with"
              + " weights would");
      return false;
    }
  }

  /** What learns well above chance within a minute on two cores. */
  private static Recipe fromScratch() {
    return Recipe.defaults()
        .with("weights", "none")
        .with("model", "resnet18")
        .with("image_size", "48")
        .with("epochs", "4");
  }

  private void predict(Path model, Path picture, Compute compute) {
    try (Classifier classifier = Classifier.load(model, Classifier.Options.on(compute))) {
      Prediction prediction = classifier.predict(picture);
      PrintStream results = console.out();
      results.println(
          Text.of(
              "%s: %s",
              picture,
              console.bold(
                  Text.of("%s %.1f %%", prediction.label(), 100 * prediction.probability()))));
      results.flush();
    }
  }

  private void tellWhatIsThere(TrainedRun run, boolean pretrained) {
    console.note("");
    console.note("Everything is in " + out + ":");
    console.note("  pictures/              the synthetic pictures, train and test");
    console.note("  run/report.html        how well it does, as a page to open in a browser");
    console.note("  run/model.safetensors  the model: weights, classes, preprocessing, provenance");
    console.note("  run/metrics.json       its accuracy on train, validation and test");
    console.note("  run/                   also history.csv, recipe.yaml, split.csv");
    console.note("What you might type next:");
    Path pictures = out.resolve("pictures");
    suggest("evaluate", run.folder(), pictures);
    suggest("predict", pretrained ? WEIGHTS : run.folder(), pictures.resolve("test/freshbanana"));
    suggest(
        "train",
        pictures,
        "--out",
        out.resolve("run2"),
        "--recipe",
        new RunFolder(run.folder()).recipe(),
        "--seed",
        seed + 1);
  }

  private void suggest(Object... words) {
    console.note("  " + console.typed(words));
  }
}
