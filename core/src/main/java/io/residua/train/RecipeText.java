package io.residua.train;

import io.residua.SettingsTable;
import io.residua.SettingsTable.Difference;
import io.residua.Sha256;
import io.residua.Text;
import io.residua.YamlSettings;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a {@link Recipe} as they are written: looked up, read as numbers and choices,
 * compared whatever their spelling, and hashed. What they mean is the recipe's.
 */
final class RecipeText {
  private static final SettingsTable TABLE = RecipeSettings.TABLE;
  private static final String AUTO = "auto";

  private final Map<String, String> values;

  private RecipeText(Map<String, String> values) {
    this.values = Collections.unmodifiableMap(values);
  }

  static RecipeText defaults() {
    return new RecipeText(TABLE.defaults());
  }

  /**
   * These settings with some of them changed.
   *
   * @throws IllegalArgumentException with one line, if there is no such setting
   */
  RecipeText with(Map<String, String> settings) {
    return new RecipeText(TABLE.changed(values, settings));
  }

  String get(String name) {
    return TABLE.get(values, name);
  }

  boolean isAuto(String name) {
    return get(name).equals(AUTO);
  }

  String choice(String name, String... allowed) {
    if (!List.of(allowed).contains(get(name))) {
      throw bad(name, String.join(" or ", allowed), null);
    }
    return get(name);
  }

  int integer(String name, int least, int most) {
    try {
      int value = Integer.parseInt(get(name));
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw bad(name, Text.of("a whole number from %d to %d", least, most), e);
    }
    throw bad(name, Text.of("a whole number from %d to %d", least, most), null);
  }

  double number(String name, double least, double most) {
    String range = least == Double.MIN_VALUE ? "above 0" : Text.of("from %s to %s", least, most);
    try {
      double value = Double.parseDouble(get(name));
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw bad(name, "a number " + range, e);
    }
    throw bad(name, "a number " + range, null);
  }

  /** What is said of a value that is not as wanted. */
  IllegalArgumentException bad(String name, String wanted, @Nullable Exception cause) {
    return new IllegalArgumentException(
        Text.of("%s is '%s', not %s", name, get(name), wanted), cause);
  }

  /** These settings, those left {@code auto} as in another. */
  RecipeText withAutosOf(RecipeText other) {
    Map<String, String> settled = new LinkedHashMap<>(values);
    settled.replaceAll((name, value) -> value.equals(AUTO) ? other.get(name) : value);
    return new RecipeText(settled);
  }

  Optional<Difference> differenceFrom(RecipeText other, Collection<String> names) {
    return TABLE.difference(values, other.values, names);
  }

  /**
   * What tells these settings from others: the values that are not defaults, so that a run can go
   * on in a version that knows more settings.
   */
  String fingerprint() {
    return hash(TABLE.canonical(values), TABLE.canonical(TABLE.defaults()));
  }

  /** The fingerprint in checkpoints of earlier versions, which took values as they were spelt. */
  String spelledFingerprint() {
    return hash(values, TABLE.defaults());
  }

  private static String hash(Map<String, String> values, Map<String, String> defaults) {
    Map<String, String> own = new TreeMap<>(values);
    own.entrySet().removeAll(defaults.entrySet());
    return Sha256.of(YamlSettings.text(own).getBytes(StandardCharsets.UTF_8));
  }

  String toYaml() {
    return YamlSettings.text(values);
  }

  /** Whether every setting has the same value, whatever its spelling. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RecipeText r
        && TABLE.canonical(values).equals(TABLE.canonical(r.values));
  }

  @Override
  public int hashCode() {
    return TABLE.canonical(values).hashCode();
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
