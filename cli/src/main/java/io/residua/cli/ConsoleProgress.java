package io.residua.cli;

import io.residua.Progress;
import io.residua.internal.Printable;
import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Progress on stderr: on a terminal a bar for the task begun last, redrawn at most ten times a
 * second; elsewhere a line after two seconds and then at most one every ten. A task that took a
 * second or more leaves a line when it ends. Quiet, only warnings are printed. Every report is also
 * a safe point where Ctrl-C may stop the work by a {@link Cancelled}.
 */
final class ConsoleProgress implements Progress {
  private static final long REDRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long FIRST_LINE_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** A task that took less leaves no line behind, unless it was stopped. */
  private static final long WORTH_A_LINE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Carriage return, erase to the end of the line. */
  private static final String ERASE = "\r\u001b[K";

  /** A bar wider than a window made smaller is cut, not wrapped. */
  private static final String NO_WRAP = "\u001b[?7l";

  private static final String WRAP = "\u001b[?7h";

  private final PrintStream err;
  private final Terminal terminal;
  private final boolean colour;
  private final boolean quiet;
  private final LongSupplier nanoClock;
  private final Runnable safePoint;
  private final Deque<Running> tasks = new ArrayDeque<>();
  private boolean drawn;

  /**
   * @param safePoint called before every report; may throw to stop the work
   */
  ConsoleProgress(
      PrintStream err,
      Terminal terminal,
      boolean colour,
      boolean quiet,
      LongSupplier nanoClock,
      Runnable safePoint) {
    this.err = err;
    this.terminal = terminal;
    this.colour = colour;
    this.quiet = quiet;
    this.nanoClock = nanoClock;
    this.safePoint = safePoint;
  }

  @Override
  public Task start(String label, long total, String unit) {
    safePoint.run();
    synchronized (this) {
      Running task = new Running(label, total, unit, nanoClock.getAsLong());
      tasks.push(task);
      if (!quiet && terminal.err()) {
        draw(task);
      }
      return task;
    }
  }

  @Override
  public synchronized void line(String text) {
    if (!quiet) {
      println(Printable.line(text));
    }
  }

  @Override
  public synchronized void warn(String text) {
    println((colour ? "\u001b[33mwarning:\u001b[0m " : "warning: ") + Printable.line(text));
  }

  /** Erases the bar, for output that goes to the same terminal by another way. */
  synchronized void erase() {
    if (drawn) {
      err.print(ERASE);
      err.flush();
      drawn = false;
    }
  }

  private void println(String text) {
    boolean redraw = drawn;
    erase();
    err.println(text);
    Running current = tasks.peek();
    if (redraw && current != null) {
      draw(current);
    }
    err.flush();
  }

  private void draw(Running task) {
    task.shownNanos = nanoClock.getAsLong();
    err.print("\r" + NO_WRAP + task.text().bar(terminal.columns()) + "\u001b[K" + WRAP);
    err.flush();
    drawn = true;
  }

  private final class Running implements Task {
    private final String label;
    private final long total;
    private final String unit;
    private final long startNanos;
    private long shownNanos;
    private boolean hasLine;
    private long done;
    private String note = "";
    private boolean closed;

    Running(String label, long total, String unit, long startNanos) {
      this.label = Printable.line(label);
      this.total = total;
      this.unit = unit;
      this.startNanos = startNanos;
      this.shownNanos = startNanos;
    }

    ProgressText text() {
      return new ProgressText(
          label, unit, done, total, nanoClock.getAsLong() - startNanos, Printable.line(note));
    }

    @Override
    public void advance(long by, String newNote) {
      safePoint.run();
      synchronized (ConsoleProgress.this) {
        done += by;
        note = newNote;
        if (closed || quiet || tasks.peek() != this) {
          return;
        }
        long sinceShown = nanoClock.getAsLong() - shownNanos;
        if (terminal.err() && sinceShown >= REDRAW_NANOS) {
          draw(this);
        } else if (!terminal.err() && sinceShown >= (hasLine ? LINE_NANOS : FIRST_LINE_NANOS)) {
          shownNanos = nanoClock.getAsLong();
          hasLine = true;
          err.println(text().middle());
        }
      }
    }

    @Override
    public void close() {
      synchronized (ConsoleProgress.this) {
        if (closed) {
          return;
        }
        closed = true;
        tasks.remove(this);
        if (quiet) {
          return;
        }
        erase();
        boolean stopped = !terminal.err() && done < total;
        if (stopped || nanoClock.getAsLong() - startNanos >= WORTH_A_LINE_NANOS) {
          err.println(text().end());
        }
        Running below = tasks.peek();
        if (terminal.err() && below != null) {
          draw(below);
        }
        err.flush();
      }
    }
  }
}
