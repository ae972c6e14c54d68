package io.residua.engine.onednn;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * Calls into code that fails when its thread is interrupted, or forgets that it was: what loads
 * native libraries does (JavaCPP locks files, JNA asks other programs).
 */
final class Uninterrupted {
  private Uninterrupted() {}

  /**
   * Makes a call on a thread of its own and waits for it to end, whatever comes; a caller that was
   * or is interrupted still is afterwards. The call must not need a class that the caller is
   * initialising.
   */
  static <T> T call(Supplier<T> call) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(call.get());
              } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
              }
            },
            "residua-natives");
    thread.setDaemon(true);
    thread.start();
    try {
      return result.join(); // which no interrupt ends, and which keeps it
    } catch (CompletionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e.getCause() instanceof RuntimeException exception ? exception : e;
    }
  }
}
