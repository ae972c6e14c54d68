package io.residua.server.internal;

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

  /** A fault of ours, which its sender is not told. */
  public static Problem internal() {
    return of(500, "an internal error; the server's log has more");
  }

  /** Too much is asked at the moment. */
  public static Problem busy(String detail, int retryAfterSeconds) {
    return new Problem(503, detail, Math.max(1, retryAfterSeconds));
  }
}
