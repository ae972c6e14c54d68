package io.residua.server.internal;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.residua.server.internal.http.ErrorStyle;
import io.residua.server.internal.http.Exchange;
import io.residua.server.internal.http.Reply;
import io.residua.server.internal.http.Route;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Whether the server lives, and whether it wants requests. */
public final class Health {
  private final BooleanSupplier ready;

  public Health(BooleanSupplier ready) {
    this.ready = ready;
  }

  public List<Route> routes() {
    return List.of(
        new Route("GET", "/health/live", true, ErrorStyle.PROBLEM, Health::live),
        new Route("GET", "/health/ready", true, ErrorStyle.PROBLEM, this::ready));
  }

  private static void live(Exchange exchange) {
    exchange.reply(Reply.json(200, JsonNodeFactory.instance.objectNode().put("live", true)));
  }

  private void ready(Exchange exchange) {
    boolean isReady = ready.getAsBoolean();
    exchange.reply(
        Reply.json(
            isReady ? 200 : 503, JsonNodeFactory.instance.objectNode().put("ready", isReady)));
  }
}
