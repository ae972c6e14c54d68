package io.residua.server.internal.http;

import io.residua.server.internal.Problem;
import io.residua.server.internal.RequestException;
import io.residua.server.internal.serving.Inference;
import io.residua.server.internal.serving.Outcome;
import io.residua.server.internal.serving.Picture;
import io.residua.server.internal.serving.ServedModel;
import io.residua.server.internal.serving.Timing;
import io.residua.server.internal.serving.Wanted;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/** A request, once its body is there, and its answer. */
public final class Exchange {
  private static final byte[] NO_BODY = {};

  private final Front front;
  private final Request request;
  private final Response response;
  private final Callback callback;
  private final long startNanos = System.nanoTime();
  private final Client client;
  private final List<ServedModel> held = new ArrayList<>();
  private @Nullable Route route;
  private Map<String, String> variables = Map.of();
  private byte[] body = NO_BODY;
  private boolean replied;
  private long deadlineNanos;
  private int status;
  private long receivedBytes;
  private long sentBytes;
  private int pictures;
  private @Nullable ServedModel model;
  private @Nullable Timing timing;
  private String problem = "";

  Exchange(Front front, Request request, Response response, Callback callback) {
    this.front = front;
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.client = new Client(request);
    this.deadlineNanos = startNanos + front.limits().timeout().toNanos();
  }

  Request request() {
    return request;
  }

  void matched(Router.Match match) {
    route = match.route();
    variables = match.variables();
  }

  @Nullable Route route() {
    return route;
  }

  void body(byte[] bytes) {
    body = bytes;
    receivedBytes = bytes.length;
  }

  /** What was sent, unpacked. */
  public byte[] body() {
    return body;
  }

  /** What stands in the path in the place of a variable. */
  public String variable(String name) {
    return variables.getOrDefault(name, "");
  }

  /** Whether the path has that variable. */
  public boolean hasVariable(String name) {
    return variables.containsKey(name);
  }

  /** A header's value; null where it is not sent. */
  public @Nullable String header(String name) {
    return request.getHeaders().get(name);
  }

  /**
   * What was sent behind the path's question mark.
   *
   * @throws RequestException if that is not encoded as it must be
   */
  public Fields query() {
    try {
      return Request.extractQueryParameters(request);
    } catch (RuntimeException e) {
      throw new RequestException(400, "the query is not encoded as UTF-8 in percent signs");
    }
  }

  /** The answer is wanted sooner than the server's own limit, counted from when it came. */
  public void within(long micros) {
    long wanted = startNanos + TimeUnit.MICROSECONDS.toNanos(Math.max(0, micros));
    if (micros < front.limits().timeout().toNanos() / 1000) {
      deadlineNanos = wanted;
    }
  }

  /**
   * A model, held until the answer is sent.
   *
   * @param version null for the newest
   * @throws RequestException if there is none, or it is not ready
   */
  public ServedModel model(String name, @Nullable String version) {
    ServedModel found = front.models().acquire(name, version);
    synchronized (this) {
      held.add(found);
      model = found;
    }
    return found;
  }

  /**
   * Has pictures answered, then replies.
   *
   * @param ofModel held by this exchange
   * @param reply is called by a thread of the server's
   * @throws RequestException if there is no room
   */
  public void infer(
      ServedModel ofModel,
      List<Picture> asked,
      Wanted wanted,
      Function<List<Outcome>, Reply> reply) {
    pictures = asked.size();
    request.addIdleTimeoutListener(timeout -> hasReplied()); // else it is ours to answer
    Inference inference = new Inference(asked, wanted, deadlineNanos, this::isGone);
    Scheduler.Task late =
        request
            .getComponents()
            .getScheduler()
            .schedule(inference::expire, inference.nanosUntilLate(), TimeUnit.NANOSECONDS);
    inference
        .answer()
        .whenCompleteAsync(
            (outcomes, failure) -> {
              late.cancel();
              timing = inference.timing();
              if (failure != null) {
                fail(failure);
              } else {
                answered(() -> reply(reply.apply(outcomes)));
              }
            },
            request.getComponents().getExecutor());
    front.dispatcher().answer(ofModel, inference);
  }

  /** Does what ends in a reply. */
  void answered(Runnable answering) {
    try {
      answering.run();
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  /** Says that there is no answer, and no more than may leave the process. */
  public void fail(Throwable thrown) {
    refuse(Problem.of(thrown, front::fault));
  }

  void refuse(Problem why) {
    problem = why.detail();
    reply(errors().reply(why));
  }

  /** How it is said here that there is no answer. */
  ErrorStyle errors() {
    return route == null ? ErrorStyle.of(request) : route.errors();
  }

  /** Sends the answer. A second one is not sent. */
  public void reply(Reply reply) {
    synchronized (client) {
      if (replied) {
        return;
      }
      replied = true;
      client.answered();
    }
    status = reply.status();
    byte[] content = Packing.packed(reply, request, response);
    response.setStatus(reply.status());
    HttpFields.Mutable headers = response.getHeaders();
    front.headers(headers);
    headers.put(HttpHeader.CONTENT_TYPE, reply.contentType());
    headers.put(HttpHeader.CONTENT_LENGTH, content.length);
    reply.headers().forEach(headers::put);
    if (!request.consumeAvailable() || front.isClosing() || reply.status() == 429) {
      headers.put(HttpHeader.CONNECTION, "close"); // of a body that nobody wants, or soon of all
    }
    sentBytes = content.length;
    boolean isHead = request.getMethod().equals("HEAD");
    response.write(true, ByteBuffer.wrap(isHead ? NO_BODY : content), callback);
  }

  private boolean hasReplied() {
    synchronized (client) {
      return replied;
    }
  }

  private boolean isGone() {
    synchronized (client) {
      return !replied && client.isGone();
    }
  }

  /** The exchange is over, whether the answer arrived or not. */
  void completed() {
    List<ServedModel> toRelease;
    synchronized (this) {
      toRelease = List.copyOf(held);
      held.clear();
    }
    toRelease.forEach(ServedModel::release);
    body = NO_BODY;
  }

  Ended ended(long nanos) {
    return new Ended(
        Request.getRemoteAddr(request),
        request.getMethod(),
        route == null ? "" : route.path(),
        String.valueOf(request.getHttpURI().getPath()),
        status,
        receivedBytes,
        sentBytes,
        nanos - startNanos,
        model,
        pictures,
        timing,
        problem,
        header("traceparent"));
  }
}
