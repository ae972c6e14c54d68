package io.residua.internal;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import io.residua.UsageException;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads settings token by token: the spelling of numbers is kept, nothing is built that the text
 * describes but settings, and every error names its line.
 */
final class YamlSettingsReader {
  private static final String CORE_TAG = "tag:yaml.org,2002:";
  private static final Set<String> CORE_TAGS = Set.of("str", "int", "float", "bool", "map", "seq");

  /** A number with underscores between digits, which YAML passes over. */
  private static final Pattern GROUPED = Pattern.compile("[-+.0-9eE]*[0-9]_[-+.0-9eE_]*");

  private final YAMLParser in;

  private YamlSettingsReader(YAMLParser in) {
    this.in = in;
  }

  static Map<String, String> read(String yaml) throws IOException {
    try (YAMLParser in = new YAMLFactory().createParser(yaml)) {
      return new YamlSettingsReader(in).document();
    }
  }

  static boolean isGrouped(String text) {
    return GROUPED.matcher(text).matches();
  }

  private Map<String, String> document() throws IOException {
    if (next() != JsonToken.START_OBJECT) {
      throw new UsageException("a recipe is a list of settings, such as 'epochs: 10'");
    }
    Map<String, String> settings = settings("");
    if (in.nextToken() != null) {
      throw error("a second document ('---') begins, and a recipe is one");
    }
    return settings;
  }

  /**
   * The settings up to the end of a mapping that has begun.
   *
   * @param within the setting whose value it is; empty for all
   */
  private Map<String, String> settings(String within) throws IOException {
    Map<String, String> settings = new LinkedHashMap<>();
    while (next() != JsonToken.END_OBJECT) {
      String name = in.currentName();
      if (settings.containsKey(name)) {
        throw error(Text.of("'%s' is given twice", name));
      }
      JsonToken token = next();
      settings.put(
          name,
          token == JsonToken.START_ARRAY && within.isEmpty()
              ? list(name)
              : scalar(within.isEmpty() ? name : within, token));
    }
    return settings;
  }

  /** A list of values, or of settings. */
  private String list(String name) throws IOException {
    StringJoiner values = new StringJoiner(",");
    StringJoiner groups = new StringJoiner("; ");
    for (JsonToken token = next(); token != JsonToken.END_ARRAY; token = next()) {
      if (token == JsonToken.START_OBJECT) {
        StringJoiner group = new StringJoiner(" ");
        settings(name).forEach((key, value) -> group.add(key + "=" + value));
        groups.add(group.toString());
      } else {
        values.add(scalar(name, token));
      }
      if (groups.length() > 0 && values.length() > 0) {
        throw notOneValue(name);
      }
    }
    return groups.length() > 0 ? groups.toString() : values.toString();
  }

  private String scalar(String name, @Nullable JsonToken token) throws IOException {
    if (token == null || !token.isScalarValue()) {
      throw notOneValue(name);
    } else if (token == JsonToken.VALUE_NULL) {
      throw error(Text.of("'%s' has no value", name));
    }
    String text = in.getText();
    return token.isNumeric() && isGrouped(text) ? text.replace("_", "") : text;
  }

  private UsageException notOneValue(String name) {
    return error(name + " must be one value or a list of values");
  }

  /** The next token, if it is one that settings may have. */
  @SuppressWarnings("deprecation") // no other method tells an alias from the text of its name
  private @Nullable JsonToken next() throws IOException {
    JsonToken token = in.nextToken();
    String tag = in.getTypeId();
    boolean core =
        tag == null
            || (tag.startsWith(CORE_TAG) && CORE_TAGS.contains(tag.substring(CORE_TAG.length())));
    if (!core) {
      throw error(Text.of("the tag '!%s' is unknown", tag.replace(CORE_TAG, "!")));
    }
    if (in.isCurrentAlias()) {
      throw error(Text.of("'*%s' is an alias, which recipes do not have", in.getText()));
    }
    return token;
  }

  private UsageException error(String reason) {
    return new UsageException(
        Text.of("line %d: %s", in.currentTokenLocation().getLineNr(), reason));
  }
}
