package io.residua.server.internal.v2;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.residua.internal.Text;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The JSON object that a request is, read as it comes: no tree of it is made. */
final class JsonBody {
  private static final int DEEPEST = 32;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .enable(StreamReadFeature.USE_FAST_DOUBLE_PARSER)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEEPEST)
                  .maxStringLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private JsonBody() {}

  /** Takes the value of a key, or skips it. */
  @FunctionalInterface
  interface Field {
    void read(JsonParser json, String key) throws IOException;
  }

  /**
   * Reads a body that may be empty.
   *
   * @throws io.residua.server.internal.RequestException with one line, if it is no JSON object
   */
  static void read(byte[] body, Field field) {
    if (body.length > 0) {
      read(body, body.length, field);
    }
  }

  /**
   * Reads the start of a body.
   *
   * @param length of the JSON
   * @throws io.residua.server.internal.RequestException with one line, if it is no JSON object
   */
  static void read(byte[] body, int length, Field field) {
    try (JsonParser json = JSON.createParser(body, 0, length)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw Messages.badRequest("the request must be a JSON object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        json.nextToken();
        field.read(json, key);
      }
      if (json.nextToken() != null) {
        throw Messages.badRequest("something follows the request's JSON object");
      }
    } catch (JsonProcessingException e) {
      throw Messages.badRequest("the request is no JSON that is understood: " + reason(e));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String reason(JsonProcessingException e) {
    String line = e.getOriginalMessage().lines().findFirst().orElse("");
    return Messages.quoted(line)
        + (e.getLocation() == null
            ? ""
            : Text.of(
                " (line %d, column %d)",
                e.getLocation().getLineNr(), e.getLocation().getColumnNr()));
  }
}
