package io.residua.server.internal.serving;

import io.residua.internal.Threads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Looks now and then whether the files of models have changed. */
public final class ModelWatch implements AutoCloseable {
  private final Thread thread;

  /**
   * @param every how often it looks
   * @param faults takes what is a fault of ours or of the machine's
   */
  public ModelWatch(Models models, Duration every, Consumer<Throwable> faults) {
    thread = new Thread(() -> run(models, every, faults), "residua-watch");
    thread.setDaemon(true);
    thread.start();
  }

  private static void run(Models models, Duration every, Consumer<Throwable> faults) {
    while (true) {
      try {
        TimeUnit.NANOSECONDS.sleep(every.toNanos());
      } catch (InterruptedException e) {
        return;
      }
      try {
        models.look();
      } catch (RuntimeException | Error e) {
        faults.accept(e);
      }
    }
  }

  /** Does not end a model that is being opened. */
  @Override
  public void close() {
    thread.interrupt();
    if (Threads.join(List.of(thread), () -> {})) {
      Thread.currentThread().interrupt();
    }
  }
}
