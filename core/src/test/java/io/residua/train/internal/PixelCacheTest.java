package io.residua.train.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.image.RgbImage;
import io.residua.testkit.Pictures;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PixelCacheTest {
  private static final int COUNT = 40;

  private static RgbImage picture(int number) {
    return Pictures.noise(10 + number, 7, number);
  }

  /** Loads everything three times from several threads; how often a picture was decoded. */
  private static int decoded(PixelCache cache) {
    AtomicInteger decoded = new AtomicInteger();
    for (int turn = 0; turn < 3; turn++) {
      IntStream.range(0, COUNT)
          .parallel()
          .forEach(
              i -> {
                RgbImage image =
                    cache.get(
                        i,
                        () -> {
                          decoded.incrementAndGet();
                          return picture(i);
                        });
                assertThat(image).isEqualTo(picture(i));
              });
    }
    return decoded.get();
  }

  @Test
  void everyPictureIsDecodedOnceAndKeptInMemoryOrFile(@TempDir Path folder) throws Exception {
    try (PixelCache inMemory = new PixelCache(COUNT, 1 << 20, folder, 0)) {
      assertThat(decoded(inMemory)).isEqualTo(COUNT);
      assertThat(inMemory.fileBytes()).isZero();
    }
    try (PixelCache both = new PixelCache(COUNT, 5_000, folder, 0)) {
      assertThat(decoded(both)).isEqualTo(COUNT);
      assertThat(both.fileBytes()).isPositive();
      assertThat(folder).isNotEmptyDirectory();
    }
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void aFullDiskOnlyCostsTime(@TempDir Path folder) throws Exception {
    try (PixelCache cache = new PixelCache(COUNT, 5_000, folder, Long.MAX_VALUE / 2)) {
      assertThat(decoded(cache)).isGreaterThan(COUNT);
    }
    Path missing = folder.resolve("gone");
    try (PixelCache cache = new PixelCache(COUNT, 0, missing, 0)) {
      assertThat(decoded(cache)).isEqualTo(3 * COUNT);
    }
    assertThat(Files.exists(missing)).isFalse();
  }
}
