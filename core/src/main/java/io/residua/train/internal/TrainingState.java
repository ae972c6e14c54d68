package io.residua.train.internal;

import io.residua.run.EpochRecord;
import io.residua.weights.internal.WeightMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a run is between two steps, and all it needs to go on from there to the last bit. What is
 * random needs no state: it follows from the recipe's seed, the epoch and the picture's number.
 *
 * @param phase the phase under way, from 0
 * @param before how many epochs were done before that phase
 * @param start all weights at the beginning of the phase; null where they are those of the run, or
 *     {@code weights} are all
 * @param epoch the epoch under way, from 0; the number of epochs once all are done
 * @param steps how many of its steps are done; all of them where only its validation is left
 * @param weights of the session, running statistics included
 * @param optimizer its moments and how many steps it did
 * @param layout checksum of the weights in the order in which the session keeps them, and the
 *     optimizer its moments: another order cannot take these moments
 * @param average the moving average of the weights; null where the recipe has none
 * @param best what did best on the validation part; null before the first look at it
 * @param schedule what the schedule remembers of past epochs
 * @param sums of the epoch under way
 * @param history of the epochs that are done
 */
record TrainingState(
    int phase,
    int before,
    @Nullable WeightMap start,
    int epoch,
    int steps,
    WeightMap weights,
    Updater.State optimizer,
    int layout,
    @Nullable WeightMap average,
    @Nullable Best best,
    List<Double> schedule,
    EpochSums sums,
    List<EpochRecord> history) {
  TrainingState {
    schedule = List.copyOf(schedule);
    history = List.copyOf(history);
  }

  /**
   * The best weights so far.
   *
   * @param weights those the phase trains, or all if they were had in an earlier phase
   * @param epoch after which they were had, from 1
   */
  record Best(WeightMap weights, int epoch, Score score) {}

  /**
   * How good weights are on the validation part.
   *
   * @param loss cross-entropy
   * @param accuracy share of right answers
   */
  record Score(double loss, double accuracy) {
    /** More right answers, or as many and a lower loss. */
    boolean betterThan(Score other) {
      return accuracy > other.accuracy || (accuracy == other.accuracy && loss < other.loss);
    }
  }

  /**
   * What the steps of an epoch have come to.
   *
   * @param loss sum over its pictures
   * @param seen how many pictures
   * @param right how many of them were answered rightly
   * @param nanos how long its steps took
   * @param loadingNanos how long they waited for pictures
   */
  record EpochSums(double loss, int seen, int right, long nanos, long loadingNanos) {
    static final EpochSums NONE = new EpochSums(0, 0, 0, 0, 0);
  }
}
