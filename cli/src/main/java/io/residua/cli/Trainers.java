package io.residua.cli;

import io.residua.data.DataReading;
import io.residua.data.inspect.internal.TrainingCheck;
import io.residua.train.Recipe;
import io.residua.train.Trainer;
import io.residua.train.internal.TrainingPictures;
import io.residua.weights.WeightSource;
import java.nio.file.Path;

/** The trainer that a command's options ask for. */
final class Trainers {
  private Trainers() {}

  /**
   * A trainer that reports to the console.
   *
   * @param recipe whose precision counts
   * @throws IllegalArgumentException with one line, if this machine cannot compute so
   */
  static Trainer of(TrainerOptions options, Recipe recipe, Console console) {
    Trainer trainer =
        Trainer.create()
            .on(Computing.of(options.compute(), recipe.get("precision"), console))
            .reportingTo(console.progress())
            .startedBy(console.commandLine())
            .reading(options.reading().reading())
            .with(options.weights())
            .keepingFeaturesIn(options.features())
            .withCheck(new TrainingCheck(options.exclude(), TrainingCheck.USUAL.maxBad()));
    return options.split() == null ? trainer : trainer.withSplit(options.split());
  }

  /** The pictures that such a run would show to its network. */
  static TrainingPictures look(
      Path data, DataReading reading, Recipe recipe, WeightSource weights, Console console) {
    return Trainer.create()
        .reportingTo(console.progress())
        .with(weights)
        .reading(reading)
        .look(data, recipe);
  }
}
