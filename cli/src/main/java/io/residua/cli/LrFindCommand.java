package io.residua.cli;

import io.residua.internal.Text;
import io.residua.train.Recipe;
import io.residua.train.internal.LearningRateTest;
import io.residua.train.internal.LearningRateTest.Range;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code residua lr-find}. */
@Command(
    name = "lr-find",
    description = {
      "Find a learning rate: a few steps of training, each with a higher rate than the last.",
      "",
      "Writes the loss at each rate as CSV and as a plot, and says which --lr to train with: the"
          + " middle of the longest descent of the loss. Nothing is kept of the training."
    },
    footer = {
      "",
      "Examples:",
      "  residua lr-find pictures --out rates",
      "  residua lr-find pictures --out rates2 --freeze none --optimizer sgd:momentum=0.9"
    })
final class LrFindCommand implements Runnable {
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
      description = "New folder for the plot and the CSV.")
  private Path out;

  @Option(
      names = "--from",
      paramLabel = "RATE",
      order = 2,
      description = "The first learning rate (default: 1e-7).")
  private double from = Range.USUAL.from();

  @Option(
      names = "--to",
      paramLabel = "RATE",
      order = 3,
      description = "The last; the test ends before it where the loss runs away (default: 10).")
  private double to = Range.USUAL.to();

  @Option(
      names = "--steps",
      paramLabel = "N",
      order = 4,
      description = "How many rates are tried (default: 100).")
  private int steps = Range.USUAL.steps();

  @Mixin private RecipeOptions recipe;
  @Mixin private TrainerOptions trainer;
  @Mixin private JsonOption json;
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    Console console = Console.of(spec);
    console.results(json);
    Range range = new Range(from, to, steps);
    Recipe wanted = recipe.recipe();
    LearningRateTest test =
        Trainers.of(trainer, wanted, console).findLearningRate(data, wanted, range, out);
    print(test, console.results(json));
    json.write(console, test.toJson());
    console.note(Text.of("wrote %s: lr-find.svg, lr-find.csv", out));
    test.suggestion()
        .ifPresent(
            rate -> {
              List<Object> words = new ArrayList<>(List.of("train", data, "--out", "RUN"));
              words.addAll(recipe.words(Set.of("lr")));
              words.addAll(List.of("--lr", LearningRateTest.text(rate)));
              console.next(trainer.reading().after(words.toArray()));
            });
  }

  private static void print(LearningRateTest test, PrintStream results) {
    results.print(
        Text.of(
            "%d rates from %s to %s%s%n",
            test.points().size(),
            LearningRateTest.text(test.range().from()),
            LearningRateTest.text(test.points().get(test.points().size() - 1).learningRate()),
            test.diverged() ? ", where the loss ran away" : ""));
    results.println("loss falls steepest at  " + text(test.steepest()));
    results.println("loss is lowest at       " + text(test.lowest()));
    results.println(
        test.suggestion().isPresent()
            ? "use                     --lr " + text(test.suggestion())
            : "the loss never falls: no rate can be suggested; try more --steps or a higher --to");
    results.println(
        Text.of(
            "that rests on           the mean loss of %s at each rate, tried once with seed %d:"
                + " where to begin, not a measured best",
            Text.count(test.picturesEach(), "picture"), test.recipe().seed()));
    results.flush();
  }

  private static String text(OptionalDouble rate) {
    return rate.isPresent() ? LearningRateTest.text(rate.getAsDouble()) : "-";
  }
}
