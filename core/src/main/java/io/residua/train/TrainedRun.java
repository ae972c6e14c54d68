package io.residua.train;

import io.residua.eval.Evaluation;
import io.residua.run.EpochRecord;
import io.residua.run.internal.RunFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A finished training run.
 *
 * @param folder where everything was written
 * @param recipe as run, every {@code auto} resolved
 * @param freezePlan what was trained
 * @param history an entry an epoch
 * @param bestEpoch the epoch whose weights did best on the validation part, from 1
 * @param train of the best weights on the training part
 * @param validation of the best weights on the validation part, which chose them
 * @param test of the best weights on the test part, if there is one; it chose nothing
 */
public record TrainedRun(
    Path folder,
    Recipe recipe,
    FreezePlan freezePlan,
    List<EpochRecord> history,
    int bestEpoch,
    Evaluation train,
    Evaluation validation,
    Optional<Evaluation> test) {
  /** The model with the best weights on the validation part. */
  public Path model() {
    return new RunFolder(folder).model();
  }
}
