package io.residua.server.internal.v2;

import io.residua.server.internal.http.Exchange;
import io.residua.server.internal.serving.Models;

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
    ProtocolRoutes.ok(exchange, Documents.index(readyOnly[0] ? models.ready() : models.index()));
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
