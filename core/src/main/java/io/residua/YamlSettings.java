package io.residua;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Settings as YAML: a name and a value on each line; a list of values counts as {@code a,b,c}, a
 * list of settings as {@code a=1 b=2; a=3}.
 */
public final class YamlSettings {
  private YamlSettings() {}

  /**
   * The settings of a recipe that comes with the library.
   *
   * @throws IllegalStateException if there is none of that name
   */
  public static Map<String, String> recipe(String name) {
    try (InputStream in = YamlSettings.class.getResourceAsStream("recipes/" + name + ".yaml")) {
      if (in == null) {
        throw new IllegalStateException("no recipe " + name);
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads settings in their order.
   *
   * @throws IllegalArgumentException with one line, if the text is no such YAML
   */
  public static Map<String, String> parse(String yaml) {
    JsonNode root;
    try {
      root = new YAMLMapper().readTree(yaml);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "not YAML: " + e.getOriginalMessage().lines().findFirst().orElse(""), e);
    }
    if (!root.isObject()) {
      throw new IllegalArgumentException("a recipe is a list of settings, such as 'epochs: 10'");
    }
    Map<String, String> settings = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> setting : root.properties()) {
      settings.put(setting.getKey(), text(setting.getKey(), setting.getValue()));
    }
    return settings;
  }

  private static String text(String name, JsonNode value) {
    if (value.isValueNode()) {
      return value.asText();
    }
    StringJoiner values = new StringJoiner(",");
    for (JsonNode one : value) {
      if (value.isArray() && one.isObject()) {
        return listed(name, value);
      }
      if (!value.isArray() || !one.isValueNode()) {
        throw new IllegalArgumentException(name + " must be one value or a list of values");
      }
      values.add(one.asText());
    }
    return values.toString();
  }

  private static String listed(String name, JsonNode list) {
    StringJoiner all = new StringJoiner("; ");
    for (JsonNode one : list) {
      StringJoiner settings = new StringJoiner(" ");
      for (Map.Entry<String, JsonNode> setting : one.properties()) {
        settings.add(setting.getKey() + "=" + text(name, setting.getValue()));
      }
      all.add(settings.toString());
    }
    return all.toString();
  }

  /** The settings as YAML that {@link #parse} reads. */
  public static String text(Map<String, String> settings) {
    YAMLFactory factory =
        YAMLFactory.builder()
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
            .build();
    try {
      return new YAMLMapper(factory).writeValueAsString(settings);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("settings that can't be written", e);
    }
  }
}
