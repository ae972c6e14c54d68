package io.residua.train.internal;

import io.residua.UsageException;
import io.residua.engine.internal.TrainingSession.Trainable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/**
 * Cuts a session's arrays into pieces that are worked on side by side. The pieces depend on the
 * arrays only, so results are the same on any number of threads.
 */
final class Chunks {
  /** Values in a piece: a few arrays of it fit a processor's second cache. */
  static final int SIZE = 8192;

  /**
   * A piece of an array.
   *
   * @param index number of the piece
   * @param array which of the arrays
   * @param from its first element
   */
  record Chunk(int index, int array, Trainable trainable, int from, int length) {
    /** Copies this piece of the weights to the start of {@code target}. */
    void readValues(float[] target) {
      trainable.values().get(from, target, 0, length);
    }

    void writeValues(float[] source) {
      trainable.values().put(from, source, 0, length);
    }

    void readGradient(float[] target) {
      trainable.gradient().get(from, target, 0, length);
    }

    void writeGradient(float[] source) {
      trainable.gradient().put(from, source, 0, length);
    }
  }

  /** One thread's working memory. */
  static final class Scratch {
    final float[] values = new float[SIZE];
    final float[] gradient = new float[SIZE];
  }

  /** What is done with a piece. */
  interface Work {
    void on(Chunk chunk, Scratch scratch);
  }

  private final List<Chunk> all;
  private final Scratch[] scratches;

  /**
   * @param threads 0 for all processors
   */
  Chunks(List<Trainable> trainables, int threads) {
    UsageException.check(threads >= 0, "threads", threads, "0 or more");
    List<Chunk> chunks = new ArrayList<>();
    for (int array = 0; array < trainables.size(); array++) {
      Trainable t = trainables.get(array);
      int size = t.values().capacity();
      for (int from = 0; from < size; from += SIZE) {
        chunks.add(new Chunk(chunks.size(), array, t, from, Math.min(SIZE, size - from)));
      }
    }
    all = List.copyOf(chunks);
    int count = threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    scratches = IntStream.range(0, count).mapToObj(i -> new Scratch()).toArray(Scratch[]::new);
  }

  List<Chunk> all() {
    return all;
  }

  /** Works on all pieces and returns when all are done. */
  void forEach(Work work) {
    AtomicInteger next = new AtomicInteger();
    IntStream.range(0, Math.min(scratches.length, all.size()))
        .parallel()
        .forEach(
            worker -> {
              for (int i = next.getAndIncrement(); i < all.size(); i = next.getAndIncrement()) {
                work.on(all.get(i), scratches[worker]);
              }
            });
  }
}
