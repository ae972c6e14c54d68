package io.residua.engine.internal;

import io.residua.engine.Compute;
import io.residua.internal.Text;

/**
 * How many pictures are shared out over the processors.
 *
 * @param sessions single-threaded sessions that work side by side
 * @param picturesPerCall how many pictures each takes at a time
 */
public record SessionShape(int sessions, int picturesPerCall) {
  /** Multiply-adds after which larger calls don't get faster: four pictures of a ResNet-50. */
  private static final long WORK_PER_CALL = 17_000_000_000L;

  private static final int MOST_PER_CALL = 64;

  public SessionShape {
    if (sessions < 1 || picturesPerCall < 1) {
      throw new IllegalArgumentException(
          Text.of("%d sessions of %d pictures", sessions, picturesPerCall));
    }
  }

  /** What is right on most processors: a session a thread, enough pictures to keep it busy. */
  public static SessionShape rule(Inference what) {
    Compute compute = what.compute();
    int perCall =
        compute.picturesPerCall() > 0
            ? compute.picturesPerCall()
            : (int) Math.max(1, Math.min(MOST_PER_CALL, WORK_PER_CALL / work(what)));
    return new SessionShape(compute.threads(), perCall);
  }

  /** Multiply-adds of one picture, at least 1. */
  static long work(Inference what) {
    return Math.max(
        1,
        what.network().multiplyAdds(what.picture()).values().stream()
            .mapToLong(Long::longValue)
            .sum());
  }

  /**
   * The largest call, within this shape's, whose multiples come closest to a session's share, so
   * that no session computes much for nothing.
   */
  public int evenly(int share) {
    int best = 1;
    for (int size = 2; size <= Math.min(share, picturesPerCall); size++) {
      int computed = (share + size - 1) / size * size;
      int computedBest = (share + best - 1) / best * best;
      if (computed <= computedBest || (size >= 2 * best && computed - share <= share / 16)) {
        best = size;
      }
    }
    return best;
  }

  /** This, with calls so small that {@code count} pictures give every session several. */
  SessionShape forCount(int count) {
    int perCall = Math.max(1, Math.min(picturesPerCall, count / (4 * sessions)));
    return new SessionShape(sessions, perCall);
  }
}
