package io.residua.train.internal;

import static java.util.Objects.requireNonNull;

import io.residua.data.Part;
import io.residua.eval.Evaluation;
import io.residua.run.EpochRecord;
import io.residua.train.internal.TrainingState.Best;
import io.residua.weights.internal.WeightMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came of training: of a phase, and in the end of a run.
 *
 * @param best what did best on the validation part
 * @param last the weights at the end; empty if the run diverged
 * @param history an entry an epoch, those of phases before it included
 * @param before how many epochs were done before the phase, or the last phase
 * @param failure how and when the run diverged, if it did
 * @param measured how good the best weights are on each part; nothing where another phase follows
 */
record TrainingOutcome(
    Best best,
    Optional<WeightMap> last,
    List<EpochRecord> history,
    int before,
    Optional<String> failure,
    Map<Part, Evaluation> measured) {

  /** The same with all weights. */
  TrainingOutcome within(WeightMap all) {
    return new TrainingOutcome(
        new Best(all.with(best.weights()), best.epoch(), best.score()),
        last.map(all::with),
        history,
        before,
        failure,
        measured);
  }

  TrainingOutcome measured(Evaluation train, Evaluation validation) {
    return new TrainingOutcome(
        best,
        last,
        history,
        before,
        failure,
        Map.of(Part.TRAIN, train, Part.VALIDATION, validation));
  }

  /** How good the best weights are on a part. */
  Evaluation on(Part part) {
    return requireNonNull(measured.get(part));
  }
}
