package io.residua.server.internal.http;

import io.residua.server.internal.Problem;
import io.residua.server.internal.RequestException;
import io.residua.server.internal.serving.Dispatcher;
import io.residua.server.internal.serving.Models;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** What every request meets first: who may ask, which route, how much may be sent. */
public final class Front extends Handler.Abstract {
  private final Router router;
  private final Models models;
  private final Dispatcher dispatcher;
  private final Limits limits;
  private final ApiKeys keys;
  private final Meters meters;
  private final AccessLog log;
  private final Connections connections;
  private final Consumer<Throwable> faults;
  private final HeldBytes heldBytes;
  private final AtomicInteger open = new AtomicInteger();
  private volatile boolean closing;

  /**
   * @param log takes a line of JSON for every request that has ended
   * @param faults takes what is a fault of ours or of the machine's, which no client is told of
   */
  public Front(
      Router router,
      Models models,
      Dispatcher dispatcher,
      Limits limits,
      ApiKeys keys,
      Meters meters,
      Consumer<String> log,
      Consumer<Throwable> faults) {
    this.router = router;
    this.models = models;
    this.dispatcher = dispatcher;
    this.limits = limits;
    this.heldBytes = new HeldBytes(limits.heldBytes());
    this.keys = keys;
    this.meters = meters;
    this.log = new AccessLog(log);
    this.connections = new Connections(limits.connections(), limits.idle());
    this.faults = faults;
  }

  Models models() {
    return models;
  }

  Dispatcher dispatcher() {
    return dispatcher;
  }

  Limits limits() {
    return limits;
  }

  Connections connections() {
    return connections;
  }

  void fault(Throwable fault) {
    faults.accept(fault);
  }

  public HeldBytes heldBytes() {
    return heldBytes;
  }

  /** Connections end with the next answer. */
  public void beginClosing() {
    closing = true;
  }

  boolean isClosing() {
    return closing;
  }

  /** Requests that have begun and not ended. */
  public int open() {
    return open.get();
  }

  /** Headers that every answer has. */
  void headers(HttpFields.Mutable headers) {
    headers.put("X-Content-Type-Options", "nosniff");
    headers.put("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
    headers.put("Referrer-Policy", "no-referrer");
    headers.put(HttpHeader.CACHE_CONTROL, "no-store");
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    open.incrementAndGet();
    connections.began(request);
    Exchange exchange = new Exchange(this, request, response, callback);
    Request.addCompletionListener(
        request,
        failure -> {
          exchange.completed();
          connections.ended(request);
          open.decrementAndGet();
          ended(exchange.ended(System.nanoTime()));
        });
    exchange.answered(() -> begin(exchange));
    return true;
  }

  /** Counts a request that has ended, and writes of it. */
  public void ended(Ended request) {
    meters.ended(request);
    log.ended(request);
  }

  private void begin(Exchange exchange) {
    Request request = exchange.request();
    String path = request.getHttpURI().getPath();
    Router.Found found = router.find(path == null ? "" : path);
    Optional<Router.Match> match = found.of(request.getMethod());
    found.matches().stream().findFirst().ifPresent(exchange::matched);
    match.ifPresent(exchange::matched);
    if (connections.isBeyond(request)) {
      throw new RequestException(
          new Problem(429, "too many connections to this server are open", 1));
    }
    requireOwnOrigin(request);
    if (match.isEmpty() || !match.get().route().open()) {
      keys.require(request.getHeaders());
    }
    if (found.matches().isEmpty()) {
      throw new RequestException(404, "there is nothing at this path");
    } else if (match.isEmpty()) {
      exchange.reply(notAllowed(exchange, found.allowed()));
      return;
    }
    Route route = match.get().route();
    if (route.takesBody()) {
      readBody(exchange, route);
    } else {
      route.answering().answer(exchange);
    }
  }

  private static Reply notAllowed(Exchange exchange, String allowed) {
    Reply reply = exchange.errors().reply(Problem.of(405, "allowed here: " + allowed));
    return new Reply(reply.status(), reply.contentType(), reply.body(), Map.of("Allow", allowed));
  }

  /** A page of another site, which a browser shows, must not ask in its reader's name. */
  private static void requireOwnOrigin(Request request) {
    String origin = request.getHeaders().get(HttpHeader.ORIGIN);
    String host = request.getHeaders().get(HttpHeader.HOST);
    if (origin != null && !origin.replaceFirst("^https?://", "").equals(host)) {
      throw new RequestException(403, "pages of other sites may not ask this server");
    }
  }

  private void readBody(Exchange exchange, Route route) {
    Request request = exchange.request();
    HttpFields headers = request.getHeaders();
    String encoding = headers.get(HttpHeader.CONTENT_ENCODING);
    Packing.requireKnown(encoding);
    if (headers.getLongField(HttpHeader.CONTENT_LENGTH) > limits.bodyBytes()) {
      throw BodyReader.tooLarge(limits);
    }
    heldBytes.requireRoom();
    BodyReader reader = new BodyReader(request, limits, heldBytes);
    Request.addCompletionListener(request, failure -> reader.release());
    reader.read(
        bytes ->
            exchange.answered(
                () -> {
                  exchange.body(reader.unpacked(bytes, encoding));
                  route.answering().answer(exchange);
                }),
        exchange::fail);
  }
}
