package io.residua.train.internal;

import io.residua.Progress;
import io.residua.UsageException;
import io.residua.image.Preprocessing;
import io.residua.model.ModelSpec;
import io.residua.nn.internal.Network;
import io.residua.train.Recipe;
import io.residua.train.RecipeSettings;
import io.residua.weights.WeightSource;
import io.residua.weights.internal.LoadedWeights;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is settled of a run before any picture is read: its weights are there and fit the network,
 * and so does the recipe. Only the classes are not known yet.
 *
 * @param recipe with what network and weights decide in place of {@code auto}; phases as written
 * @param loaded the backbone's weights; null where it begins from scratch
 * @param own how pictures were prepared when these weights were trained
 */
public record Foundation(
    Recipe recipe,
    String architecture,
    Preprocessing preprocessing,
    @Nullable LoadedWeights loaded,
    Optional<Preprocessing> own) {
  /** Names of layers do not depend on the classes. */
  public static final List<String> ANY_CLASSES = List.of("0", "1");

  /**
   * Gets the weights and checks all that does not depend on pictures.
   *
   * @throws io.residua.ResiduaException with one line, if the weights can't be had or fit no
   *     network
   * @throws UsageException with one line, if the recipe does not fit the network
   */
  static Foundation of(Recipe wanted, WeightSource source, Progress progress) {
    Foundation foundation = StartingPoint.foundation(wanted, source, progress);
    Network network = foundation.spec(ANY_CLASSES).network();
    Recipe recipe = foundation.recipe.withPhasesOf(network);
    StartingPoint.requireExact(network, foundation.loaded);
    StartingPoint.reinitialised(recipe, network);
    for (Recipe phase : recipe.phases()) {
      phase.dropsLastBatch(phase.freezePlan(network).takesBatchStatistics(network));
    }
    return foundation;
  }

  /** The classifier that tells these classes apart. */
  public ModelSpec spec(List<String> classes) {
    return new ModelSpec(
        architecture, recipe.get(RecipeSettings.HEAD), classes, List.of(), preprocessing);
  }
}
