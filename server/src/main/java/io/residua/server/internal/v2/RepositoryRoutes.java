package io.residua.server.internal.v2;

import io.residua.server.internal.http.Exchange;
import io.residua.server.internal.serving.ModelStatus;
import io.residua.server.internal.serving.ModelStatus.State;
import io.residua.server.internal.serving.Models;
import java.util.List;

/** The model repository extension. */
final class RepositoryRoutes {
  private final Models models;

  RepositoryRoutes(Models models) {
    this.models = models;
  }

  void index(Exchange exchange) {
    boolean[] readyOnly = {false};
    JsonBody.read(
        exchange.body(),
        (json, key) -> {
          if (key.equals("ready")) {
            readyOnly[0] = Fields.truth(json, key);
          } else {
            json.skipChildren();
          }
        });
    List<ModelStatus> all = models.index();
    ProtocolRoutes.ok(
        exchange,
        Documents.index(
            all.stream().filter(m -> !readyOnly[0] || m.state() == State.READY).toList()));
  }

  void load(Exchange exchange) {
    requireNoFiles(exchange.body());
    String model = exchange.variable("model");
    models.load(model);
    ProtocolRoutes.ok(exchange, Documents.done(model, "load"));
  }

  void unload(Exchange exchange) {
    requireNoFiles(exchange.body());
    String model = exchange.variable("model");
    models.unload(model);
    ProtocolRoutes.ok(exchange, Documents.done(model, "unload"));
  }

  private static void requireNoFiles(byte[] body) {
    JsonBody.read(
        body,
        (json, key) -> {
          if (key.equals("parameters")) {
            Fields.each(
                json,
                key,
                parameter -> {
                  Documents.requireNoFile(parameter);
                  json.skipChildren();
                });
          } else {
            json.skipChildren();
          }
        });
  }
}
