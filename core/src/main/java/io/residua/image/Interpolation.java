package io.residua.image;

import io.residua.UsageException;
import io.residua.internal.ConstantNames;

/**
 * How a picture is resized; the names and the results are Pillow's. All but {@link #NEAREST} widen
 * their filter when shrinking (antialiasing).
 */
public enum Interpolation {
  /** The nearest pixel, without antialiasing. */
  NEAREST(0),
  /** Triangle filter over 2 pixels. */
  BILINEAR(1),
  /** Cubic convolution over 4 pixels, a = -0.5 (Keys 1981). */
  BICUBIC(2),
  /** Windowed sinc over 6 pixels. */
  LANCZOS(3);

  private final double support;

  Interpolation(double support) {
    this.support = support;
  }

  /** Half the filter's width in pixels. */
  public double support() {
    return support;
  }

  /** The filter's value at that distance from its centre. */
  public double weight(double distance) {
    double x = Math.abs(distance);
    if (x >= support) {
      return 0;
    }
    return switch (this) {
      case NEAREST -> throw new IllegalStateException("nearest has no filter");
      case BILINEAR -> 1 - x;
      case BICUBIC -> x < 1 ? (1.5 * x - 2.5) * x * x + 1 : -0.5 * (((x - 5) * x + 8) * x - 4);
      case LANCZOS -> sinc(x) * sinc(x / 3);
    };
  }

  private static double sinc(double x) {
    return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
  }

  /** {@code nearest}, {@code bilinear}, {@code bicubic} or {@code lanczos}. */
  public String label() {
    return ConstantNames.of(this);
  }

  /**
   * The interpolation of that {@link #label()}.
   *
   * @throws UsageException if there is none; one line that lists them
   */
  public static Interpolation of(String label) {
    return ConstantNames.read(Interpolation.class, "interpolation", label);
  }
}
