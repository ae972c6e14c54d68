package io.residua.server.internal.http;

import io.residua.internal.Text;
import io.residua.server.internal.Problem;
import io.residua.server.internal.RequestException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** Takes a request's body as it comes, without a thread that waits for it. */
final class BodyReader {
  private static final long PATIENCE_NANOS = 10_000_000_000L;
  private static final long SLOWEST_BYTES_PER_SECOND = 1024;

  private final Request request;
  private final Limits limits;
  private final HeldBytes held;
  private final long startNanos = System.nanoTime();
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private long mine;
  private boolean released;

  /**
   * @param held what this takes of it is given back by {@link #release}
   */
  BodyReader(Request request, Limits limits, HeldBytes held) {
    this.request = request;
    this.limits = limits;
    this.held = held;
  }

  /** Calls one of these, now or later. */
  void read(Consumer<byte[]> whenRead, Consumer<Throwable> whenNot) {
    try {
      while (true) {
        Content.Chunk chunk = request.read();
        if (chunk == null) {
          request.demand(() -> read(whenRead, whenNot));
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
    hold(more);
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

  /**
   * The body as it was before it was packed, which is held, too.
   *
   * @throws RequestException if it is too large, or not packed so
   */
  byte[] unpacked(byte[] bytes, @Nullable String encoding) {
    return encoding == null || Packing.isPlain(encoding)
        ? bytes
        : Packing.unpacked(bytes, encoding, limits.bodyBytes(), this::hold);
  }

  private synchronized void hold(int more) {
    if (released) {
      throw new RequestException(Problem.of(499, "the client has left"));
    }
    mine += more;
    held.add(more);
    held.requireRoom();
  }

  /** Nobody has the body any more. */
  synchronized void release() {
    released = true;
    held.add(-mine);
    mine = 0;
  }
}
