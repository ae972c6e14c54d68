package io.residua.image.internal;

import io.residua.image.RgbImage;
import java.util.function.IntUnaryOperator;

/** A rectangle of a picture painted over. */
final class Patch {
  private Patch() {}

  /** A copy with the rectangle's samples replaced, as far as it lies inside the picture. */
  static RgbImage fill(
      RgbImage image, int left, int top, int width, int height, IntUnaryOperator sample) {
    byte[] rgb = image.rgb().clone();
    int right = Math.min(image.width(), left + width);
    int bottom = Math.min(image.height(), top + height);
    for (int y = Math.max(0, top); y < bottom; y++) {
      int row = y * image.width();
      for (int i = (row + Math.max(0, left)) * 3; i < (row + right) * 3; i++) {
        rgb[i] = (byte) sample.applyAsInt(i);
      }
    }
    return new RgbImage(image.width(), image.height(), rgb);
  }
}
