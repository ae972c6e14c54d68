package io.residua.bench;

import io.residua.internal.Text;
import java.util.Set;

/** Values of options; what is wrong with one is an {@link IllegalArgumentException} of one line. */
public final class OptionValues {
  private OptionValues() {}

  /** A whole number, 1 to 9999. */
  public static int positive(String option, String value) {
    if (!value.matches("[1-9][0-9]{0,3}")) {
      throw new IllegalArgumentException(Text.of("%s must be 1 to 9999, not %s", option, value));
    }
    return Integer.parseInt(value);
  }

  /** Names, all of which there are. */
  public static void requireKnown(String option, Set<String> names, Set<String> known) {
    for (String name : names) {
      if (!known.contains(name)) {
        throw new IllegalArgumentException(
            Text.of(
                "%s: there is no '%s' (%s)",
                option, name, String.join(", ", known.stream().sorted().toList())));
      }
    }
  }
}
