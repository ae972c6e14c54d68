package io.residua.server.internal.predict;

import io.residua.internal.Text;
import io.residua.server.internal.RequestException;
import io.residua.server.internal.http.ErrorStyle;
import io.residua.server.internal.http.Exchange;
import io.residua.server.internal.http.Route;
import io.residua.server.internal.serving.Models;
import io.residua.server.internal.serving.ServedModel;
import java.util.List;

/** {@code POST /predict}. */
public final class PredictRoute {
  private final Models models;
  private final int mostPictures;

  /**
   * @param mostPictures of a request
   */
  public PredictRoute(Models models, int mostPictures) {
    this.models = models;
    this.mostPictures = mostPictures;
  }

  public List<Route> routes() {
    return List.of(
        route("/predict"), route("/predict/{model}"), route("/predict/{model}/versions/{version}"));
  }

  private Route route(String path) {
    return new Route("POST", path, false, ErrorStyle.PROBLEM, this::answer);
  }

  private void answer(Exchange exchange) {
    PredictQuery query = PredictQuery.of(exchange);
    ServedModel model =
        exchange.model(
            exchange.hasVariable("model") ? exchange.variable("model") : onlyName(),
            exchange.hasVariable("version") ? exchange.variable("version") : null);
    List<SentPicture> sent = SentPictures.of(exchange, mostPictures);
    query.require(model);
    String accept = exchange.header("Accept");
    boolean asPicture =
        query.wanted().explanation()
            && sent.size() == 1
            && (accept == null || !accept.contains("json"));
    exchange.infer(
        model,
        sent.stream().map(SentPicture::picture).toList(),
        query.wanted(),
        outcomes -> PredictReply.of(model, query, asPicture, sent, outcomes));
  }

  private String onlyName() {
    return models
        .onlyName()
        .orElseThrow(
            () ->
                new RequestException(
                    404,
                    Text.of(
                        "several models are served; ask one of them: %s",
                        String.join(
                            ", ", models.names().stream().map(n -> "/predict/" + n).toList()))));
  }
}
