package io.residua.model.internal;

import io.residua.model.Prediction;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Answers that are computed on threads of their own, in the order they were asked for. Threads are
 * started when there is work and end when there has been none for some seconds.
 */
public final class LaterAnswers implements AutoCloseable {
  private static final int IDLE_SECONDS = 10;

  private final ThreadPoolExecutor threads;

  /**
   * @param most how many are computed at a time
   */
  public LaterAnswers(int most) {
    AtomicInteger number = new AtomicInteger();
    threads =
        new ThreadPoolExecutor(
            most,
            most,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "residua-answer-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * An answer that comes later. Whoever completes it before its turn, by cancelling it or by a time
   * limit, takes it from the queue.
   */
  public CompletableFuture<Prediction> ask(Supplier<Prediction> answer) {
    Question question = new Question(answer, new CompletableFuture<>());
    question.answered.whenComplete((prediction, problem) -> threads.remove(question));
    try {
      threads.execute(question);
    } catch (RejectedExecutionException e) {
      question.refuse();
    }
    return question.answered;
  }

  private record Question(Supplier<Prediction> answer, CompletableFuture<Prediction> answered)
      implements Runnable {
    @Override
    public void run() {
      if (answered.isDone()) {
        return;
      }
      try {
        answered.complete(answer.get());
      } catch (Throwable e) { // whoever waits is told of it
        answered.completeExceptionally(e);
      }
    }

    void refuse() {
      answered.completeExceptionally(new IllegalStateException("the classifier is closed"));
    }
  }

  /** What has not begun ends with an IllegalStateException. */
  @Override
  public void close() {
    threads.shutdown();
    List<Runnable> waiting = new ArrayList<>();
    threads.getQueue().drainTo(waiting);
    waiting.forEach(work -> ((Question) work).refuse());
  }
}
