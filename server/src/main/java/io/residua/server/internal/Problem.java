package io.residua.server.internal;

import io.residua.ResiduaException;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * Why a request gets no answer, in one line that may leave the process.
 *
 * @param status of HTTP
 * @param retryAfterSeconds when it may be tried again; 0 for nothing said
 */
public record Problem(int status, String detail, int retryAfterSeconds) {
  public static Problem of(int status, String detail) {
    return new Problem(status, detail, 0);
  }

  /**
   * Why something thrown kept a request from its answer.
   *
   * @param faults takes what is a fault of ours, of which its sender is told no more than that
   */
  public static Problem of(Throwable thrown, Consumer<Throwable> faults) {
    Throwable cause = thrown.getCause();
    Throwable reason = thrown instanceof CompletionException && cause != null ? cause : thrown;
    if (reason instanceof RequestException e) {
      return e.problem();
    } else if (reason instanceof ResiduaException e) {
      return of(422, String.valueOf(e.getMessage()));
    }
    faults.accept(reason);
    return of(500, "an internal error; the server's log has more");
  }

  /** Too much is asked at the moment. */
  public static Problem busy(String detail, int retryAfterSeconds) {
    return new Problem(503, detail, Math.max(1, retryAfterSeconds));
  }
}
