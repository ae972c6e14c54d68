package io.residua.train;

import io.residua.Setting;
import io.residua.Text;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The text form of a value with settings, {@code name:key=value,key=value}: what recipes and the
 * command line hold. Settings that are left out have their defaults.
 */
final class Settings {
  private final String what;
  private final String text;
  private final String name;
  private final Map<String, String> given = new LinkedHashMap<>();
  private final TreeSet<String> known = new TreeSet<>();

  /**
   * Reads a value.
   *
   * @param what the kind of value, for messages: "optimizer"
   * @param reader makes the value from its settings
   * @throws IllegalArgumentException with one line that holds the text and the reason
   */
  static <T> T read(String what, String text, Function<Settings, T> reader) {
    Settings settings = new Settings(what, text);
    T value;
    try {
      value = reader.apply(settings);
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      throw message.startsWith(what + " '") ? e : settings.error(message);
    }
    settings.end();
    return value;
  }

  private Settings(String what, String text) {
    this.what = what;
    this.text = text;
    String[] parts = text.split(":", 2);
    name = parts[0].strip();
    if (parts.length == 1) {
      return;
    }
    for (String setting : parts[1].split(",", -1)) {
      String[] pair = setting.split("=", 2);
      if (pair.length != 2 || given.put(pair[0].strip(), pair[1].strip()) != null) {
        throw error(Text.of("'%s' is not a new KEY=VALUE", setting.strip()));
      }
    }
  }

  String name() {
    return name;
  }

  double number(String key, double byDefault) {
    String value = value(key);
    if (value.isEmpty()) {
      return byDefault;
    }
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw error(Text.of("%s is '%s', not a number", key, value));
    }
  }

  int integer(String key, int byDefault) {
    String value = value(key);
    if (value.isEmpty()) {
      return byDefault;
    }
    try {
      return Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw error(Text.of("%s is '%s', not a whole number", key, value));
    }
  }

  boolean flag(String key, boolean byDefault) {
    String value = value(key);
    return switch (value) {
      case "" -> byDefault;
      case "true" -> true;
      case "false" -> false;
      default -> throw error(Text.of("%s is '%s', not true or false", key, value));
    };
  }

  /** The value as it was written; empty if it was not. */
  String value(String key) {
    known.add(key);
    String value = given.get(key);
    return value == null ? "" : value;
  }

  /** Refuses settings that nobody asked for. */
  private void end() {
    for (String key : given.keySet()) {
      if (!known.contains(key)) {
        throw error(
            Text.of(
                "unknown setting '%s'; there is %s",
                key, known.isEmpty() ? "none" : String.join(", ", known)));
      }
    }
  }

  /** The answer to a name that is none of those allowed. */
  IllegalArgumentException unknownName(String allowed) {
    return error("unknown; it is one of " + allowed);
  }

  private IllegalArgumentException error(String reason) {
    return new IllegalArgumentException(Text.of("%s '%s': %s", what, text, reason));
  }

  /** Checks a value's range, where it is made. */
  static void check(boolean holds, String name, Object value, String range) {
    if (!holds) {
      throw new IllegalArgumentException(Text.of("%s is %s, not %s", name, value, range));
    }
  }

  /** Writes what the constructor reads. */
  static final class Writer {
    private final String name;
    private final StringJoiner settings = new StringJoiner(",");

    Writer(String name) {
      this.name = name;
    }

    Writer add(String key, double value) {
      return add(key, Setting.number(value));
    }

    Writer add(String key, String value) {
      settings.add(key + "=" + value);
      return this;
    }

    String text() {
      return settings.length() == 0 ? name : name + ":" + settings;
    }
  }
}
