package io.residua.engine.internal;

import io.residua.internal.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Threads that share out the pictures of a {@link BatchSource}, each with sessions of its own. */
final class BatchCrew {
  private final BatchSource source;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private volatile boolean stopped;

  BatchCrew(BatchSource source) {
    this.source = source;
  }

  /**
   * Runs until the source has ended. The calling thread is one of those that compute.
   *
   * @param workers for each thread, a session of every network
   * @throws CancellationException if the calling thread is interrupted; no more pictures are
   *     started then
   */
  void run(List<List<InferenceSession>> workers) {
    List<Thread> threads = new ArrayList<>();
    for (int i = 1; i < workers.size(); i++) {
      List<InferenceSession> sessions = workers.get(i);
      Thread thread = new Thread(() -> work(sessions), "residua-worker-" + i);
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
    work(workers.get(0));
    boolean interrupted = Thread.interrupted();
    if (interrupted) {
      stop();
    }
    if (Threads.join(threads, this::stop) || interrupted) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
    Throwable thrown = failure.get();
    if (thrown instanceof RuntimeException e) {
      throw e;
    } else if (thrown instanceof Error e) {
      throw e;
    }
  }

  private void stop() {
    stopped = true;
    source.stop();
  }

  private void work(List<InferenceSession> sessions) {
    try {
      int[] perCall = sessions.stream().mapToInt(InferenceSession::batchSize).toArray();
      List<Buffers> buffers = sessions.stream().map(Buffers::new).toList();
      while (!stopped && !Thread.currentThread().isInterrupted()) {
        BatchSource.Batch batch = source.next(perCall);
        if (batch == null) {
          return;
        }
        for (int n = 0; n < sessions.size(); n++) {
          buffers.get(n).compute(n, batch);
        }
        batch.done();
      }
    } catch (RuntimeException | Error e) {
      failure.compareAndSet(null, e);
      stop();
    }
  }

  /** A session with its input and output. */
  private static final class Buffers {
    private final InferenceSession session;
    private final float[] input;
    private final float[] output;
    private final int[] loaded;

    Buffers(InferenceSession session) {
      this.session = session;
      input = new float[session.batchSize() * session.inputSize()];
      output = new float[session.batchSize() * session.outputSize()];
      loaded = new int[session.batchSize()];
    }

    void compute(int network, BatchSource.Batch batch) {
      int count = batch.inputs(network);
      int filled = 0;
      for (int i = 0; i < count; i++) {
        if (batch.load(network, i, input, filled * session.inputSize())) {
          loaded[filled++] = i;
        }
        if (filled == loaded.length || (i == count - 1 && filled > 0)) {
          session.run(input, filled, output);
          for (int k = 0; k < filled; k++) {
            batch.accept(network, loaded[k], output, k * session.outputSize());
          }
          filled = 0;
        }
      }
    }
  }
}
