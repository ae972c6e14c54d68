package io.residua.image;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.Shared;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/** Reference pictures and how far another is from them. */
public final class Golden {
  private Golden() {}

  public static List<JsonNode> cases(String folder) {
    List<JsonNode> cases = new ArrayList<>();
    Shared.json("golden", folder, "cases.json").get("cases").forEach(cases::add);
    return cases;
  }

  /** A reference PNG, 8-bit RGB, read by the Java runtime and so independently of the decoder. */
  public static RgbImage png(String pathInGolden) {
    Path path = Shared.path("golden", pathInGolden);
    try {
      BufferedImage image = ImageIO.read(path.toFile());
      byte[] rgb = new byte[image.getWidth() * image.getHeight() * 3];
      int[] samples =
          image.getRaster().getPixels(0, 0, image.getWidth(), image.getHeight(), (int[]) null);
      if (samples.length != rgb.length) {
        throw new IOException(path + " is not RGB");
      }
      for (int i = 0; i < rgb.length; i++) {
        rgb[i] = (byte) samples[i];
      }
      return new RgbImage(image.getWidth(), image.getHeight(), rgb);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Largest and mean absolute difference of samples, and the share that differ. */
  public record Difference(int max, double mean, double share) {
    public static Difference of(RgbImage actual, RgbImage expected) {
      if (actual.width() != expected.width() || actual.height() != expected.height()) {
        throw new AssertionError(actual + " where " + expected + " is expected");
      }
      int max = 0;
      long sum = 0;
      long differing = 0;
      for (int i = 0; i < actual.rgb().length; i++) {
        int d = Math.abs((actual.rgb()[i] & 0xff) - (expected.rgb()[i] & 0xff));
        max = Math.max(max, d);
        sum += d;
        differing += d > 0 ? 1 : 0;
      }
      double n = actual.rgb().length;
      return new Difference(max, sum / n, differing / n);
    }
  }
}
