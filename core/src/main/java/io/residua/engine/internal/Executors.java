package io.residua.engine.internal;

import io.residua.engine.Precision;
import io.residua.engine.onednn.OneDnnExecutor;
import io.residua.engine.plain.JavaExecutor;
import io.residua.internal.Text;
import java.util.List;
import java.util.Optional;

/** The executors there are. */
public final class Executors {
  /** The fastest first; another one is a package of its own and a line here. */
  public static final List<Executor> ALL = List.of(new OneDnnExecutor(), new JavaExecutor());

  private Executors() {}

  /** The first that can compute here. */
  public static Executor best() {
    return ALL.stream().filter(e -> e.problem().isEmpty()).findFirst().orElseThrow();
  }

  /** The first that has code for a type. */
  static Executor with(Precision precision) {
    return ALL.stream().filter(e -> e.precisions().contains(precision)).findFirst().orElseThrow();
  }

  /**
   * Loads libraries and classes of the one that computes here, which takes a while the first time,
   * so that it can be done beside other things.
   */
  public static void prepare() {
    best().prepare();
  }

  /** Why the fastest is not the one that computes here, in one line; empty where it is. */
  public static Optional<String> fallBack() {
    Executor first = ALL.get(0);
    return first
        .problem()
        .map(
            reason ->
                Text.of(
                    "%s cannot compute here: %s; the %s executor computes, slowly",
                    first.label(), reason, best().label()));
  }
}
