package io.residua.server.internal.predict;

import io.residua.internal.Text;
import io.residua.server.internal.RequestException;
import io.residua.server.internal.http.ErrorStyle;
import io.residua.server.internal.http.Exchange;
import io.residua.server.internal.http.Route;
import io.residua.server.internal.serving.Models;
import io.residua.server.internal.serving.Picture;
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
    List<SentPicture> sent = SentPictures.of(exchange);
    query.require(model, sent.size());
    if (sent.size() > mostPictures) {
      throw new RequestException(
          413,
          Text.of(
              "%s in one request, of which %,d are allowed",
              Text.count(sent.size(), "picture"), mostPictures));
    }
    List<Picture> pictures = sent.stream().map(p -> Picture.file(p.bytes(), p.name())).toList();
    exchange.infer(
        model, pictures, query.wanted(), outcomes -> PredictReply.of(model, query, sent, outcomes));
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
