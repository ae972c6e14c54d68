package io.residua.engine.plain;

import io.residua.internal.Text;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Runs numbered tasks on a fixed number of threads. Tasks are cut by the size of the work and never
 * by the number of threads, and each writes places of its own, so results don't depend on who runs
 * which.
 */
final class JavaWorkers {
  /** A piece of work that no other piece depends on. */
  interface Task {
    /**
     * @param index which piece
     * @param tile working memory that no other running task uses
     */
    void run(int index, JavaTile tile);
  }

  /** How many elements an elementwise task takes. */
  private static final int ELEMENTS = 1 << 14;

  private final JavaTile[] tiles;

  /**
   * @param threads how many threads compute; 0 for all processors
   */
  JavaWorkers(int threads) {
    if (threads < 0) {
      throw new IllegalArgumentException(Text.of("threads is %d, not 0 or more", threads));
    }
    int count = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    tiles = IntStream.range(0, count).mapToObj(i -> new JavaTile()).toArray(JavaTile[]::new);
  }

  /** Runs tasks 0 to {@code tasks - 1} and returns when all are done. */
  void run(int tasks, Task task) {
    int active = Math.min(tasks, tiles.length);
    if (active <= 1) {
      for (int i = 0; i < tasks; i++) {
        task.run(i, tiles[0]);
      }
      return;
    }
    AtomicInteger next = new AtomicInteger();
    IntStream.range(0, active)
        .parallel()
        .forEach(
            worker -> {
              for (int i = next.getAndIncrement(); i < tasks; i = next.getAndIncrement()) {
                task.run(i, tiles[worker]);
              }
            });
  }

  /** A range of elements. */
  interface Range {
    void run(int from, int to);
  }

  /** Cuts {@code size} elements into ranges and runs them. */
  void elements(int size, Range range) {
    run(
        (size + ELEMENTS - 1) / ELEMENTS,
        (i, tile) -> range.run(i * ELEMENTS, Math.min(size, (i + 1) * ELEMENTS)));
  }
}
