package io.residua.explain;

import io.residua.image.RgbImage;

/**
 * What speaks for a class, by position, and the picture as the network saw it.
 *
 * @param picture resized and cropped for the network
 * @param classIndex the class explained
 * @param logits the network's, for every class
 * @param width of the map
 * @param height of the map
 * @param values rows from top to bottom, at least 0, in logits a position; all 0 where nothing
 *     speaks for the class
 */
public record Heatmap(
    RgbImage picture, int classIndex, float[] logits, int width, int height, float[] values) {
  private static final double STRENGTH = 0.68;

  /** From weak to strong: violet, red, orange, yellow. */
  private static final int[][] COLOURS = {
    {49, 18, 96}, {150, 30, 110}, {220, 60, 60}, {250, 150, 30}, {255, 240, 120}
  };

  /** The largest value of the map. */
  public float peak() {
    float peak = 0;
    for (float value : values) {
      peak = Math.max(peak, value);
    }
    return peak;
  }

  /**
   * The value at a place of the picture, bilinear between the centres of positions.
   *
   * @param x 0 (left) to 1
   * @param y 0 (top) to 1
   */
  public double at(double x, double y) {
    double px = Math.max(0, Math.min(width - 1.0, x * width - 0.5));
    double py = Math.max(0, Math.min(height - 1.0, y * height - 0.5));
    int left = (int) px;
    int top = (int) py;
    int right = Math.min(left + 1, width - 1);
    int bottom = Math.min(top + 1, height - 1);
    double fx = px - left;
    double fy = py - top;
    return (values[top * width + left] * (1 - fx) + values[top * width + right] * fx) * (1 - fy)
        + (values[bottom * width + left] * (1 - fx) + values[bottom * width + right] * fx) * fy;
  }

  /**
   * The picture in grey with the map over it in colour: violet where little speaks for the class,
   * yellow where most does.
   */
  public RgbImage overlay() {
    double peak = peak();
    RgbImage out = new RgbImage(picture.width(), picture.height());
    for (int y = 0; y < out.height(); y++) {
      for (int x = 0; x < out.width(); x++) {
        double share = peak == 0 ? 0 : at((x + 0.5) / out.width(), (y + 0.5) / out.height()) / peak;
        int grey =
            (299 * picture.sample(x, y, 0)
                    + 587 * picture.sample(x, y, 1)
                    + 114 * picture.sample(x, y, 2)
                    + 500)
                / 1000;
        double alpha = STRENGTH * Math.sqrt(share);
        for (int channel = 0; channel < 3; channel++) {
          double mixed = (1 - alpha) * grey + alpha * colour(share, channel);
          out.rgb()[3 * (y * out.width() + x) + channel] = (byte) Math.round(mixed);
        }
      }
    }
    return out;
  }

  private static double colour(double share, int channel) {
    double at = share * (COLOURS.length - 1);
    int below = Math.min((int) at, COLOURS.length - 2);
    double part = at - below;
    return (1 - part) * COLOURS[below][channel] + part * COLOURS[below + 1][channel];
  }
}
