package io.residua.sample;

import java.awt.image.BufferedImage;
import java.util.Arrays;

/** A square picture in linear light, three floats a pixel. */
final class Canvas {
  final int size;
  final float[] rgb;

  Canvas(int size) {
    this.size = size;
    this.rgb = new float[size * size * 3];
  }

  void blend(int pixel, float r, float g, float b, float alpha) {
    int i = pixel * 3;
    rgb[i] += (r - rgb[i]) * alpha;
    rgb[i + 1] += (g - rgb[i + 1]) * alpha;
    rgb[i + 2] += (b - rgb[i + 2]) * alpha;
  }

  void darken(int pixel, float factor) {
    int i = pixel * 3;
    rgb[i] *= factor;
    rgb[i + 1] *= factor;
    rgb[i + 2] *= factor;
  }

  Rgb mean() {
    double[] sum = new double[3];
    for (int i = 0; i < rgb.length; i++) {
      sum[i % 3] += rgb[i];
    }
    int n = size * size;
    return new Rgb((float) (sum[0] / n), (float) (sum[1] / n), (float) (sum[2] / n));
  }

  /** Draws a Java2D picture (sRGB, not premultiplied) over this one. */
  void draw(BufferedImage layer) {
    int[] row = new int[size];
    for (int y = 0; y < size; y++) {
      layer.getRGB(0, y, size, 1, row, 0, size);
      for (int x = 0; x < size; x++) {
        int alpha = row[x] >>> 24;
        if (alpha > 0) {
          Rgb c = Rgb.srgb(row[x] & 0xffffff);
          blend(y * size + x, c.r(), c.g(), c.b(), alpha / 255f);
        }
      }
    }
  }

  /** Blurs as a lens out of focus would, roughly: two box blurs. */
  void blur(float radiusPx) {
    int radius = Math.round(radiusPx);
    if (radius > 0) {
      for (int channel = 0; channel < 3; channel++) {
        for (int pass = 0; pass < 2; pass++) {
          box(rgb, 3, channel, size, radius);
        }
      }
    }
  }

  /** Two box blurs of a plane with one float a pixel. */
  static void blur(float[] plane, int size, int radiusPx) {
    if (radiusPx > 0) {
      box(plane, 1, 0, size, radiusPx);
      box(plane, 1, 0, size, radiusPx);
    }
  }

  private static void box(float[] data, int step, int first, int size, int radius) {
    float[] line = new float[size + 2 * radius + 1];
    for (int i = 0; i < size; i++) {
      boxLine(data, first + i * size * step, step, line, size, radius);
    }
    for (int i = 0; i < size; i++) {
      boxLine(data, first + i * step, size * step, line, size, radius);
    }
  }

  private static void boxLine(
      float[] data, int start, int stride, float[] line, int size, int radius) {
    for (int i = 0, at = start; i < size; i++, at += stride) {
      line[radius + i] = data[at];
    }
    Arrays.fill(line, 0, radius, line[radius]);
    Arrays.fill(line, radius + size, line.length, line[radius + size - 1]);
    float sum = 0;
    for (int i = 0; i <= 2 * radius; i++) {
      sum += line[i];
    }
    float scale = 1f / (2 * radius + 1);
    for (int i = 0, at = start; i < size; i++, at += stride) {
      data[at] = sum * scale;
      sum += line[i + 2 * radius + 1] - line[i];
    }
  }
}
