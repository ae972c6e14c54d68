package io.residua.image.internal;

import io.residua.image.RgbImage;
import java.util.Arrays;

/**
 * Changes of brightness and colour without chance, equal to those of {@code
 * torchvision.transforms.functional} on Pillow images. A factor of 1 changes nothing.
 */
public final class ColourAdjustment {
  private ColourAdjustment() {}

  /** Nearer to black below 1, lighter above. */
  public static RgbImage brightness(RgbImage image, double factor) {
    return blend(new byte[image.rgb().length], image, factor);
  }

  /** Nearer to the mean grey below 1. */
  public static RgbImage contrast(RgbImage image, double factor) {
    long sum = 0;
    byte[] rgb = image.rgb();
    for (int i = 0; i < rgb.length; i += 3) {
      sum += luma(rgb, i);
    }
    int mean = (int) ((double) sum / (rgb.length / 3) + 0.5);
    byte[] base = new byte[rgb.length];
    Arrays.fill(base, (byte) mean);
    return blend(base, image, factor);
  }

  /** Nearer to its own grey below 1; 0 is a grey picture. */
  public static RgbImage saturation(RgbImage image, double factor) {
    return blend(grey(image).rgb(), image, factor);
  }

  /** Every pixel's luma (ITU-R 601-2) in all three channels. */
  public static RgbImage grey(RgbImage image) {
    byte[] rgb = image.rgb();
    byte[] out = new byte[rgb.length];
    for (int i = 0; i < rgb.length; i += 3) {
      out[i] = out[i + 1] = out[i + 2] = (byte) luma(rgb, i);
    }
    return new RgbImage(image.width(), image.height(), out);
  }

  /**
   * Colours turned around the circle, by way of 8-bit hue, saturation and value as in Pillow.
   *
   * @param share of the whole circle, -0.5..0.5
   */
  public static RgbImage hue(RgbImage image, double share) {
    int shift = (int) (255 * share) & 0xff;
    byte[] rgb = image.rgb();
    byte[] out = new byte[rgb.length];
    for (int i = 0; i < rgb.length; i += 3) {
      Hsv.shiftHue(rgb, out, i, shift);
    }
    return new RgbImage(image.width(), image.height(), out);
  }

  private static int luma(byte[] rgb, int i) {
    return (19595 * (rgb[i] & 0xff)
            + 38470 * (rgb[i + 1] & 0xff)
            + 7471 * (rgb[i + 2] & 0xff)
            + 32768)
        >> 16;
  }

  /** {@code base + factor * (image - base)} in float, clipped and truncated. */
  static RgbImage blend(byte[] base, RgbImage image, double factor) {
    float f = (float) factor;
    byte[] rgb = image.rgb();
    byte[] out = new byte[rgb.length];
    for (int i = 0; i < rgb.length; i++) {
      int b = base[i] & 0xff;
      float value = b + f * ((rgb[i] & 0xff) - b);
      out[i] = (byte) (value <= 0 ? 0 : value >= 255 ? 255 : (int) value);
    }
    return new RgbImage(image.width(), image.height(), out);
  }

  /** Pillow's 8-bit HSV. */
  private static final class Hsv {
    private Hsv() {}

    static void shiftHue(byte[] rgb, byte[] out, int i, int shift) {
      int r = rgb[i] & 0xff;
      int g = rgb[i + 1] & 0xff;
      int b = rgb[i + 2] & 0xff;
      int max = Math.max(r, Math.max(g, b));
      int min = Math.min(r, Math.min(g, b));
      if (max == min) {
        out[i] = out[i + 1] = out[i + 2] = (byte) max;
        return;
      }
      float range = max - min;
      float saturation = range / max;
      float red = (max - r) / range;
      float green = (max - g) / range;
      float blue = (max - b) / range;
      float h =
          r == max
              ? blue - green
              : g == max ? (float) (2.0 + red - blue) : (float) (4.0 + green - red);
      h = (float) ((h / 6.0 + 1.0) % 1.0);
      int hue = (int) (h * 255.0) + shift & 0xff;
      put(out, i, hue, (int) (saturation * 255.0), max);
    }

    private static void put(byte[] out, int i, int hue, int saturation, int value) {
      int sector = (int) (hue * 6.0 / 255.0);
      float f = (float) (hue * 6.0 / 255.0 - sector);
      float s = (float) (saturation / 255.0);
      int p = round(value * (1.0 - s));
      int q = round(value * (1.0 - s * f));
      int t = round(value * (1.0 - s * (1.0 - f)));
      switch (sector % 6) {
        case 0 -> store(out, i, value, t, p);
        case 1 -> store(out, i, q, value, p);
        case 2 -> store(out, i, p, value, t);
        case 3 -> store(out, i, p, q, value);
        case 4 -> store(out, i, t, p, value);
        default -> store(out, i, value, p, q);
      }
    }

    private static void store(byte[] out, int i, int r, int g, int b) {
      out[i] = (byte) r;
      out[i + 1] = (byte) g;
      out[i + 2] = (byte) b;
    }

    private static int round(double value) {
      return (int) Math.floor(value + 0.5);
    }
  }
}
