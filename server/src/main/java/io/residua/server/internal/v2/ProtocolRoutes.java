package io.residua.server.internal.v2;

import io.residua.server.internal.RequestException;
import io.residua.server.internal.http.ErrorStyle;
import io.residua.server.internal.http.Exchange;
import io.residua.server.internal.http.Reply;
import io.residua.server.internal.http.Route;
import io.residua.server.internal.serving.Models;
import io.residua.server.internal.serving.ServedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The routes of the Open Inference Protocol. */
public final class ProtocolRoutes {
  private static final Pattern LENGTH = Pattern.compile("[0-9]{1,9}");
  private static final int OK = 200;
  private static final int UNAVAILABLE = 503;

  private final Models models;
  private final BooleanSupplier ready;
  private final InferLimits limits;
  private final List<Route> routes = new ArrayList<>();

  private ProtocolRoutes(Models models, BooleanSupplier ready, InferLimits limits) {
    this.models = models;
    this.ready = ready;
    this.limits = limits;
  }

  /**
   * The routes.
   *
   * @param ready whether the server takes requests
   */
  public static List<Route> of(Models models, BooleanSupplier ready, InferLimits limits) {
    ProtocolRoutes all = new ProtocolRoutes(models, ready, limits);
    all.add();
    return List.copyOf(all.routes);
  }

  private void add() {
    get("/v2", exchange -> ok(exchange, Documents.server()));
    open("/v2/health/live", exchange -> ok(exchange, Documents.live()));
    open("/v2/health/ready", this::ready);
    get("/v2/models", exchange -> ok(exchange, Documents.models(models.names())));
    for (String model : List.of("/v2/models/{model}", "/v2/models/{model}/versions/{version}")) {
      get(model, this::metadata);
      get(model + "/ready", this::modelReady);
      post(model + "/infer", this::infer);
    }
    RepositoryRoutes repository = new RepositoryRoutes(models);
    post("/v2/repository/index", repository::index);
    post("/v2/repository/models/{model}/load", repository::load);
    post("/v2/repository/models/{model}/unload", repository::unload);
  }

  /** Is answered without a key. */
  private void open(String path, Route.Answering answering) {
    routes.add(new Route("GET", path, true, ErrorStyle.INFERENCE_PROTOCOL, answering));
  }

  private void get(String path, Route.Answering answering) {
    routes.add(new Route("GET", path, false, ErrorStyle.INFERENCE_PROTOCOL, answering));
  }

  private void post(String path, Route.Answering answering) {
    routes.add(new Route("POST", path, false, ErrorStyle.INFERENCE_PROTOCOL, answering));
  }

  static void ok(Exchange exchange, Object json) {
    exchange.reply(Reply.json(OK, json));
  }

  private void ready(Exchange exchange) {
    boolean now = ready.getAsBoolean();
    exchange.reply(Reply.json(now ? OK : UNAVAILABLE, Documents.ready(now)));
  }

  private void metadata(Exchange exchange) {
    ok(exchange, Documents.model(ModelInfo.of(model(exchange), models)));
  }

  private void modelReady(Exchange exchange) {
    String name = exchange.variable("model");
    try {
      model(exchange);
    } catch (RequestException e) {
      if (e.problem().status() != UNAVAILABLE) {
        throw e;
      }
      exchange.reply(Reply.json(UNAVAILABLE, Documents.ready(name, false)));
      return;
    }
    ok(exchange, Documents.ready(name, true));
  }

  /** Held until the answer is sent. */
  private static ServedModel model(Exchange exchange) {
    return exchange.model(exchange.variable("model"), version(exchange));
  }

  private static @Nullable String version(Exchange exchange) {
    return exchange.hasVariable("version") ? exchange.variable("version") : null;
  }

  private void infer(Exchange exchange) {
    ServedModel served = model(exchange);
    InferRequest request =
        InferRequestReader.read(
            exchange.body(), jsonLength(exchange.header(Headers.JSON_LENGTH)), limits);
    Question question = Question.of(request, served, limits);
    request.timeoutMicros().ifPresent(exchange::within);
    exchange.infer(
        served,
        question.pictures(),
        question.wanted(),
        outcomes -> reply(question.answer(outcomes)));
  }

  private static OptionalInt jsonLength(@Nullable String header) {
    if (header == null) {
      return OptionalInt.empty();
    }
    if (!LENGTH.matcher(header.strip()).matches()) {
      throw Messages.badRequest(
          Headers.JSON_LENGTH + " is '" + Messages.quoted(header) + "', not a number of bytes");
    }
    return OptionalInt.of(Integer.parseInt(header.strip()));
  }

  private static Reply reply(InferResponse response) {
    InferResponse.Body body = response.body();
    return body.jsonLength().isEmpty()
        ? new Reply(OK, Reply.JSON, body.bytes(), Map.of())
        : new Reply(
            OK,
            "application/octet-stream",
            body.bytes(),
            Map.of(Headers.JSON_LENGTH, Integer.toString(body.jsonLength().getAsInt())));
  }
}
