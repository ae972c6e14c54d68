package io.residua.engine.onednn;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/**
 * How much of its processor a thread of a {@link Crew} gets while it works, and so whether other
 * work takes processors from the crew. Where it does, one more thread than there are processors
 * gets a larger part of them; it is looked again now and then, without that thread, which on a
 * quiet machine is only in the way.
 */
final class ProcessorShare {
  /** What a thread gets of a processor for itself, with room for interrupts and the like. */
  private static final double QUIET = 0.9;

  /** Work that is looked at as one. */
  static final long WINDOW_NANOS = 500_000_000;

  /** Windows that the other thread works in before it is looked again. */
  private static final int CROWDED_WINDOWS = 8;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final boolean KNOWN = THREADS.isCurrentThreadCpuTimeSupported();

  private long workedNanos;
  private long processorNanos;
  private int crowdedWindows;

  /** Processor time of the calling thread; 0 where the system does not tell. */
  static long processorNanos() {
    return KNOWN ? THREADS.getCurrentThreadCpuTime() : 0;
  }

  /** Whether other work takes processors from the crew. */
  synchronized boolean crowded() {
    return crowdedWindows > 0;
  }

  /**
   * Tells of some work of one thread.
   *
   * @param worked how long it took
   * @param processor processor time meanwhile
   */
  synchronized void add(long worked, long processor) {
    workedNanos += worked;
    processorNanos += processor;
    if (workedNanos < WINDOW_NANOS) {
      return;
    }
    if (crowdedWindows > 0) {
      crowdedWindows--;
    } else if (KNOWN && processorNanos < QUIET * workedNanos) {
      crowdedWindows = CROWDED_WINDOWS;
    }
    workedNanos = 0;
    processorNanos = 0;
  }
}
