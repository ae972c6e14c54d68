package io.residua.classic.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** Runs independent numbered tasks on several threads. */
final class Parallel {
  private Parallel() {}

  /**
   * Runs {@code body} for 0 to {@code count - 1}; the calling thread is one of the workers. The
   * first failure stops the rest and is thrown here.
   */
  static void run(int threads, int count, IntConsumer body) {
    AtomicInteger next = new AtomicInteger();
    Runnable worker =
        () -> {
          for (int i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
            try {
              body.accept(i);
            } catch (Throwable failure) {
              next.set(count);
              throw failure;
            }
          }
        };
    int helpers = Math.min(threads, count) - 1;
    if (helpers <= 0) {
      worker.run();
      return;
    }
    ExecutorService pool =
        Executors.newFixedThreadPool(
            helpers,
            task -> {
              Thread thread = new Thread(task, "residua-classic");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Future<?>> futures = new ArrayList<>();
      for (int i = 0; i < helpers; i++) {
        futures.add(pool.submit(worker));
      }
      worker.run();
      for (Future<?> future : futures) {
        future.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      if (e.getCause() instanceof Error failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      next.set(count);
      Thread.currentThread().interrupt();
      throw new ClassicException("interrupted");
    } finally {
      pool.shutdown();
    }
  }
}
