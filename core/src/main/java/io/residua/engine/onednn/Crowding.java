package io.residua.engine.onednn;

/**
 * Whether other work takes processors from a session whose threads wait for one another at every
 * layer, told by how long its runs take. Where it does, a thread without a processor holds up all
 * others; the same run in twice as many, smaller shares gets on better, for the scheduler has more
 * of them to run meanwhile. On a quiet machine the larger shares are faster.
 *
 * <p>Runs are crowded after {@value #SLOW_RUNS} in a row took {@value #SLOW} times what the fastest
 * took. From then on most have small shares; every {@value #PROBE}th has large ones, to see whether
 * they are faster again.
 */
final class Crowding {
  private static final double SLOW = 1.35;
  private static final int SLOW_RUNS = 3;
  private static final int PROBE = 16;

  /** The fastest grows by so much a run, for a processor may have become slower for good. */
  private static final double GROWTH = 1.001;

  /** Weight of the last run in the mean of those with small shares. */
  private static final double RECENT = 0.2;

  private double fastestNanos = Double.POSITIVE_INFINITY;
  private double smallNanos;
  private int slowRuns;
  private int smallRuns;
  private boolean crowded;

  /** Whether the next run has small shares. */
  boolean small() {
    return crowded && smallRuns < PROBE;
  }

  /** Tells what the last run took. */
  void took(boolean small, long nanos) {
    if (small) {
      smallNanos = smallNanos == 0 ? nanos : (1 - RECENT) * smallNanos + RECENT * nanos;
      smallRuns++;
    } else {
      fastestNanos = Math.min(fastestNanos * GROWTH, nanos);
      smallRuns = 0;
      if (crowded) {
        crowded = nanos > smallNanos;
        slowRuns = 0;
      } else {
        slowRuns = nanos > SLOW * fastestNanos ? slowRuns + 1 : 0;
        crowded = slowRuns >= SLOW_RUNS;
        smallNanos = 0;
      }
    }
  }
}
