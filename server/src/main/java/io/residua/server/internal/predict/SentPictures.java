package io.residua.server.internal.predict;

import io.residua.server.internal.RequestException;
import io.residua.server.internal.http.Exchange;
import java.util.List;

/** The pictures of a request: its body, the files of a form, or base64 in JSON. */
final class SentPictures {
  static final String UNNAMED = "picture";

  private SentPictures() {}

  /**
   * @throws RequestException with one line, if they are sent in another way, or none
   */
  static List<SentPicture> of(Exchange exchange) {
    if (exchange.body().length == 0) {
      throw new RequestException(422, "the body is empty; send a picture's bytes");
    }
    return List.of(new SentPicture(UNNAMED, exchange.body()));
  }
}
