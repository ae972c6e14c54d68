package io.residua.engine.onednn;

import io.residua.internal.Threads;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Threads that share out the pieces of one step of work after the other; whoever is free takes the
 * next, so that a thread whose processor has other work too takes fewer. Steps may take less than a
 * millisecond: a thread that waits looks for work for some microseconds before it sleeps.
 *
 * <p>A crew of as many threads as there are processors has one to spare, which helps while other
 * processes take processors from it; see {@link ProcessorShare}.
 */
final class Crew implements AutoCloseable {
  /** One of many pieces, which do not depend on one another. */
  interface Piece {
    /**
     * @param index which piece
     * @param thread which of the crew's threads, from 0
     */
    void run(int index, int thread);
  }

  /** Looks before a thread sleeps: some 20 microseconds. */
  private static final int LOOKS = 1000;

  private static final class Work {
    final Piece piece;
    final int count;
    final int threads;
    final Thread caller = Thread.currentThread();
    final AtomicInteger next = new AtomicInteger();
    final AtomicInteger left;
    final AtomicReference<Throwable> failure = new AtomicReference<>();

    Work(Piece piece, int count, int threads) {
      this.piece = piece;
      this.count = count;
      this.threads = threads;
      left = new AtomicInteger(count);
    }

    /** Takes pieces until there are no more. */
    void take(int thread) {
      for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
        try {
          piece.run(i, thread);
        } catch (RuntimeException | Error e) {
          failure.compareAndSet(null, e);
        }
        if (left.decrementAndGet() == 0) {
          LockSupport.unpark(caller);
        }
      }
    }
  }

  private final int threads;
  private final Thread[] others;
  private final ProcessorShare share = new ProcessorShare();
  private volatile @Nullable Work work;
  private volatile boolean closed;

  /**
   * @param threads how many work, the caller of {@link #run} included; 0 for all processors
   */
  Crew(int threads) {
    int processors = Runtime.getRuntime().availableProcessors();
    this.threads = threads == 0 ? processors : threads;
    int spare = this.threads >= processors ? 1 : 0;
    others =
        IntStream.range(1, this.threads + spare)
            .mapToObj(i -> new Thread(() -> serve(i), "residua-training-" + i))
            .toArray(Thread[]::new);
    for (Thread other : others) {
      other.setDaemon(true);
      other.start();
    }
  }

  /** Threads are numbered from 0 to below this. */
  int size() {
    return others.length + 1;
  }

  /**
   * Runs all pieces and returns when they are done; one caller at a time.
   *
   * @throws RuntimeException the first that a piece has thrown; the others have run nevertheless
   */
  void run(int count, Piece piece) {
    int helpers = Math.min(share.crowded() ? others.length : threads - 1, count - 1);
    Work mine = new Work(piece, count, helpers + 1);
    if (helpers > 0) {
      work = mine;
      for (int i = 0; i < helpers; i++) {
        LockSupport.unpark(others[i]);
      }
    }
    work(mine, 0);
    for (int looks = 0; mine.left.get() > 0; looks++) {
      if (looks < LOOKS) {
        Thread.onSpinWait();
      } else if (Thread.currentThread().isInterrupted()) {
        Thread.yield(); // an interrupted thread cannot sleep, and what runs has to end first
      } else {
        LockSupport.park(this);
      }
    }
    work = null;
    Throwable failure = mine.failure.get();
    if (failure instanceof Error e) {
      throw e;
    } else if (failure instanceof RuntimeException e) {
      throw e;
    }
  }

  private void work(Work now, int thread) {
    long start = System.nanoTime();
    long processor = ProcessorShare.processorNanos();
    now.take(thread);
    share.add(System.nanoTime() - start, ProcessorShare.processorNanos() - processor);
  }

  private void serve(int thread) {
    OmpThreads.use(1);
    Work done = null;
    int looks = 0;
    while (!closed) {
      Work now = work;
      if (now != null && now != done && thread < now.threads) {
        work(now, thread);
        done = now;
        looks = 0;
      } else if (looks < LOOKS) {
        looks++;
        Thread.onSpinWait();
      } else {
        done = null; // which would be kept from being collected
        LockSupport.park(this);
        looks = 0;
      }
    }
  }

  /** Ends the threads, and with them what native libraries keep for each. */
  @Override
  public void close() {
    closed = true;
    for (Thread other : others) {
      LockSupport.unpark(other);
    }
    if (Threads.join(Arrays.asList(others), () -> {})) {
      Thread.currentThread().interrupt();
    }
  }
}
