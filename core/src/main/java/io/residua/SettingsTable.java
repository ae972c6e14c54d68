package io.residua;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The settings that a kind of recipe has: each with a default and what it is for, in order. */
public final class SettingsTable {
  private final Map<String, String> defaults;
  private final Map<String, String> descriptions;

  private SettingsTable(Map<String, String> defaults, Map<String, String> descriptions) {
    this.defaults = Collections.unmodifiableMap(defaults);
    this.descriptions = Collections.unmodifiableMap(descriptions);
  }

  /** Collects settings. */
  public static final class Builder {
    private final Map<String, String> defaults = new LinkedHashMap<>();
    private final Map<String, String> descriptions = new LinkedHashMap<>();

    /** Adds a setting after those that are there. */
    public Builder add(String name, String defaultValue, String description) {
      defaults.put(name, defaultValue);
      descriptions.put(name, description);
      return this;
    }

    public SettingsTable build() {
      return new SettingsTable(new LinkedHashMap<>(defaults), new LinkedHashMap<>(descriptions));
    }
  }

  /** Every setting's name and default. */
  public Map<String, String> defaults() {
    return defaults;
  }

  /** Every setting's name and what it is for. */
  public Map<String, String> descriptions() {
    return descriptions;
  }

  /**
   * A setting's value among others.
   *
   * @throws IllegalArgumentException with one line, if there is no such setting
   */
  public String get(Map<String, String> values, String name) {
    requireKnown(name);
    return requireNonNull(values.get(name));
  }

  /**
   * The values with some of them changed.
   *
   * @throws IllegalArgumentException with one line, if there is no such setting
   */
  public Map<String, String> changed(Map<String, String> values, Map<String, String> changes) {
    Map<String, String> changed = new LinkedHashMap<>(values);
    changes.forEach(
        (name, value) -> {
          requireKnown(name);
          changed.put(name, value.strip());
        });
    return changed;
  }

  private void requireKnown(String name) {
    if (!defaults.containsKey(name)) {
      List<String> names = new ArrayList<>(defaults.keySet());
      throw new IllegalArgumentException(
          "unknown setting '%s'%s"
              .formatted(
                  name,
                  Nearest.to(name, names)
                      .map("; did you mean '%s'?"::formatted)
                      .orElse("; there are " + String.join(", ", names))));
    }
  }
}
