package io.residua.train;

import io.residua.image.RgbImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Two classes that mean colour does not tell apart: stripes across and stripes down. */
final class Stripes {
  private Stripes() {}

  /** Writes class folders with so many pictures each. */
  static Path folder(Path data, int each) {
    for (boolean across : new boolean[] {true, false}) {
      for (int i = 0; i < each; i++) {
        Path file = data.resolve(across ? "across" : "down").resolve("p%02d.png".formatted(i));
        try {
          Files.createDirectories(file.getParent());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        picture(across, i).writePng(file);
      }
    }
    return data;
  }

  static RgbImage picture(boolean across, int seed) {
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
