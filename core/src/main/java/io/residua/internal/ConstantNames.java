package io.residua.internal;

import io.residua.UsageException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How constants are called in files and on the command line: {@code half-even}. */
public final class ConstantNames {
  private ConstantNames() {}

  public static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Those of all constants, in order. */
  public static <E extends Enum<E>> List<String> of(Class<E> type) {
    return Arrays.stream(type.getEnumConstants()).map(ConstantNames::of).toList();
  }

  /**
   * The constant of that label.
   *
   * @param what what it is one of, for messages: "resize mode"
   * @param label in any case
   * @throws UsageException if there is none; one line that lists all
   */
  public static <E extends Enum<E>> E read(Class<E> type, String what, String label) {
    for (E constant : type.getEnumConstants()) {
      if (of(constant).equalsIgnoreCase(label)) {
        return constant;
      }
    }
    List<String> all = of(type);
    throw new UsageException(
        Text.of("unknown %s '%s' (one of %s)", what, label, String.join(", ", all))
            + Nearest.meant(label, all));
  }
}
