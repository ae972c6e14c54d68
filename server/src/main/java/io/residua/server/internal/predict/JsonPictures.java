package io.residua.server.internal.predict;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.residua.internal.Printable;
import io.residua.internal.Text;
import io.residua.server.internal.RequestException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Pictures in JSON: {@code {"pictures": ["<base64>", {"name": "cat.jpg", "data": "<base64>"}]}}.
 */
final class JsonPictures {
  private static final int DEEPEST = 8;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxStringLength(Integer.MAX_VALUE) // of a body that is bounded itself
                  .maxNestingDepth(DEEPEST)
                  .build())
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .build();

  private final JsonParser json;
  private final int most;
  private final List<SentPicture> pictures = new ArrayList<>();

  private JsonPictures(JsonParser json, int most) {
    this.json = json;
    this.most = most;
  }

  /**
   * @throws RequestException with one line, if it is anything else, or has too many
   */
  static List<SentPicture> of(byte[] body, int most) {
    try (JsonParser json = JSON.createParser(body)) {
      JsonPictures read = new JsonPictures(json, most);
      read.document();
      return read.pictures;
    } catch (JsonProcessingException e) {
      throw new RequestException(
          400, "the body is no JSON: " + Printable.shortened(e.getOriginalMessage(), 200));
    } catch (IOException e) {
      throw new RequestException(400, "the body is no JSON");
    }
  }

  private void document() throws IOException {
    require(json.nextToken() == JsonToken.START_OBJECT);
    boolean found = false;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      requireName("pictures", json.currentName());
      require(json.nextToken() == JsonToken.START_ARRAY);
      found = true;
      while (json.nextToken() != JsonToken.END_ARRAY) {
        if (pictures.size() == most) {
          throw RequestException.tooManyPictures(most);
        }
        pictures.add(picture());
      }
    }
    require(found && json.nextToken() == null);
  }

  private SentPicture picture() throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      return sent(SentPictures.UNNAMED, json.getText());
    }
    require(json.currentToken() == JsonToken.START_OBJECT);
    String name = SentPictures.UNNAMED;
    @Nullable String data = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String key = json.currentName();
      requireName(key.equals("name") ? "name" : "data", key);
      require(json.nextToken() == JsonToken.VALUE_STRING);
      if (key.equals("name")) {
        name = Printable.shortened(json.getText(), 200);
      } else {
        data = json.getText();
      }
    }
    if (data == null) {
      throw shape();
    }
    return sent(name, data);
  }

  /** Also of a data URL, as browsers make it. */
  private static SentPicture sent(String name, String base64) {
    int start = base64.startsWith("data:") ? base64.indexOf(',') + 1 : 0;
    try {
      return SentPicture.of(
          name, Base64.getDecoder().decode(base64.substring(start).replaceAll("\\s", "")));
    } catch (IllegalArgumentException e) {
      return SentPicture.unreadable(name, "its data is no base64");
    }
  }

  private static void requireName(String wanted, String name) {
    if (!name.equals(wanted)) {
      throw new RequestException(
          400, Text.of("unknown key '%s' where %s", Printable.shortened(name, 64), FORM));
    }
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw shape();
    }
  }

  private static final String FORM =
      "the body is to be {\"pictures\": [\"<base64>\", {\"name\": \"cat.jpg\", \"data\":"
          + " \"<base64>\"}]}";

  private static RequestException shape() {
    return new RequestException(400, FORM);
  }
}
