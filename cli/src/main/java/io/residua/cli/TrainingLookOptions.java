package io.residua.cli;

import io.residua.UsageException;
import io.residua.data.DataReading;
import io.residua.train.Recipe;
import io.residua.train.internal.TrainingPictures;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Which pictures of training a command also shows: those of a recipe, for commands that show some.
 */
final class TrainingLookOptions {
  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--recipe",
      paramLabel = "NAME|FILE",
      order = 10,
      description =
          "Also show pictures as training with this recipe shows them to the network: one that comes"
              + " with Residua, or a YAML file such as a run's recipe.yaml.")
  private @Nullable String recipe;

  @Option(
      names = "--augment",
      paramLabel = "STEPS",
      order = 11,
      description =
          "The same with this augmentation: keras-fruits, intel, cifar, imagenet, or steps such as"
              + " 'flip-horizontal; rotation(degrees=15)' (default: the recipe's).")
  private @Nullable String augment;

  @Option(
      names = "--seed",
      paramLabel = "N",
      order = 12,
      description = "The seed of the run whose pictures are shown (default: the recipe's, or 1).")
  private @Nullable Long seed;

  @Mixin private OfflineOption offline;

  /** Whether nothing of training is wanted. */
  boolean none() {
    return recipe == null && augment == null && seed == null;
  }

  /**
   * The recipe that is asked for.
   *
   * @throws ParameterException naming the option whose value is not allowed
   * @throws io.residua.ResiduaException naming the recipe and what is wrong in it
   */
  Recipe recipe() {
    Recipe result = recipe == null ? Recipe.defaults() : Recipe.named(recipe);
    if (augment != null) {
      try {
        result = result.with("augment", augment);
      } catch (UsageException e) {
        throw new ParameterException(command.commandLine(), "--augment: " + e.getMessage(), e);
      }
    }
    return seed == null ? result : result.with("seed", Long.toString(seed));
  }

  /** Divides the data as that run would and opens its pictures; null if {@link #none()}. */
  @Nullable TrainingPictures open(Path data, DataReading reading, Console console) {
    return none() ? null : Trainers.look(data, reading, recipe(), offline.source(), console);
  }
}
