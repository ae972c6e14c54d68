package io.residua.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

/**
 * JSON of files that may have been edited: a key that is given twice, or anything after the end, is
 * an error.
 */
public final class StrictJson {
  private StrictJson() {}

  /**
   * Reads a value.
   *
   * @throws IllegalArgumentException with one line that names the line and the reason
   */
  public static JsonNode parse(String json) {
    try {
      return JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .readTree(json);
    } catch (JsonProcessingException e) {
      String reason = e.getOriginalMessage().lines().findFirst().orElse("");
      throw new IllegalArgumentException(
          e.getLocation() == null
              ? "is not JSON: " + reason
              : Text.of("is not JSON: line %d: %s", e.getLocation().getLineNr(), reason),
          e);
    }
  }
}
