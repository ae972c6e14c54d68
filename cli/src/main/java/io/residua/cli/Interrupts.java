package io.residua.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C (and SIGTERM) that leaves nothing broken. The virtual machine runs shutdown hooks and ends
 * with 128 + the signal's number; the hook made here first asks the command to stop, interrupts its
 * thread, and gives it time to unwind: {@code finally} blocks delete temporary files and sessions
 * are closed. Long work stops at its next {@link #checkpoint}, which every progress report is.
 */
final class Interrupts {
  /** Exit code of a command stopped by Ctrl-C, as shells count it. */
  static final int EXIT_CODE = 130;

  /** A training finishes its step and saves a checkpoint. */
  private static final long USUAL_PATIENCE_SECONDS = 60;

  private final Thread worker;
  private final CountDownLatch finished = new CountDownLatch(1);
  private volatile boolean requested;
  private volatile long patienceSeconds = USUAL_PATIENCE_SECONDS;

  /**
   * @param worker the thread that runs the command
   */
  Interrupts(Thread worker) {
    this.worker = worker;
  }

  /**
   * Makes Ctrl-C ask this instance.
   *
   * @param notice called when the user has asked, to say that it was heard
   */
  void install(Runnable notice) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (finished.getCount() > 0) {
                    notice.run();
                    request();
                    awaitFinish();
                  }
                },
                "interrupts"));
  }

  /** Asks the command to stop at the next safe point. */
  void request() {
    requested = true;
    worker.interrupt();
  }

  /** Lets the command take so much longer than usual to end. */
  void allow(long moreSeconds) {
    patienceSeconds = USUAL_PATIENCE_SECONDS + moreSeconds;
  }

  /** Whether the user has asked to stop. */
  boolean requested() {
    return requested;
  }

  /**
   * A place where work may stop.
   *
   * @throws Cancelled if the user has asked to
   */
  void checkpoint() {
    if (requested) {
      throw new Cancelled();
    }
  }

  /** Tells that the command has ended and cleaned up, so that nothing waits for it. */
  void finish() {
    finished.countDown();
  }

  private void awaitFinish() {
    try {
      if (!finished.await(patienceSeconds, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
