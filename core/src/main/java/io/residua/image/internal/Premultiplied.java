package io.residua.image.internal;

import io.residua.image.RgbImage;

/**
 * Colours multiplied by their opacity and back, as Pillow rounds it ({@code RGBA} and {@code
 * RGBa}).
 */
final class Premultiplied {
  private Premultiplied() {}

  /** A picture's colours times its opacity. */
  static RgbImage of(RgbImage image, byte[] alpha) {
    byte[] rgb = image.rgb().clone();
    for (int i = 0, o = 0; i < alpha.length; i++) {
      int a = alpha[i] & 0xff;
      for (int end = o + 3; o < end; o++) {
        int product = (rgb[o] & 0xff) * a + 128;
        rgb[o] = (byte) ((product >> 8) + product >> 8);
      }
    }
    return new RgbImage(image.width(), image.height(), rgb);
  }

  /** Divides the colours of a picture by its opacity, in place. */
  static RgbImage undone(RgbImage image) {
    byte[] alpha = image.alpha();
    byte[] rgb = image.rgb();
    for (int i = 0, o = 0; alpha != null && i < alpha.length; i++, o += 3) {
      int a = alpha[i] & 0xff;
      for (int c = 0; a > 0 && a < 255 && c < 3; c++) {
        rgb[o + c] = (byte) Math.min(255, (rgb[o + c] & 0xff) * 255 / a);
      }
    }
    return image;
  }
}
