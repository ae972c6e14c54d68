package io.residua.server.internal.serving;

import io.residua.ResiduaException;
import io.residua.server.internal.Problem;
import io.residua.server.internal.RequestException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Explains answers, one after the other on a thread of its own: that takes many times as long as
 * answering, which must not wait for it.
 */
final class Explanations implements AutoCloseable {
  private static final int MOST_WAITING = 32;
  private static final int RETRY_SECONDS = 5;

  private final Dispatcher.Watcher watcher;
  private final ThreadPoolExecutor thread =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MOST_WAITING),
          work -> {
            Thread made = new Thread(work, "residua-explain");
            made.setDaemon(true);
            return made;
          });

  Explanations(Dispatcher.Watcher watcher) {
    this.watcher = watcher;
  }

  /** Tells those who wait for a picture, with its explanation if it is wanted. */
  void finish(ServedModel model, Item item, Outcome outcome) {
    if (outcome.prediction() == null || !item.inference().wanted().explanation()) {
      item.inference().done(item, outcome);
      item.inference().left();
      return;
    }
    try {
      thread.execute(() -> explain(model, item, outcome));
    } catch (RejectedExecutionException e) {
      item.inference()
          .refuse(
              new RequestException(
                  Problem.busy("too many explanations are being made", RETRY_SECONDS)));
      item.inference().left();
    }
  }

  private void explain(ServedModel model, Item item, Outcome outcome) {
    Inference inference = item.inference();
    try {
      if (!inference.isVain() && outcome.prediction() != null) {
        int index = outcome.prediction().index();
        byte[] png = model.explain(item.picture().pixels(model.classifier()), index);
        inference.done(item, outcome.withExplanation(png));
      }
    } catch (ResiduaException e) {
      inference.done(item, Outcome.problem(String.valueOf(e.getMessage())));
    } catch (Throwable e) { // also a lack of memory, which is one request's
      watcher.failed(model, e);
      inference.fail(e);
    } finally {
      inference.left();
    }
  }

  /** Makes those that are asked for already. */
  @Override
  public void close() {
    thread.shutdown();
    boolean interrupted = false;
    while (!thread.isTerminated()) {
      try {
        thread.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
        thread.shutdownNow();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
