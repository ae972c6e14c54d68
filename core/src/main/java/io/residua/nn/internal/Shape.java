package io.residua.nn.internal;

import io.residua.internal.Text;

/**
 * The shape of one picture's activation, without the batch dimension: {@code C×H×W}. A vector of n
 * values is {@code n×1×1}.
 */
public record Shape(int channels, int height, int width) {
  public Shape {
    if (channels < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          Text.of("shape %d×%d×%d has no room", channels, height, width));
    }
  }

  public static Shape vector(int size) {
    return new Shape(size, 1, 1);
  }

  public static Shape rgb(int sizePx) {
    return picture(3, sizePx);
  }

  /** A square picture. */
  public static Shape picture(int channels, int sizePx) {
    return new Shape(channels, sizePx, sizePx);
  }

  /** Number of values. */
  public int size() {
    return Math.multiplyExact(Math.multiplyExact(channels, height), width);
  }

  @Override
  public String toString() {
    return height == 1 && width == 1
        ? Integer.toString(channels)
        : channels + "×" + height + "×" + width;
  }
}
