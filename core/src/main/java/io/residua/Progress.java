package io.residua;

import io.residua.internal.Warnings;

/**
 * Where long work reports how far it is. The command line draws a bar or prints plain lines; a
 * library user may pass {@link #NONE} or an implementation of their own. Implementations must be
 * safe to call from several threads.
 *
 * <p>Long work is cancelled by interrupting the thread that called it, or by an exception that
 * {@link Task#advance} throws.
 */
public interface Progress {
  /** Reports nothing; what the library warns of is in the log ({@link Warnings}) all the same. */
  Progress NONE =
      new Progress() {
        @Override
        public Task start(String label, long total, String unit) {
          return new Task() {
            @Override
            public void advance(long by, String note) {}

            @Override
            public void close() {}
          };
        }

        @Override
        public void line(String text) {}

        @Override
        public void warn(String text) {}
      };

  /**
   * Begins a task.
   *
   * @param label what is being done, for instance {@code "features"}
   * @param total how many units there are, or 0 where that is not known
   * @param unit the plural of what is counted, for instance {@code "images"} or {@code "bytes"}
   */
  Task start(String label, long total, String unit);

  /** One line worth keeping, for instance the result of an epoch. */
  void line(String text);

  /**
   * One line the user should not miss, for instance a picture that was left out. The library's own
   * code warns through {@link Warnings}.
   */
  void warn(String text);

  /** A task under way; closing it ends it, whether it is complete or not. */
  interface Task extends AutoCloseable {
    /**
     * Counts units as done.
     *
     * @param by how many more units are done
     * @param note shown beside the bar until the next call, for instance {@code "loss 0.31"}; empty
     *     for none
     * @throws java.util.concurrent.CancellationException to end the work: it stops at once, and its
     *     caller gets the exception
     */
    void advance(long by, String note);

    default void advance(long by) {
      advance(by, "");
    }

    @Override
    void close();
  }
}
