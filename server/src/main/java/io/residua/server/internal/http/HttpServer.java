package io.residua.server.internal.http;

import io.residua.ResiduaException;
import io.residua.internal.Text;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/** Jetty, set up for few and short requests with large bodies. */
public final class HttpServer {
  private static final int THREADS = 64;

  /** Of those beyond the limit, so many are told; others wait to be accepted. */
  private static final int SPARE_CONNECTIONS = 64;

  private final Front front;
  private final Server server;
  private final ServerConnector connector;
  private volatile int port = -1;

  /**
   * @param host name or address of the interface that is listened at
   * @param port 0 for any that is free
   * @param tls null for plain HTTP
   */
  public HttpServer(Front front, Limits limits, String host, int port, @Nullable Tls tls) {
    this.front = front;
    QueuedThreadPool threads = new QueuedThreadPool(THREADS);
    threads.setName("residua-http");
    threads.setDaemon(true);
    server = new Server(threads);
    server.setErrorHandler(new Errors());
    server.setHandler(front);
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    configuration.setSendDateHeader(true);
    configuration.setRequestHeaderSize(limits.headerBytes());
    configuration.setUriCompliance(UriCompliance.DEFAULT);
    configuration.setIdleTimeout(limits.idle().toMillis());
    HttpConnectionFactory factory = new HttpConnectionFactory(configuration);
    connector =
        tls == null
            ? new ServerConnector(server, 1, -1, factory)
            : new ServerConnector(
                server,
                1,
                -1,
                new SslConnectionFactory(tls.factory(), factory.getProtocol()),
                factory);
    connector.addBean(front.connections());
    connector.addBean(
        new NetworkConnectionLimit(limits.connections() + SPARE_CONNECTIONS, connector));
    connector.setHost(host);
    connector.setPort(port);
    connector.setIdleTimeout(limits.idle().toMillis());
    server.addConnector(connector);
  }

  /**
   * Takes the address.
   *
   * @throws ResiduaException with one line, if it can't
   */
  public void start() {
    try {
      connector.open();
      port = connector.getLocalPort();
    } catch (IOException e) {
      throw ResiduaException.about(
          "port",
          new ResiduaException(
              Text.of(
                  "cannot listen at %s port %d: %s; give another port, or 0 for any that is free",
                  connector.getHost(), connector.getPort(), String.valueOf(e.getMessage())),
              e));
    }
    try {
      server.start();
      sweep();
    } catch (Exception e) {
      stop();
      throw new ResiduaException("the server does not start: " + e.getMessage(), e);
    }
  }

  private void sweep() {
    front.connections().sweep();
    if (connector.isRunning()) {
      connector.getScheduler().schedule(this::sweep, 1, TimeUnit.SECONDS);
    }
  }

  /** The port that is listened at, also once this has stopped; -1 before it starts. */
  public int port() {
    return port;
  }

  /**
   * Accepts nothing new, answers what has been accepted, and ends.
   *
   * @param mostSeconds that requests may still take
   */
  public void stop(long mostSeconds) {
    front.beginClosing();
    try {
      connector.shutdown().get(1, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      // connections that say nothing are ended below
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(mostSeconds);
    while (front.open() > 0
        && System.nanoTime() - end < 0
        && !Thread.currentThread().isInterrupted()) {
      try {
        TimeUnit.MILLISECONDS.sleep(5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    stop();
  }

  private void stop() {
    try {
      server.stop();
    } catch (Exception e) {
      front.fault(e);
    }
  }
}
