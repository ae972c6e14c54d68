package io.residua.engine.internal;

import io.residua.Progress;
import io.residua.engine.Compute;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the {@link SessionShape} of a network on this machine: the one asked for; else the one
 * that a measurement found fastest, which is made before long work and kept for later; else the
 * rule. The answers don't depend on the choice, but for the rounding of the last layer.
 */
final class SessionTuner {
  /** Multiply-adds of work that a measurement of a second or two pays for: 1000 ResNet-50s. */
  private static final long LONG_WORK = 4_000_000_000_000L;

  /** What another shape than the rule's must win by, so that noise decides nothing. */
  private static final double WORTH_IT = 1.03;

  private static final int TURNS = 3;
  private static final int MOST_PER_CALL = 64;

  private final Inference what;
  private final TunedShapes kept;
  private @Nullable SessionShape measured;

  SessionTuner(Inference what, TunedShapes kept) {
    this.what = what;
    this.kept = kept;
  }

  /**
   * What suits so many pictures.
   *
   * @param count 0 if that is not known: nothing is measured then
   */
  SessionShape shape(int count) {
    Compute compute = what.compute();
    SessionShape rule = SessionShape.rule(what);
    if (count == 0) {
      return measured == null ? rule : measured;
    }
    if (compute.picturesPerCall() > 0 || !compute.device().executor().sideBySide()) {
      return compute.picturesPerCall() > 0 ? rule : rule.forCount(count);
    }
    boolean isLong = count >= LONG_WORK / SessionShape.work(what);
    if (measured == null && isLong) {
      String key = TunedShapes.key(what);
      Optional<SessionShape> known = kept.get(key);
      measured = known.orElseGet(() -> measure(rule));
      if (known.isEmpty()) {
        kept.put(key, measured);
      }
    }
    return isLong && measured != null ? measured : rule.forCount(count);
  }

  /** The fastest of a few, by the median of their turns. */
  private SessionShape measure(SessionShape rule) {
    List<SessionShape> shapes = new ArrayList<>(candidates(rule));
    double[][] rates = new double[shapes.size()][TURNS];
    for (int c = 0; c < shapes.size(); c++) {
      try (Trial trial = new Trial(shapes.get(c))) {
        trial.picturesPerSecond(); // the first run touches its memory
        for (int turn = 0; turn < TURNS; turn++) {
          rates[c][turn] = trial.picturesPerSecond();
        }
      }
      Arrays.sort(rates[c]);
    }
    double ofRule = rates[shapes.indexOf(rule)][TURNS / 2];
    return shapes.stream()
        .max(Comparator.comparingDouble(s -> rates[shapes.indexOf(s)][TURNS / 2]))
        .filter(best -> rates[shapes.indexOf(best)][TURNS / 2] > WORTH_IT * ofRule)
        .orElse(rule);
  }

  /** Fewer sessions may be faster where processors share a core's arithmetic units. */
  private static Set<SessionShape> candidates(SessionShape rule) {
    int sessions = rule.sessions();
    int perCall = rule.picturesPerCall();
    Set<SessionShape> shapes = new LinkedHashSet<>(List.of(rule));
    shapes.add(new SessionShape(sessions, Math.max(1, perCall / 4)));
    shapes.add(new SessionShape(sessions, Math.min(MOST_PER_CALL, 2 * perCall)));
    if (sessions >= 4) {
      shapes.add(new SessionShape(sessions / 2, perCall));
    }
    return shapes;
  }

  /** A shape's sessions over pictures of zeros. */
  private final class Trial implements AutoCloseable {
    private final List<InferenceSession> sessions;
    private final int perCall;

    Trial(SessionShape shape) {
      perCall = shape.picturesPerCall();
      sessions = what.compute().device().executor().workers(what, shape);
    }

    double picturesPerSecond() {
      int count = sessions.size() * perCall;
      long start = System.nanoTime();
      new BatchCrew(
              new BatchRunner.Counted(
                  count,
                  (index, target, offset) -> true,
                  (index, output, offset) -> {},
                  Progress.NONE.start("tune", count, "images")))
          .run(sessions.stream().map(List::of).toList());
      return count / ((System.nanoTime() - start) / 1e9);
    }

    @Override
    public void close() {
      for (int i = sessions.size() - 1; i >= 0; i--) {
        sessions.get(i).close(); // the first one owns what they share
      }
    }
  }
}
