package io.residua.engine.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Single pictures, or a few at once, for callers in many threads: a session for each that computes,
 * no more than there are threads, over packed weights that they share. Who has one picture and is
 * alone gets a session on all threads. Sessions are made when they are first needed.
 */
final class SinglePictures implements AutoCloseable {
  private final Inference what;
  private final int most;
  private final Semaphore permits;
  private final AtomicInteger callers = new AtomicInteger();
  private final Deque<InferenceSession> free = new ArrayDeque<>();
  private final Deque<Batch> freeBatches = new ArrayDeque<>();
  private final List<InferenceSession> opened = new ArrayList<>();
  private @Nullable InferenceSession joint;
  private boolean jointIsFree = true;
  private volatile boolean closed;

  SinglePictures(Inference what) {
    this.what = what;
    most = executor().sideBySide() ? what.compute().threads() : 1;
    permits = new Semaphore(most, true);
  }

  /**
   * Computes a picture, after those that came before.
   *
   * @throws IllegalStateException if this is closed
   * @throws CancellationException if the thread is interrupted
   */
  float[] run(float[] input) {
    callers(1); // also those that wait: a processor is needed for each of them
    try {
      acquire();
      try {
        return compute(input);
      } finally {
        permits.release();
      }
    } finally {
      callers(-1);
    }
  }

  private void acquire() {
    try {
      permits.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    }
  }

  /**
   * Computes some pictures, after what came before, on the calling thread beside others that do so.
   *
   * @param inputs a picture each
   * @param perCall how many are computed together where there are so many
   * @return the output of each
   * @throws IllegalStateException if this is closed
   * @throws CancellationException if the thread is interrupted
   */
  List<float[]> run(List<float[]> inputs, int perCall) {
    List<float[]> outputs = new ArrayList<>(inputs.size());
    callers(1);
    try {
      while (outputs.size() < inputs.size()) {
        List<float[]> left = inputs.subList(outputs.size(), inputs.size());
        acquire();
        try {
          // A session computes as much for a few as for all that it takes.
          if (2 * left.size() > perCall && perCall > 1) {
            outputs.addAll(together(left.subList(0, Math.min(perCall, left.size())), perCall));
          } else {
            outputs.add(compute(left.get(0)));
          }
        } finally {
          permits.release();
        }
      }
      return outputs;
    } finally {
      callers(-1);
    }
  }

  private List<float[]> together(List<float[]> inputs, int perCall) {
    Batch batch = takeBatch(perCall);
    try {
      return batch.run(inputs);
    } finally {
      giveBack(batch);
    }
  }

  /** Opens all sessions and runs each once, which touches its memory. */
  void warmUp(int perCall) {
    permits.acquireUninterruptibly(most);
    try {
      List<InferenceSession> sessions = openAll(perCall);
      ExecutorService threads = java.util.concurrent.Executors.newFixedThreadPool(most);
      try {
        CompletableFuture.allOf(
                sessions.stream()
                    .map(session -> CompletableFuture.runAsync(() -> runOnce(session), threads))
                    .toArray(CompletableFuture<?>[]::new))
            .join();
      } finally {
        threads.shutdown();
      }
    } finally {
      permits.release(most);
    }
  }

  private static void runOnce(InferenceSession session) {
    session.run(
        new float[session.batchSize() * session.inputSize()],
        session.batchSize(),
        new float[session.batchSize() * session.outputSize()]);
  }

  private synchronized List<InferenceSession> openAll(int perCall) {
    requireOpen();
    InferenceSession all = joint();
    all.run(new float[all.inputSize()], 1, new float[all.outputSize()]);
    int batches = perCall > 1 ? most : 0;
    while (most > 1 && free.size() < most) {
      free.push(opened(open(1)));
    }
    while (freeBatches.size() < batches) {
      freeBatches.push(new Batch(opened(open(perCall))));
    }
    return List.copyOf(opened);
  }

  private InferenceSession opened(InferenceSession session) {
    opened.add(session);
    return session;
  }

  private synchronized Batch takeBatch(int perCall) {
    requireOpen();
    Batch batch = freeBatches.poll();
    if (batch == null) {
      batch = new Batch(opened(open(perCall)));
    }
    return batch;
  }

  private synchronized void giveBack(Batch batch) {
    freeBatches.push(batch);
  }

  /** A session of several pictures with its input and output. */
  private static final class Batch {
    private final InferenceSession session;
    private final float[] input;
    private final float[] output;

    Batch(InferenceSession session) {
      this.session = session;
      input = new float[session.batchSize() * session.inputSize()];
      output = new float[session.batchSize() * session.outputSize()];
    }

    List<float[]> run(List<float[]> inputs) {
      int size = session.inputSize();
      for (int i = 0; i < inputs.size(); i++) {
        System.arraycopy(inputs.get(i), 0, input, i * size, size);
      }
      session.run(input, inputs.size(), output);
      List<float[]> outputs = new ArrayList<>(inputs.size());
      for (int i = 0; i < inputs.size(); i++) {
        int from = i * session.outputSize();
        outputs.add(Arrays.copyOfRange(output, from, from + session.outputSize()));
      }
      return outputs;
    }
  }

  private float[] compute(float[] input) {
    InferenceSession session = take();
    try {
      float[] output = new float[session.outputSize()];
      session.run(input, 1, output);
      return output;
    } finally {
      giveBack(session);
    }
  }

  /** Tells that so many threads more compute, be it here or elsewhere; negative for fewer. */
  void callers(int more) {
    callers.addAndGet(more);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the classifier is closed");
    }
  }

  private synchronized InferenceSession take() {
    requireOpen();
    if (jointIsFree && (callers.get() == 1 || most == 1)) {
      InferenceSession all = joint();
      jointIsFree = false;
      return all;
    }
    InferenceSession session = free.poll();
    if (session == null) {
      session = opened(open(1));
    }
    return session;
  }

  private synchronized void giveBack(InferenceSession session) {
    if (session == joint) {
      jointIsFree = true;
    } else {
      free.push(session);
    }
  }

  private InferenceSession joint() {
    if (joint == null) {
      joint = executor().inference(what, 1);
    }
    return joint;
  }

  /** On one thread where sessions work side by side. */
  private InferenceSession open(int batchSize) {
    return joint() instanceof Executor.Sharing shared
        ? shared.another(batchSize)
        : executor().inference(what, batchSize);
  }

  private Executor executor() {
    return what.compute().device().executor();
  }

  /** Waits for pictures that are being computed; who waits for a turn gets an exception. */
  @Override
  public void close() {
    closed = true;
    permits.acquireUninterruptibly(most);
    try {
      closeAll();
    } finally {
      permits.release(most);
    }
  }

  private synchronized void closeAll() {
    opened.forEach(InferenceSession::close);
    opened.clear();
    free.clear();
    freeBatches.clear();
    if (joint != null) {
      joint.close();
      joint = null;
    }
  }
}
