package io.residua.server.internal.v2;

import com.fasterxml.jackson.core.JsonParser;
import io.residua.server.internal.http.Exchange;
import io.residua.server.internal.serving.ModelStatus;
import io.residua.server.internal.serving.ModelStatus.State;
import io.residua.server.internal.serving.Models;
import java.io.IOException;
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

  /** Triton takes configurations and files of models with such a request. */
  private static void requireNoFiles(byte[] body) {
    JsonBody.read(
        body,
        (json, key) -> {
          if (key.equals("parameters")) {
            Fields.each(json, key, parameter -> refuseFile(json, parameter));
          } else {
            json.skipChildren();
          }
        });
  }

  private static void refuseFile(JsonParser json, String parameter) throws IOException {
    if (parameter.equals("config") || parameter.startsWith("file:")) {
      throw Messages.badRequest(
          "models are loaded from where the server was told they lie; parameter '"
              + Messages.quoted(parameter)
              + "' is not taken");
    }
    json.skipChildren();
  }
}
