package io.residua.train;

import io.residua.UsageException;

/**
 * When a run saves a checkpoint, besides those when it is stopped and at the end of an epoch, which
 * is done where writing takes less than a hundredth of the time since the last one.
 *
 * @param minutes so long after the last one; 0 for not by time
 * @param steps so many optimizer steps after the last one; 0 for not by steps
 */
public record CheckpointPlan(double minutes, int steps) {
  /** Every five minutes. */
  public static final CheckpointPlan USUAL = new CheckpointPlan(5, 0);

  public CheckpointPlan {
    UsageException.check(minutes >= 0 && minutes <= 1e6, "minutes", minutes, "0 or more");
    UsageException.check(steps >= 0, "steps", steps, "0 or more");
  }
}
