package io.residua.internal;

import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Calls that the system may keep waiting for ever and no interrupt ends, such as opening a pipe: a
 * thread of its own makes them, and whoever waits for it can be interrupted.
 */
public final class Interruptible {
  private Interruptible() {}

  /** A call that may fail. */
  @FunctionalInterface
  public interface Call<T> {
    T call() throws IOException;
  }

  /**
   * Makes a call and waits for it.
   *
   * @throws IOException if the call throws it
   * @throws CancellationException if this thread is interrupted; the other one goes on waiting, and
   *     ends with the program
   */
  public static <T> T call(Call<T> call) throws IOException {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(call.call());
              } catch (IOException | RuntimeException e) {
                result.completeExceptionally(e);
              }
            },
            "residua-waiting");
    thread.setDaemon(true);
    thread.start();
    try {
      return result.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException thrown) {
        throw thrown;
      }
      throw e.getCause() instanceof IOException thrown ? thrown : new IOException(e.getCause());
    }
  }
}
