package io.residua.cli;

import io.residua.internal.Text;
import io.residua.sample.SampleSet;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code residua sample}. */
@Command(
    name = "sample",
    description = {
      "Render the built-in sample set: synthetic pictures of fresh and rotten fruit.",
      "",
      "Six classes (fresh and rotten apples, bananas, oranges), 224x224 JPEG, in the folders train"
          + " and test. The pictures are computed, not photographed: good for trying things out,"
          + " not for claims about real fruit."
    },
    footer = {"", "Example:", "  residua sample fruit --train 60 --test 20"})
final class SampleCommand implements Runnable {
  private static final int MOST_A_CLASS = 100_000;

  @Parameters(index = "0", paramLabel = "DIR", description = "New folder for the pictures.")
  private Path folder;

  private int train = 120;
  private int test = 40;

  @Mixin private SeedOption seed;
  @Spec private CommandSpec spec;

  @Option(
      names = "--train",
      paramLabel = "N",
      order = 1,
      description = "Pictures of each class to train on (default: 120).")
  void setTrain(int value) {
    train = checked("--train", value);
  }

  @Option(
      names = "--test",
      paramLabel = "N",
      order = 2,
      description = "Pictures of each class to test on (default: 40).")
  void setTest(int value) {
    test = checked("--test", value);
  }

  private int checked(String option, int value) {
    return WholeNumber.of(spec, option, value, 1, MOST_A_CLASS);
  }

  @Override
  public void run() {
    Console console = Console.of(spec);
    SampleSet.render(folder, train, test, seed.seed(), console.progress());
    int classes = SampleSet.CLASSES.size();
    console.note(
        Text.of(
            "wrote %s: %,d synthetic pictures to train on and %,d to test on, %d classes, seed %d",
            folder, classes * train, classes * test, classes, seed.seed()));
    console.next("train", folder, "--out", Console.newRun());
  }
}
