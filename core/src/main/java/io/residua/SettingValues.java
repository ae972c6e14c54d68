package io.residua;

import static java.util.Objects.requireNonNull;

import io.residua.internal.Nearest;
import io.residua.internal.Sha256;
import io.residua.internal.Text;
import io.residua.internal.YamlSettings;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A value for each setting of a kind of recipe, as it was spelt and as what it stands for. Equal
 * where the values are, whatever their spelling.
 */
public final class SettingValues {
  private static final String AUTO = "auto";

  /** What a setting is called elsewhere, and its name. */
  private static final Map<String, String> ALSO_CALLED =
      Map.of("network", "model", "architecture", "model");

  private final List<Topic> topics;
  private final Map<String, Setting<?>> settings;
  private final Map<String, String> texts;

  /** Of what is not a default, which is read where it is asked for: help reads none. */
  private final Map<String, Object> values;

  /** Settings that are about one thing. */
  public record Topic(String name, List<Setting<?>> settings) {
    public static Topic of(String name, Setting<?>... settings) {
      return new Topic(name, Arrays.asList(settings));
    }
  }

  /**
   * A setting that two recipes have different values of.
   *
   * @param own the one's value, as it was written
   * @param other the other's
   */
  public record Difference(String setting, String own, String other) {}

  private SettingValues(
      List<Topic> topics,
      Map<String, Setting<?>> settings,
      Map<String, String> texts,
      Map<String, Object> values) {
    this.topics = topics;
    this.settings = settings;
    this.texts = Collections.unmodifiableMap(texts);
    this.values = values;
  }

  /** The defaults of all settings, in this order. */
  public static SettingValues defaults(Topic... topics) {
    Map<String, Setting<?>> settings = new LinkedHashMap<>();
    Map<String, String> texts = new LinkedHashMap<>();
    for (Topic topic : topics) {
      for (Setting<?> setting : topic.settings()) {
        settings.put(setting.name(), setting);
        texts.put(setting.name(), setting.defaultText());
      }
    }
    return new SettingValues(List.of(topics), settings, texts, Map.of());
  }

  private static <T> Object read(Setting<T> setting, String text) {
    return requireNonNull(setting.read(text));
  }

  /** Every setting's name and what it is for, in order. */
  public Map<String, String> descriptions() {
    return each(Setting::description);
  }

  private Map<String, String> each(Function<Setting<?>, String> part) {
    Map<String, String> parts = new LinkedHashMap<>();
    settings.forEach((name, setting) -> parts.put(name, part.apply(setting)));
    return parts;
  }

  /** Every setting's name and the topic it belongs to, in order. */
  public Map<String, String> topics() {
    Map<String, String> of = new LinkedHashMap<>();
    topics.forEach(topic -> topic.settings().forEach(s -> of.put(s.name(), topic.name())));
    return of;
  }

  /**
   * The default of a setting.
   *
   * @throws UsageException with one line, if there is no such setting
   */
  public String defaultOf(String name) {
    return setting(name).defaultText();
  }

  /**
   * A setting's value as it was spelt.
   *
   * @throws UsageException with one line, if there is no such setting
   */
  public String get(String name) {
    return requireNonNull(texts.get(setting(name).name()));
  }

  /**
   * A setting's value.
   *
   * @throws IllegalArgumentException with one line, if it is a setting of another kind of recipe
   */
  @SuppressWarnings("unchecked") // made by this setting's own reader
  public <T> T get(Setting<T> setting) {
    if (settings.get(setting.name()) != setting) {
      throw new IllegalArgumentException(setting.name() + " is a setting of other recipes");
    }
    Object value = values.get(setting.name());
    return value == null ? setting.read(setting.defaultText()) : (T) value;
  }

  /** Whether a setting was given a value, be it the default's. */
  public boolean isGiven(String name) {
    return values.containsKey(setting(name).name());
  }

  /** Whether a setting is left to what is there. */
  public boolean isAuto(String name) {
    return get(name).equals(AUTO);
  }

  /**
   * These values with some of them changed.
   *
   * @throws UsageException with one line, if there is no such setting or the value is not allowed
   */
  public SettingValues with(Map<String, String> changes) {
    Map<String, String> changedTexts = new LinkedHashMap<>(texts);
    Map<String, Object> changed = new LinkedHashMap<>(values);
    changes.forEach(
        (name, text) -> {
          changedTexts.put(setting(name).name(), text.strip());
          changed.put(name, read(setting(name), text.strip()));
        });
    return new SettingValues(topics, settings, changedTexts, changed);
  }

  /** These values, those that are {@code auto} as in others. */
  public SettingValues withAutosOf(SettingValues other) {
    Map<String, String> autos = new LinkedHashMap<>(texts);
    autos.values().removeIf(text -> !text.equals(AUTO));
    autos.replaceAll((name, text) -> other.get(name));
    return with(autos);
  }

  /** Some texts, each written in the one way of its setting: equal where the values are. */
  public Map<String, String> canonical(Map<String, String> some) {
    Map<String, String> canonical = new LinkedHashMap<>();
    some.forEach((name, text) -> canonical.put(name, setting(name).canonical(text)));
    return canonical;
  }

  /** The first of some settings whose values differ, whatever their spelling. */
  public Optional<Difference> differenceFrom(SettingValues other, Collection<String> names) {
    return names.stream()
        .filter(n -> !setting(n).canonical(get(n)).equals(setting(n).canonical(other.get(n))))
        .findFirst()
        .map(n -> new Difference(n, get(n), other.get(n)));
  }

  /**
   * What tells these values from others: those that are not defaults, so that a run can go on in a
   * version that knows more settings.
   */
  public String fingerprint() {
    return hash(
        canonical(texts),
        canonical(each(Setting::defaultText)),
        canonical(each(Setting::earlierText)));
  }

  /** The fingerprint in checkpoints of earlier versions, which took values as they were spelt. */
  public String spelledFingerprint() {
    return hash(texts, each(Setting::defaultText), each(Setting::earlierText));
  }

  private static String hash(
      Map<String, String> texts, Map<String, String> defaults, Map<String, String> earlier) {
    Map<String, String> own = new TreeMap<>(texts);
    own.entrySet().removeAll(defaults.entrySet());
    own.entrySet().removeAll(earlier.entrySet());
    return Sha256.of(YamlSettings.text(own).getBytes(StandardCharsets.UTF_8));
  }

  /** All settings as YAML, as they were spelt. */
  public String toYaml() {
    return YamlSettings.text(texts);
  }

  private Setting<?> setting(String name) {
    Setting<?> setting = settings.get(name);
    if (setting == null) {
      List<String> names = new ArrayList<>(settings.keySet());
      throw new UsageException(
          Text.of(
              "unknown setting '%s'%s",
              name,
              Optional.ofNullable(ALSO_CALLED.get(name))
                  .filter(names::contains)
                  .or(() -> Nearest.to(name, names))
                  .map(near -> "; did you mean '" + near + "'?")
                  .orElse("; there are " + String.join(", ", names))));
    }
    return setting;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof SettingValues v && canonical(texts).equals(v.canonical(v.texts));
  }

  @Override
  public int hashCode() {
    return canonical(texts).hashCode();
  }

  @Override
  public String toString() {
    return texts.toString();
  }
}
