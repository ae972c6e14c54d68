package io.residua.data.internal;

import io.residua.UsageException;
import io.residua.internal.Text;

/** How much of a set goes to the held-out side of a split. */
public sealed interface SplitSize {

  /** Nothing. */
  record None() implements SplitSize {}

  /** A share of the pictures, 0 &lt; share &lt; 1. */
  record Fraction(double share) implements SplitSize {
    public Fraction {
      if (!(share > 0 && share < 1)) {
        throw new IllegalArgumentException("a split needs a share between 0 and 1, not " + share);
      }
    }
  }

  /** A number of pictures over all classes. */
  record Count(int pictures) implements SplitSize {
    public Count {
      if (pictures < 1) {
        throw new IllegalArgumentException("a split needs at least one picture, not " + pictures);
      }
    }
  }

  static SplitSize none() {
    return new None();
  }

  static SplitSize fraction(double share) {
    return new Fraction(share);
  }

  static SplitSize count(int pictures) {
    return new Count(pictures);
  }

  /**
   * Reads {@code 0.2}, {@code 20%}, {@code 100} (pictures) or {@code 0} (none).
   *
   * @throws UsageException naming the text if it is none of these
   */
  static SplitSize parse(String text) {
    String number = text.strip();
    try {
      if (number.endsWith("%")) {
        return fraction(Double.parseDouble(number.substring(0, number.length() - 1)) / 100);
      }
      double value = Double.parseDouble(number);
      if (value == 0) {
        return none();
      }
      return number.matches("\\d+") ? count(Integer.parseInt(number)) : fraction(value);
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          "'" + text + "' is not a split size; give a share (0.2), a percentage or a count", e);
    }
  }

  /** How many of {@code total} pictures this is, rounded to the nearest. */
  default int of(int total) {
    if (this instanceof Fraction fraction) {
      return (int) Math.round(fraction.share() * total);
    }
    return this instanceof Count count ? count.pictures() : 0;
  }

  /** For people: {@code 20 %} or {@code 100 pictures}. */
  default String text() {
    if (this instanceof Fraction fraction) {
      String percent = Text.of("%.2f", fraction.share() * 100);
      return percent.replaceAll("\\.?0+$", "") + " %";
    }
    return of(0) + " pictures";
  }
}
