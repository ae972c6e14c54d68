package io.residua.server.internal.v2;

import io.residua.ResiduaException;
import org.jspecify.annotations.Nullable;

/** A request that is not answered; the message, one line, goes to its client. */
public final class ProtocolException extends ResiduaException {
  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * @param status of HTTP, 400 to 599
   */
  public ProtocolException(int status, String message) {
    this(status, message, null);
  }

  public ProtocolException(int status, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.status = status;
  }

  static ProtocolException badRequest(String message) {
    return new ProtocolException(400, message);
  }

  /** The status of HTTP that its client gets. */
  public int status() {
    return status;
  }
}
