package io.residua.server.internal.http;

import io.residua.server.internal.Problem;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** What Jetty answers itself: requests that are no HTTP, headers that are too long. */
final class Errors implements Request.Handler {
  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus() < 400 ? 500 : response.getStatus();
    String detail =
        switch (status) {
          case 431 -> "the headers are too long";
          case 414 -> "the address is too long";
          default -> HttpStatus.getMessage(status);
        };
    Reply reply = ErrorStyle.of(request).reply(Problem.of(status, detail));
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, reply.contentType());
    response.write(true, ByteBuffer.wrap(reply.body()), callback);
    return true;
  }
}
