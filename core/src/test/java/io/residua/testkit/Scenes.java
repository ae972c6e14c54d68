package io.residua.testkit;

import io.residua.image.RgbImage;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * Drawn pictures that differ as photographs do: something of a class before a background of many
 * things, at any place, size, angle and colour, with grain. Each is another one.
 */
public final class Scenes {
  public static final int SIZE_PX = 224;

  /** What stands in front. */
  public static final List<String> CLASSES =
      List.of("bars", "crosses", "discs", "rings", "squares", "triangles");

  private Scenes() {}

  /**
   * Writes class folders in {@code train} and {@code test}.
   *
   * @return the folder
   */
  public static Path set(Path folder, int train, int test) {
    for (int label = 0; label < CLASSES.size(); label++) {
      for (int i = 0; i < train + test; i++) {
        Path file =
            folder
                .resolve(i < train ? "train" : "test")
                .resolve(CLASSES.get(label))
                .resolve("scene_%02d.png".formatted(i));
        try {
          Files.createDirectories(file.getParent());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        RgbImage.of(picture(label, i)).writePng(file);
      }
    }
    return folder;
  }

  /**
   * A picture of {@link #SIZE_PX} squared.
   *
   * @param label index into {@link #CLASSES}
   */
  public static BufferedImage picture(int label, int number) {
    BufferedImage image = new BufferedImage(SIZE_PX, SIZE_PX, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(CLASSES.size() * (long) number + label);
    Graphics2D g = image.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setPaint(
        new GradientPaint(
            random.nextInt(SIZE_PX),
            0,
            colour(random),
            random.nextInt(SIZE_PX),
            SIZE_PX,
            colour(random)));
    g.fillRect(0, 0, SIZE_PX, SIZE_PX);
    for (int i = 0; i < 8; i++) {
      Shape other = shape(random.nextInt(CLASSES.size()));
      draw(g, random, other, 0.1 + 0.3 * random.nextDouble(), colour(random));
    }
    draw(g, random, shape(label), 0.5 + 0.3 * random.nextDouble(), colour(label, random));
    g.dispose();
    for (int y = 0; y < SIZE_PX; y++) {
      for (int x = 0; x < SIZE_PX; x++) {
        int grain = random.nextInt(12);
        Color c = new Color(image.getRGB(x, y));
        image.setRGB(
            x,
            y,
            new Color(c.getRed() + grain, c.getGreen() + grain, c.getBlue() + grain).getRGB());
      }
    }
    return image;
  }

  private static void draw(Graphics2D g, Random random, Shape shape, double scale, Color colour) {
    AffineTransform place = new AffineTransform();
    place.translate(
        SIZE_PX * (0.3 + 0.4 * random.nextDouble()), SIZE_PX * (0.3 + 0.4 * random.nextDouble()));
    place.rotate(random.nextDouble() * 2 * Math.PI);
    place.scale(SIZE_PX * scale, SIZE_PX * scale);
    g.setColor(colour);
    g.fill(place.createTransformedShape(shape));
  }

  /** Leaves room for grain, and for a picture to be made brighter. */
  private static Color colour(Random random) {
    return new Color(20 + random.nextInt(170), 20 + random.nextInt(170), 20 + random.nextInt(170));
  }

  /** About that of a class, so that untrained features tell something of it. */
  private static Color colour(int label, Random random) {
    double[] phases = {0, 2 * Math.PI / 3, 4 * Math.PI / 3};
    int[] rgb = new int[3];
    for (int channel = 0; channel < 3; channel++) {
      double angle = 2 * Math.PI * label / CLASSES.size() + phases[channel];
      rgb[channel] = (int) (90 + 60 * Math.cos(angle)) + random.nextInt(40);
    }
    return new Color(rgb[0], rgb[1], rgb[2]);
  }

  /** Of a size of 1, around the origin. */
  private static Shape shape(int label) {
    Path2D shape = new Path2D.Double(Path2D.WIND_EVEN_ODD);
    switch (CLASSES.get(label)) {
      case "bars" -> shape.append(new Rectangle2D.Double(-0.5, -0.12, 1, 0.24), false);
      case "crosses" -> {
        shape.append(new Rectangle2D.Double(-0.5, -0.1, 1, 0.2), false);
        shape.append(new Rectangle2D.Double(-0.1, -0.5, 0.2, 1), false);
      }
      case "discs" -> shape.append(new Ellipse2D.Double(-0.5, -0.5, 1, 1), false);
      case "rings" -> {
        shape.append(new Ellipse2D.Double(-0.5, -0.5, 1, 1), false);
        shape.append(new Ellipse2D.Double(-0.3, -0.3, 0.6, 0.6), false);
      }
      case "squares" -> shape.append(new Rectangle2D.Double(-0.4, -0.4, 0.8, 0.8), false);
      default -> {
        shape.moveTo(0, -0.5);
        shape.lineTo(0.45, 0.4);
        shape.lineTo(-0.45, 0.4);
        shape.closePath();
      }
    }
    return shape;
  }
}
