package io.residua.testkit;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.RadialGradientPaint;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.image.BufferedImage;
import java.util.Random;

/**
 * Drawn fruits of one form on a white ground, which differ in their colour and their spots, and
 * what augmentation makes of a picture.
 */
public final class Fruits {
  private Fruits() {}

  /** The fruit of a number. */
  public static BufferedImage on(int width, int height, int number) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = graphics(image);
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, width, height);
    Random random = new Random(number);
    float radius = 0.4f * height;
    float left = width / 2f - radius;
    float top = height / 2f - radius;
    Color skin = Color.getHSBColor(0.15f * random.nextFloat(), 0.9f, 0.9f);
    g.setPaint(
        new RadialGradientPaint(
            left + 0.8f * radius,
            top + 0.7f * radius,
            1.5f * radius,
            new float[] {0, 1},
            new Color[] {skin.brighter(), skin.darker()}));
    Ellipse2D round = new Ellipse2D.Float(left, top, 2 * radius, 2 * radius);
    g.fill(round);
    g.clip(round);
    for (int i = 0; i < 40; i++) {
      float size = radius * (0.05f + 0.35f * random.nextFloat());
      int alpha = 60 + random.nextInt(120);
      boolean dark = random.nextInt(3) > 0;
      g.setColor(dark ? new Color(70, 35, 10, alpha) : new Color(255, 240, 170, alpha));
      g.fill(
          new Ellipse2D.Float(
              left + 2 * radius * random.nextFloat() - size / 2,
              top + 2 * radius * random.nextFloat() - size / 2,
              size,
              size * (0.4f + 0.6f * random.nextFloat())));
    }
    g.dispose();
    return image;
  }

  /** Turned about its middle on a black picture of the same size. */
  public static BufferedImage turned(BufferedImage image, double degrees) {
    return drawn(
        image,
        AffineTransform.getRotateInstance(
            Math.toRadians(degrees), image.getWidth() / 2.0, image.getHeight() / 2.0));
  }

  /** Moved on a black picture of the same size. */
  public static BufferedImage moved(BufferedImage image, int rightPx, int downPx) {
    return drawn(image, AffineTransform.getTranslateInstance(rightPx, downPx));
  }

  public static BufferedImage mirrored(BufferedImage image) {
    return drawn(image, new AffineTransform(-1, 0, 0, 1, image.getWidth(), 0));
  }

  /** Salt and pepper on one pixel in 150. */
  public static BufferedImage peppered(BufferedImage image, int seed) {
    BufferedImage out = drawn(image, new AffineTransform());
    Random random = new Random(seed);
    for (int i = 0; i < image.getWidth() * image.getHeight() / 150; i++) {
      int x = random.nextInt(image.getWidth());
      int y = random.nextInt(image.getHeight());
      out.setRGB(x, y, random.nextBoolean() ? 0xffffff : 0);
    }
    return out;
  }

  /** Squashed to 224×224. */
  public static BufferedImage squashed(BufferedImage image) {
    BufferedImage out = new BufferedImage(224, 224, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = graphics(out);
    g.drawImage(image.getScaledInstance(224, 224, Image.SCALE_AREA_AVERAGING), 0, 0, null);
    g.dispose();
    return out;
  }

  private static BufferedImage drawn(BufferedImage image, AffineTransform transform) {
    BufferedImage out =
        new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_INT_RGB);
    Graphics2D g = graphics(out);
    g.drawImage(image, transform, null);
    g.dispose();
    return out;
  }

  private static Graphics2D graphics(BufferedImage image) {
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    return g;
  }
}
