package io.residua.server.internal.http;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * What is sent back.
 *
 * @param status of HTTP
 * @param contentType of the body
 * @param headers beside those that all have
 */
@SuppressWarnings("ArrayRecordComponent") // written once, then sent
public record Reply(int status, String contentType, byte[] body, Map<String, String> headers) {
  /** Clients read error texts only where the type is exactly this, without a charset. */
  public static final String JSON = "application/json";

  public static Reply json(int status, Object json) {
    return new Reply(status, JSON, json.toString().getBytes(StandardCharsets.UTF_8), Map.of());
  }

  public static Reply of(String contentType, byte[] body) {
    return new Reply(200, contentType, body, Map.of());
  }
}
