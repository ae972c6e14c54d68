package io.residua.internal;

/** Threads of our own. */
public final class Threads {
  private Threads() {}

  /**
   * Waits until all have ended, however often this thread is interrupted.
   *
   * @param whenInterrupted is run at each interrupt
   * @return whether there was one, which this thread is no longer told of
   */
  public static boolean join(Iterable<Thread> threads, Runnable whenInterrupted) {
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
          whenInterrupted.run();
        }
      }
    }
    return interrupted;
  }
}
