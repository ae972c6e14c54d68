package io.residua.engine.onednn;

import io.residua.engine.internal.Inference;
import io.residua.engine.internal.InferenceSession;
import io.residua.engine.internal.SessionChecks;
import io.residua.engine.internal.SessionShape;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A batch shared out over single-threaded sessions, which take its pictures a few at a time.
 * Processors don't wait for one another at every layer, as they do where all of them compute one
 * layer together: that is faster, and much faster where one of them has other work too.
 */
final class SplitInference implements InferenceSession {
  private final int batchSize;
  private final List<OneDnnInference> sessions;
  private final ExecutorService others;
  private boolean closed;

  /**
   * @param what on at least 2 threads
   * @param batchSize the most pictures of a call, at least 2
   */
  SplitInference(Inference what, int batchSize) {
    this.batchSize = batchSize;
    int count = Math.min(batchSize, what.compute().threads());
    int share = (batchSize + count - 1) / count;
    SessionShape shape = SessionShape.rule(what);
    sessions = OneDnnInference.sharing(what, count, shape.evenly(share));
    others =
        Executors.newFixedThreadPool(
            count - 1,
            work -> {
              Thread thread = new Thread(work, "residua-session");
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public int batchSize() {
    return batchSize;
  }

  @Override
  public int inputSize() {
    return sessions.get(0).inputSize();
  }

  @Override
  public int outputSize() {
    return sessions.get(0).outputSize();
  }

  @Override
  public synchronized void run(float[] input, int count, float[] output) {
    if (closed) {
      throw new IllegalStateException("the session is closed");
    }
    SessionChecks.count(count, batchSize);
    SessionChecks.length("input", input, count, inputSize());
    SessionChecks.length("output", output, count, outputSize());
    AtomicInteger next = new AtomicInteger();
    int calls = (count + sessions.get(0).batchSize() - 1) / sessions.get(0).batchSize();
    CompletableFuture<?>[] running =
        sessions.stream()
            .skip(1)
            .limit(calls - 1L)
            .map(s -> CompletableFuture.runAsync(() -> take(s, next, input, count, output), others))
            .toArray(CompletableFuture<?>[]::new);
    try {
      take(sessions.get(0), next, input, count, output);
    } finally {
      CompletableFuture.allOf(running).join();
    }
  }

  private static void take(
      OneDnnInference session, AtomicInteger next, float[] input, int count, float[] output) {
    int step = session.batchSize();
    for (int from = next.getAndAdd(step); from < count; from = next.getAndAdd(step)) {
      session.run(input, from, Math.min(step, count - from), output);
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      others.shutdown();
      for (int i = sessions.size() - 1; i >= 0; i--) {
        sessions.get(i).close(); // the first one owns what they share
      }
    }
  }
}
