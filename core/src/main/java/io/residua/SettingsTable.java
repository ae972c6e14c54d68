package io.residua;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The settings that a kind of recipe has: each with a default, what it is for, how its values are
 * compared and which topic it belongs to, in order.
 */
public final class SettingsTable {
  private record Setting(
      String defaultValue, String description, String topic, UnaryOperator<String> form) {}

  private final Map<String, Setting> settings;

  private SettingsTable(Map<String, Setting> settings) {
    this.settings = settings;
  }

  /**
   * A setting that two recipes have different values of.
   *
   * @param own the one's value, as it was written
   * @param other the other's
   */
  public record Difference(String setting, String own, String other) {}

  /** Collects settings. */
  public static final class Builder {
    private final Map<String, Setting> settings = new LinkedHashMap<>();
    private String topic = "";

    /** Names what the settings after it are about. */
    public Builder topic(String name) {
      topic = name;
      return this;
    }

    /** Adds a setting of words after those that are there. */
    public Builder add(String name, String defaultValue, String description) {
      return add(name, defaultValue, SettingForms.TEXT, description);
    }

    /**
     * Adds a setting after those that are there.
     *
     * @param form writes each of its values in one way, see {@link SettingForms}
     */
    public Builder add(
        String name, String defaultValue, UnaryOperator<String> form, String description) {
      settings.put(name, new Setting(defaultValue, description, topic, form));
      return this;
    }

    public SettingsTable build() {
      return new SettingsTable(Collections.unmodifiableMap(new LinkedHashMap<>(settings)));
    }
  }

  /** Every setting's name and default. */
  public Map<String, String> defaults() {
    return each(Setting::defaultValue);
  }

  /** Every setting's name and what it is for. */
  public Map<String, String> descriptions() {
    return each(Setting::description);
  }

  /** Every setting's name and the topic it belongs to. */
  public Map<String, String> topics() {
    return each(Setting::topic);
  }

  private Map<String, String> each(Function<Setting, String> part) {
    Map<String, String> parts = new LinkedHashMap<>();
    settings.forEach((name, setting) -> parts.put(name, part.apply(setting)));
    return parts;
  }

  /** Values, each written in the one way of its setting: equal where the values are. */
  public Map<String, String> canonical(Map<String, String> values) {
    Map<String, String> canonical = new LinkedHashMap<>();
    values.forEach((name, value) -> canonical.put(name, setting(name).form().apply(value)));
    return canonical;
  }

  /** The first of some settings whose values differ, whatever their spelling. */
  public Optional<Difference> difference(
      Map<String, String> own, Map<String, String> other, Collection<String> names) {
    return names.stream()
        .filter(
            name -> {
              UnaryOperator<String> form = setting(name).form();
              return !form.apply(get(own, name)).equals(form.apply(get(other, name)));
            })
        .findFirst()
        .map(name -> new Difference(name, get(own, name), get(other, name)));
  }

  /**
   * A setting's value among others.
   *
   * @throws IllegalArgumentException with one line, if there is no such setting
   */
  public String get(Map<String, String> values, String name) {
    setting(name);
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
          setting(name);
          changed.put(name, value.strip());
        });
    return changed;
  }

  private Setting setting(String name) {
    Setting setting = settings.get(name);
    if (setting == null) {
      List<String> names = new ArrayList<>(settings.keySet());
      throw new IllegalArgumentException(
          Text.of(
              "unknown setting '%s'%s",
              name,
              Nearest.to(name, names)
                  .map(near -> "; did you mean '" + near + "'?")
                  .orElse("; there are " + String.join(", ", names))));
    }
    return setting;
  }
}
