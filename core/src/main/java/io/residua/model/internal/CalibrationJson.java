package io.residua.model.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.engine.internal.Calibration;
import java.util.Map;
import java.util.TreeMap;

/** A calibration as JSON. */
public final class CalibrationJson {
  private static final String DAMAGED = "its 'calibration' is damaged";

  private CalibrationJson() {}

  public static ObjectNode of(Calibration calibration) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("method", calibration.method().text());
    json.put("pictures", calibration.pictures());
    json.put("source", calibration.source());
    ObjectNode limits = json.putObject("limits");
    new TreeMap<>(calibration.limits()).forEach(limits::put);
    return json;
  }

  /**
   * Reads what {@link #of} wrote.
   *
   * @throws IllegalArgumentException with one line, if it is anything else
   */
  public static Calibration parse(JsonNode json) {
    if (!json.path("method").isTextual()
        || !json.path("pictures").isInt()
        || !json.path("source").isTextual()
        || !json.path("limits").isObject()) {
      throw new IllegalArgumentException(DAMAGED);
    }
    Map<String, Float> limits = new TreeMap<>();
    for (Map.Entry<String, JsonNode> limit : json.get("limits").properties()) {
      if (!limit.getValue().isNumber()) {
        throw new IllegalArgumentException(DAMAGED);
      }
      limits.put(limit.getKey(), limit.getValue().floatValue());
    }
    Calibration.Method method =
        Calibration.Method.parse(json.get("method").asText())
            .orElseThrow(() -> new IllegalArgumentException(DAMAGED));
    return new Calibration(
        limits, method, json.get("pictures").asInt(), json.get("source").asText());
  }
}
