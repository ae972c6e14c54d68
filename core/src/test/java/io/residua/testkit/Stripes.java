package io.residua.testkit;

import io.residua.image.RgbImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Two classes that mean colour does not tell apart: stripes across and stripes down. */
public final class Stripes {
  private Stripes() {}

  /** Writes class folders with so many pictures each, in {@code train} and in {@code test}. */
  public static Path folder(Path data, int train, int test) {
    write(data.resolve("train"), 0, train);
    write(data.resolve("test"), train, test);
    return data;
  }

  /** Writes class folders with so many pictures each. */
  public static Path folder(Path data, int each) {
    write(data, 0, each);
    return data;
  }

  private static void write(Path data, int first, int each) {
    for (boolean across : new boolean[] {true, false}) {
      for (int i = first; i < first + each; i++) {
        Path file = data.resolve(across ? "across" : "down").resolve("p%02d.png".formatted(i));
        try {
          Files.createDirectories(file.getParent());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        picture(across, i).writePng(file);
      }
    }
  }

  public static RgbImage picture(boolean across, int seed) {
    Random random = new Random(seed);
    int phase = random.nextInt(8);
    byte[] rgb = new byte[32 * 32 * 3];
    for (int y = 0; y < 32; y++) {
      for (int x = 0; x < 32; x++) {
        int value = ((across ? y : x) + phase) % 8 < 4 ? 200 : 50;
        for (int c = 0; c < 3; c++) {
          rgb[(y * 32 + x) * 3 + c] = (byte) (value + random.nextInt(40));
        }
      }
    }
    return new RgbImage(32, 32, rgb);
  }
}
