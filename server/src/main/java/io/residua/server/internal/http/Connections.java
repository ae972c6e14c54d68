package io.residua.server.internal.http;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;

/**
 * The connections that are open. Those beyond the limit are told so; those that take too long over
 * the headers of a request are ended, which an idle timeout does not do while a byte comes now and
 * then.
 */
final class Connections implements Connection.Listener {
  private final int most;
  private final long patienceNanos;
  private final Map<Connection, State> open = new ConcurrentHashMap<>();

  /** Guarded by itself. */
  private static final class State {
    final boolean beyond;
    int handling;
    long bytesBefore;
    long headSinceNanos;

    State(boolean beyond) {
      this.beyond = beyond;
    }
  }

  /**
   * @param most that are answered
   * @param patience for the headers of a request
   */
  Connections(int most, Duration patience) {
    this.most = most;
    this.patienceNanos = patience.toNanos();
  }

  @Override
  public void onOpened(Connection connection) {
    if (connection instanceof ConnectionMetaData) { // not of what encrypts it
      open.put(connection, new State(open.size() >= most));
    }
  }

  @Override
  public void onClosed(Connection connection) {
    open.remove(connection);
  }

  /** Whether the request came on a connection beyond the limit. */
  boolean isBeyond(Request request) {
    State state = open.get(request.getConnectionMetaData().getConnection());
    return state != null && state.beyond;
  }

  /** The headers of a request are there. */
  void began(Request request) {
    State state = open.get(request.getConnectionMetaData().getConnection());
    if (state != null) {
      synchronized (state) {
        state.handling++;
        state.headSinceNanos = 0;
      }
    }
  }

  /** The request has ended. */
  void ended(Request request) {
    Connection connection = request.getConnectionMetaData().getConnection();
    State state = open.get(connection);
    if (state != null) {
      synchronized (state) {
        state.handling--;
        state.bytesBefore = connection.getBytesIn();
      }
    }
  }

  /** Ends those that take too long. */
  void sweep() {
    long now = System.nanoTime();
    open.forEach(
        (connection, state) -> {
          if (isTooSlow(connection, state, now)) {
            connection.getEndPoint().close();
          }
        });
  }

  private boolean isTooSlow(Connection connection, State state, long now) {
    synchronized (state) {
      if (state.handling > 0 || connection.getBytesIn() == state.bytesBefore) {
        return false;
      }
      if (state.headSinceNanos == 0) {
        state.headSinceNanos = now;
      }
      return now - state.headSinceNanos > patienceNanos;
    }
  }
}
