package io.residua.server.internal.http;

import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;

/**
 * The rest of a body that nobody wants. A connection that is closed while its client still sends is
 * reset, and with it goes the answer that says why; so what comes is let go of for a while.
 */
final class Rest {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long MOST_BYTES = 256L << 20;

  private final Request request;
  private final Callback callback;
  private final long startNanos = System.nanoTime();
  private long bytes;

  private Rest(Request request, Callback callback) {
    this.request = request;
    this.callback = callback;
  }

  /** Lets go of it once the answer is written, then ends the exchange. */
  static Callback before(Callback callback, Request request) {
    return Callback.from(() -> new Rest(request, callback).drop(), callback::failed);
  }

  private void drop() {
    try {
      while (bytes < MOST_BYTES && System.nanoTime() - startNanos < PATIENCE_NANOS) {
        Content.Chunk chunk = request.read();
        if (chunk == null) {
          request.demand(this::drop);
          return;
        }
        bytes += chunk.remaining();
        chunk.release();
        if (chunk.isLast() || Content.Chunk.isFailure(chunk)) {
          break;
        }
      }
      callback.succeeded();
    } catch (RuntimeException | Error e) {
      callback.failed(e);
    }
  }
}
