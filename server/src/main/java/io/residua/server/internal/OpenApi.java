package io.residua.server.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.internal.Build;
import io.residua.server.internal.http.ErrorStyle;
import io.residua.server.internal.http.Exchange;
import io.residua.server.internal.http.Reply;
import io.residua.server.internal.http.Route;
import io.residua.server.internal.serving.Models;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;

/** {@code GET /openapi.json}: what can be asked here, for programs. */
public final class OpenApi {
  private static final String DOCUMENT = "openapi.json";

  private final Models models;
  private final boolean keyed;
  private final ObjectNode document;

  /**
   * @param keyed whether a key is asked for
   */
  public OpenApi(Models models, boolean keyed) {
    this.models = models;
    this.keyed = keyed;
    this.document = document();
  }

  private static ObjectNode document() {
    try (InputStream in =
        Objects.requireNonNull(OpenApi.class.getResourceAsStream(DOCUMENT), DOCUMENT)) {
      ObjectNode json = (ObjectNode) new ObjectMapper().readTree(in);
      json.withObject("/info").put("version", Build.current().version());
      return json;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public List<Route> routes() {
    return List.of(new Route("GET", "/" + DOCUMENT, true, ErrorStyle.PROBLEM, this::answer));
  }

  private void answer(Exchange exchange) {
    exchange.reply(Reply.json(200, described()));
  }

  /** With the names of the models; who needs no key is not told of any. */
  private JsonNode described() {
    ObjectNode json = document.deepCopy();
    if (keyed) {
      ArrayNode security = json.putArray("security");
      json.withObject("/components/securitySchemes")
          .fieldNames()
          .forEachRemaining(scheme -> security.addObject().putArray(scheme));
    } else {
      json.withObject("/components").remove("securitySchemes");
      ArrayNode names = json.withObject("/components/parameters/model/schema").putArray("examples");
      models.names().forEach(names::add);
    }
    return json;
  }
}
