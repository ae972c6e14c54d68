package io.residua.server.internal.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.server.internal.Problem;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Request;

/** How a route says that there is no answer. */
public enum ErrorStyle {
  /** RFC 9457, {@code application/problem+json}. */
  PROBLEM,
  /** {@code {"error": …}}, as the Open Inference Protocol has it. */
  INFERENCE_PROTOCOL;

  private static final String PROTOCOL_PATH = "/v2";

  /** For a request that has no route. */
  static ErrorStyle of(Request request) {
    String path = String.valueOf(request.getHttpURI().getPath());
    return path.equals(PROTOCOL_PATH) || path.startsWith(PROTOCOL_PATH + "/")
        ? INFERENCE_PROTOCOL
        : PROBLEM;
  }

  Reply reply(Problem problem) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    String type = Reply.JSON;
    if (this == PROBLEM) {
      type = "application/problem+json";
      json.put("title", title(problem.status()));
      json.put("status", problem.status());
      json.put("detail", problem.detail());
    } else {
      json.put("error", problem.detail());
    }
    Map<String, String> headers = new LinkedHashMap<>();
    if (problem.status() == 401) {
      headers.put("WWW-Authenticate", "Bearer");
    }
    if (problem.retryAfterSeconds() > 0) {
      headers.put("Retry-After", Integer.toString(problem.retryAfterSeconds()));
    }
    return new Reply(
        problem.status(), type, json.toString().getBytes(StandardCharsets.UTF_8), headers);
  }

  private static String title(int status) {
    return status == 499 ? "Client Closed Request" : HttpStatus.getMessage(status);
  }
}
