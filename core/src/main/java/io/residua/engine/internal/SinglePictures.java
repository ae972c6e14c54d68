package io.residua.engine.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Single pictures for callers in many threads: a session for each that computes, no more than there
 * are threads, over packed weights that they share. A caller who is alone gets a session on all
 * threads. Sessions are made when they are first needed.
 */
final class SinglePictures implements AutoCloseable {
  private final Inference what;
  private final int most;
  private final Semaphore permits;
  private final AtomicInteger callers = new AtomicInteger();
  private final Deque<InferenceSession> free = new ArrayDeque<>();
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

  private synchronized InferenceSession take() {
    if (closed) {
      throw new IllegalStateException("the runner is closed");
    }
    if (jointIsFree && (callers.get() == 1 || most == 1)) {
      InferenceSession all = joint();
      jointIsFree = false;
      return all;
    }
    InferenceSession session = free.poll();
    if (session == null) {
      session = open();
      opened.add(session);
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

  /** On one thread. */
  private InferenceSession open() {
    return joint() instanceof Executor.Sharing shared
        ? shared.another()
        : executor().inference(what, 1);
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
    if (joint != null) {
      joint.close();
      joint = null;
    }
  }
}
