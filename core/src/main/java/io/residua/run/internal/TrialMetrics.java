package io.residua.run.internal;

import org.jspecify.annotations.Nullable;

/**
 * A run of an experiment as the experiment's JSON has it. A run that diverged has a failure and no
 * numbers.
 *
 * @param run the name of its folder
 * @param trainableParameters values that were trained
 * @param bestEpoch the epoch that was kept, from 1
 * @param seconds it took
 * @param failure how it diverged
 * @param layers that a sweep trained in it
 */
public record TrialMetrics(
    @Nullable String run,
    @Nullable Scores train,
    @Nullable Scores val,
    @Nullable Long trainableParameters,
    @Nullable Integer epochs,
    @Nullable Integer bestEpoch,
    @Nullable Double seconds,
    @Nullable String failure,
    @Nullable String layers) {

  /** These numbers as those of a choice of layers. */
  public TrialMetrics ofLayers(String name) {
    return new TrialMetrics(
        run, train, val, trainableParameters, epochs, bestEpoch, seconds, failure, name);
  }
}
