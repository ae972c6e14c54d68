package io.residua.image.internal;

import io.residua.UsageException;
import io.residua.internal.ConstantNames;

/** What is seen where a moved picture leaves nothing; the names are Keras'. */
public enum Fill {
  /** Black: {@code 000|abcd|000}. */
  CONSTANT,
  /** The nearest pixel of the border: {@code aaa|abcd|ddd}. */
  NEAREST,
  /** The picture mirrored at its edge: {@code cba|abcd|dcb}. */
  REFLECT;

  /** The name in recipes. */
  public String label() {
    return ConstantNames.of(this);
  }

  /**
   * The mode of that {@link #label()}.
   *
   * @throws UsageException if there is none; one line that lists them
   */
  public static Fill of(String label) {
    return ConstantNames.read(Fill.class, "fill mode", label);
  }

  /** Where a coordinate outside {@code [0, size)} is looked up instead. */
  double inside(double coordinate, int size) {
    return switch (this) {
      case CONSTANT -> coordinate;
      case NEAREST -> Math.max(0, Math.min(Math.nextDown((double) size), coordinate));
      case REFLECT -> {
        double period = 2.0 * size;
        double c = coordinate - Math.floor(coordinate / period) * period;
        yield c < size ? c : Math.min(Math.nextDown((double) size), period - c);
      }
    };
  }
}
