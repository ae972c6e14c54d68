package io.residua.server.internal.http;

import io.residua.internal.Text;
import io.residua.server.internal.Problem;
import io.residua.server.internal.RequestException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/** Takes a request's body as it comes, without a thread that waits for it. */
final class BodyReader {
  private static final long PATIENCE_NANOS = 10_000_000_000L;
  private static final long SLOWEST_BYTES_PER_SECOND = 1024;

  private final Request request;
  private final Limits limits;
  private final AtomicLong held;
  private final Consumer<byte[]> whenRead;
  private final Consumer<Throwable> whenNot;
  private final long startNanos = System.nanoTime();
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private long mine;

  /**
   * @param held bytes of all bodies that are there; what this takes is given back by {@link
   *     #release}
   */
  BodyReader(
      Request request,
      Limits limits,
      AtomicLong held,
      Consumer<byte[]> whenRead,
      Consumer<Throwable> whenNot) {
    this.request = request;
    this.limits = limits;
    this.held = held;
    this.whenRead = whenRead;
    this.whenNot = whenNot;
  }

  void read() {
    try {
      while (true) {
        Content.Chunk chunk = request.read();
        if (chunk == null) {
          request.demand(this::read);
          return;
        } else if (Content.Chunk.isFailure(chunk)) {
          whenNot.accept(unreadable(chunk.getFailure()));
          return;
        }
        boolean last = chunk.isLast();
        try {
          take(chunk.getByteBuffer());
        } finally {
          chunk.release();
        }
        if (last) {
          whenRead.accept(body.toByteArray());
          return;
        }
        requirePace();
      }
    } catch (RuntimeException | Error e) {
      whenNot.accept(e);
    }
  }

  private void take(ByteBuffer bytes) {
    int more = bytes.remaining();
    if (body.size() + (long) more > limits.bodyBytes()) {
      throw tooLarge(limits);
    }
    mine += more;
    if (held.addAndGet(more) > limits.heldBytes()) {
      throw new RequestException(
          Problem.busy("too much is being sent to this server at the moment", 1));
    }
    byte[] copy = new byte[more];
    bytes.get(copy);
    body.writeBytes(copy);
  }

  private void requirePace() {
    long elapsed = System.nanoTime() - startNanos;
    if (elapsed > PATIENCE_NANOS
        && body.size() < SLOWEST_BYTES_PER_SECOND * (elapsed / 1_000_000_000L)) {
      throw new RequestException(408, "the body is sent too slowly");
    }
  }

  static RequestException tooLarge(Limits limits) {
    return new RequestException(
        413, Text.of("the body is larger than %,d bytes", limits.bodyBytes()));
  }

  private static Throwable unreadable(Throwable failure) {
    return failure instanceof TimeoutException
        ? new RequestException(408, "the body is sent too slowly")
        : new RequestException(400, "the body ends before its length, or is not framed as HTTP");
  }

  /** Nobody has the body any more. */
  void release() {
    held.addAndGet(-mine);
  }
}
