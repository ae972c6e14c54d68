package io.residua.server.internal.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;

/**
 * Whether the sender of a request still waits for its answer. HTTP/1.1 tells nothing of that while
 * nobody reads, so this reads from the connection, once the request's body has been read and until
 * its answer is sent. Used under one lock.
 */
final class Client {
  private final Request request;
  private boolean asks = true;
  private boolean gone;

  Client(Request request) {
    this.request = request;
    request.addFailureListener(failure -> gone = true);
  }

  /** From now on the connection is its owner's alone. */
  void answered() {
    asks = false;
  }

  boolean isGone() {
    if (gone || !asks) {
      return gone;
    }
    Connection connection = request.getConnectionMetaData().getConnection();
    EndPoint endPoint = connection.getEndPoint();
    ByteBuffer next = BufferUtil.allocate(1);
    try {
      int read = endPoint.fill(next);
      gone = read < 0;
      if (read > 0) { // of the next request, which did not wait for this one's answer
        asks = false;
        ((Connection.UpgradeTo) connection).onUpgradeTo(next);
      }
    } catch (IOException e) {
      gone = true;
    }
    return gone;
  }
}
