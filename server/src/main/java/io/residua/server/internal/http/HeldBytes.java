package io.residua.server.internal.http;

import io.residua.server.internal.Problem;
import io.residua.server.internal.RequestException;
import java.util.concurrent.atomic.AtomicLong;

/** What the bodies of all requests take that are there, over HTTP and over gRPC. */
public final class HeldBytes {
  private final long most;
  private final AtomicLong now = new AtomicLong();

  HeldBytes(long most) {
    this.most = most;
  }

  /** More is held, or less where this is negative. */
  public void add(long bytes) {
    now.addAndGet(bytes);
  }

  /**
   * Refuses what there is no memory for.
   *
   * @throws RequestException if too much is held
   */
  public void requireRoom() {
    if (now.get() > most) {
      throw new RequestException(
          Problem.busy("too much is being sent to this server at the moment", 1));
    }
  }
}
