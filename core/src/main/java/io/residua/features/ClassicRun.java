package io.residua.features;

import io.residua.classic.ClassicRecipe;
import io.residua.classic.internal.GridSearch;
import io.residua.eval.Evaluation;
import io.residua.run.internal.RunFolder;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A classifier that was fitted to features.
 *
 * @param folder where everything was written
 * @param recipe as run, every {@code auto} resolved
 * @param grid every combination that was tried; the folds of the training part chose
 * @param train of the chosen classifier on what it was fitted to
 * @param validation on the part kept aside, or the set's own; it chose nothing
 * @param test on the test part, if there is one; it chose nothing
 * @param testWithTrainingScaler where each part was scaled by itself: the test part as the written
 *     model answers it
 */
public record ClassicRun(
    Path folder,
    ClassicRecipe recipe,
    GridSearch grid,
    Evaluation train,
    Optional<Evaluation> validation,
    Optional<Evaluation> test,
    Optional<Evaluation> testWithTrainingScaler) {
  /** The model: backbone, scaler and classifier in one file. */
  public Path model() {
    return new RunFolder(folder).model();
  }
}
