package io.residua.sample;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.util.Random;

/** Things that are not fruit: a plate, kitchen clutter behind, something that hides a part. */
final class Props {
  private Props() {}

  /** A plate or bowl seen from above, under the fruit. */
  static void plate(Canvas canvas, Light light, Random random) {
    int size = canvas.size;
    Layer layer = new Layer(size);
    Rgb glaze = random.nextBoolean() ? Rgb.srgb(0xF2F0EA) : Backdrop.anyColour(random);
    Rgb band = random.nextBoolean() ? glaze : Backdrop.anyColour(random);
    float cx = size * (0.5f + 0.08f * (float) random.nextGaussian());
    float cy = size * (0.55f + 0.08f * (float) random.nextGaussian());
    float rx = size * (0.4f + 0.2f * random.nextFloat());
    float ry = rx * (0.65f + 0.35f * random.nextFloat());
    Surface surface = new Surface();
    for (int y = 0; y < size; y++) {
      for (int x = 0; x < size; x++) {
        float dx = (x - cx) / rx;
        float dy = (y - cy) / ry;
        float d = (float) Math.sqrt(dx * dx + dy * dy);
        float alpha = Math.min(1, (1 - d) * rx + 0.5f);
        if (alpha > 0) {
          float rim = Noise.step(0.66f, 0.74f, d) * (1 - Noise.step(0.9f, 1, d) * 1.6f);
          surface.reset(glaze, 0.25f, 40);
          surface.paint(band, d > 0.8f && d < 0.9f ? 0.8f : 0);
          float lean = -0.55f * rim;
          light.shade(surface, dx * lean, dy * lean, (float) Math.sqrt(1 - lean * lean));
          layer.put(y * size + x, surface, alpha);
        }
      }
    }
    layer.layOver(canvas, light, 6, 0.6f);
  }

  /** Blurred bottles, jars, balls and boxes. */
  static void clutter(Canvas canvas, Random random) {
    BufferedImage image = image(canvas.size);
    Graphics2D g = graphics(image);
    int count = 2 + random.nextInt(6);
    for (int i = 0; i < count; i++) {
      double w = canvas.size * (0.08 + 0.3 * random.nextDouble());
      double h = w * (0.5 + 1.5 * random.nextDouble());
      double x = canvas.size * (random.nextDouble() * 1.2 - 0.1) - w / 2;
      double y = canvas.size * (random.nextDouble() * 1.2 - 0.1) - h / 2;
      Shape shape =
          random.nextBoolean()
              ? new Ellipse2D.Double(x, y, w, w)
              : new RoundRectangle2D.Double(x, y, w, h, w * 0.3, w * 0.3);
      g.setTransform(
          AffineTransform.getRotateInstance(random.nextGaussian() * 0.4, x + w / 2, y + h / 2));
      Color colour = colour(random, 255);
      g.setPaint(
          new GradientPaint(
              (float) x,
              (float) y,
              colour.brighter(),
              (float) (x + w),
              (float) (y + h),
              colour.darker()));
      g.fill(shape);
    }
    g.dispose();
    canvas.draw(image);
  }

  /** Something in front at the edge of the picture: a cloth, a board, a twig. */
  static void occluder(Canvas canvas, Random random) {
    int size = canvas.size;
    BufferedImage image = image(size);
    Graphics2D g = graphics(image);
    g.rotate(random.nextInt(4) * Math.PI / 2, size / 2.0, size / 2.0);
    Color colour = colour(random, 255);
    g.setPaint(new GradientPaint(0, size * 0.7f, colour, size, size, colour.darker()));
    if (random.nextBoolean()) {
      Path2D edge = new Path2D.Double();
      double top = size * (0.76 + 0.12 * random.nextDouble());
      edge.moveTo(-2, size + 2);
      edge.lineTo(-2, top + size * 0.1 * random.nextGaussian() * 0.5);
      edge.curveTo(
          size * 0.3,
          top + size * 0.08 * random.nextGaussian(),
          size * 0.6,
          top + size * 0.08 * random.nextGaussian(),
          size + 2,
          top + size * 0.1 * random.nextGaussian());
      edge.lineTo(size + 2, size + 2);
      edge.closePath();
      g.fill(edge);
    } else {
      g.setStroke(
          new BasicStroke(
              (float) (size * (0.02 + 0.05 * random.nextDouble())),
              BasicStroke.CAP_ROUND,
              BasicStroke.JOIN_ROUND));
      Path2D twig = new Path2D.Double();
      double x = size * random.nextDouble();
      twig.moveTo(x, size + 5);
      twig.quadTo(
          x + size * 0.2 * random.nextGaussian(),
          size * 0.7,
          x + size * 0.4 * random.nextGaussian(),
          size * (0.2 + 0.4 * random.nextDouble()));
      g.draw(twig);
    }
    g.dispose();
    canvas.draw(image);
  }

  private static Color colour(Random random, int alpha) {
    Color c =
        Color.getHSBColor(
            random.nextFloat(), 0.8f * random.nextFloat(), 0.15f + 0.8f * random.nextFloat());
    return new Color(c.getRed(), c.getGreen(), c.getBlue(), alpha);
  }

  private static BufferedImage image(int size) {
    return new BufferedImage(size, size, BufferedImage.TYPE_INT_ARGB);
  }

  private static Graphics2D graphics(BufferedImage image) {
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    return g;
  }
}
