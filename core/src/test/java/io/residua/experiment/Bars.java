package io.residua.experiment;

import io.residua.engine.Compute;
import io.residua.engine.Precision;
import io.residua.image.RgbImage;
import io.residua.train.Recipe;
import io.residua.train.Trainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/** Pictures of 32 px with bars across or down, which any network tells apart soon. */
final class Bars {
  /** Small networks gain nothing from a second thread. */
  static final Compute ONE_THREAD = new Compute(Compute.auto().device(), Precision.FP32, 1);

  private Bars() {}

  static Trainer trainer() {
    return Trainer.create().on(ONE_THREAD);
  }

  /** A set with parts {@code train} and {@code test}. */
  static Path in(Path folder, int train, int test) {
    write(folder.resolve("train"), train, 0);
    write(folder.resolve("test"), test, 1000);
    return folder;
  }

  /** A small network from scratch, a second of training. */
  static Recipe recipe() {
    return Recipe.defaults()
        .with("weights", "none")
        .with("model", "resnet20-cifar-b")
        .with("epochs", "2")
        .with("batch_size", "8")
        .with("lr", "0.01")
        .with("val_split", "0.25");
  }

  private static void write(Path part, int each, int seed) {
    for (boolean across : new boolean[] {true, false}) {
      Path folder = part.resolve(across ? "across" : "down");
      try {
        Files.createDirectories(folder);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      for (int i = 0; i < each; i++) {
        picture(across, seed + 2 * i + (across ? 0 : 1))
            .writePng(folder.resolve("p%02d.png".formatted(i)));
      }
    }
  }

  private static RgbImage picture(boolean across, int seed) {
    Random random = new Random(seed);
    int phase = random.nextInt(8);
    byte[] rgb = new byte[32 * 32 * 3];
    for (int y = 0; y < 32; y++) {
      for (int x = 0; x < 32; x++) {
        int value = ((across ? y : x) + phase) % 8 < 4 ? 180 : 40;
        for (int c = 0; c < 3; c++) {
          rgb[(y * 32 + x) * 3 + c] = (byte) (value + random.nextInt(60));
        }
      }
    }
    return new RgbImage(32, 32, rgb);
  }
}
