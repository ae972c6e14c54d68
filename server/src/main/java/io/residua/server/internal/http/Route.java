package io.residua.server.internal.http;

import java.util.List;

/**
 * What answers requests of one method and form of path.
 *
 * @param method such as {@code GET}, which answers {@code HEAD} too
 * @param path such as {@code /predict/{model}}
 * @param open whether it is answered without a key
 * @param errors how it says that there is no answer
 * @param answering is called by a thread of the server's when the body is there; calls {@link
 *     Exchange#reply} or throws, then or later
 */
public record Route(
    String method, String path, boolean open, ErrorStyle errors, Answering answering) {

  /** Answers a request. */
  @FunctionalInterface
  public interface Answering {
    void answer(Exchange exchange);
  }

  List<String> segments() {
    return List.of(path.substring(1).split("/"));
  }

  boolean takesBody() {
    return method.equals("POST");
  }
}
