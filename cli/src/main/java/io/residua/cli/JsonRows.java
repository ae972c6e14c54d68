package io.residua.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * JSON Lines: an object a line, in UTF-8.
 *
 * @param top how many classes a picture is given at most; 0 where rows have no such list
 */
record JsonRows(int top) implements RowFormat {
  private static final JsonMapper MAPPER = JsonMapper.builder(new FiniteJsonFactory()).build();

  @Override
  public String header() {
    return "";
  }

  @Override
  public String row(ObjectNode values) {
    try {
      return MAPPER.writeValueAsString(values) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a row that can't be written as JSON", e);
    }
  }

  @Override
  public boolean mayBegin(String text) {
    String start = "{\"path\":\"";
    return start.startsWith(text) || text.startsWith(start);
  }

  @Override
  public boolean isWhole(String text) {
    return true;
  }

  @Override
  public Row parse(String row) {
    JsonNode json;
    try {
      json = MAPPER.readTree(row);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("is not JSON", e);
    }
    if (!json.path("path").isTextual() || !json.path("model").isTextual()) {
      throw new IllegalArgumentException("has no path and model");
    }
    if (json.has("top") && json.get("top").size() != top) {
      throw new IllegalArgumentException(
          "has " + json.get("top").size() + " classes; --top " + top + " is another table");
    }
    return new Row(
        json.get("path").asText(), json.get("model").asText(), json.path("error").asText(""));
  }
}
