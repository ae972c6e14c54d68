package io.residua.image.internal;

import io.residua.UsageException;
import io.residua.internal.Text;
import java.util.random.RandomGenerator;

/** Checks of an augmentation's values, and uniform draws from ranges that may be a point. */
public final class Ranges {
  private Ranges() {}

  static void share(String name, double value) {
    within(name, value, 0, 1);
  }

  public static void within(String name, double value, double least, double most) {
    if (!(value >= least && value <= most)) {
      throw new UsageException(
          Text.of("%s must be %s..%s, not %s", name, text(least), text(most), text(value)));
    }
  }

  private static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e9
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  static double uniform(double from, double to, RandomGenerator random) {
    return from + (to - from) * random.nextDouble();
  }

  static double around(double middle, double range, RandomGenerator random) {
    return uniform(middle - range, middle + range, random);
  }
}
