package io.residua.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Damages pictures at random and decodes them with their opacity: decoding ends, with a picture or
 * an {@link ImageException}, and claims no memory out of proportion.
 *
 * <p>{@code -Dresidua.fuzz=200000} damages each file so many times.
 */
class PictureFuzzTest {
  private static final int COUNT = Integer.getInteger("residua.fuzz", 400);
  private static final long SEED = Long.getLong("residua.fuzz.seed", 1);
  private static final int MOST_PIXELS = 1 << 16;

  /** Readers' own buffers, and for each pixel up to 16 samples of 8 bytes in a few copies. */
  private static final long MOST_BYTES = (4 << 20) + 512L * MOST_PIXELS;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @ParameterizedTest
  @Timeout(value = 2, unit = TimeUnit.HOURS)
  @ValueSource(
      strings = {
        "tiff_rgb_raw.tif",
        "tiff_bits_group3.tif",
        "tiff_bits_group4.tif",
        "tiff_bits_tiff_ccitt.tif",
        "tiff_rgb_packbits.tif",
        "tiff_palette.tif",
        "tiff_tiles.tif",
        "tiff_tiles_jpeg.tif",
        "tiff_planes_tiles.tif",
        "tiff_float_unit.tif",
        "tiff_big.tif",
        "pnm_p1.pbm",
        "pnm_p3.ppm",
        "pnm_p6_max1023.ppm",
        "pnm_p7_rgba.pam",
        "tiff_rgba.tif",
        "opacity_planar.tif",
        "opacity_palette.png",
        "opacity_grey.png",
        "png_rgb8_trns.png",
        "png_grey8_trns.png",
        "opacity_palette.gif",
        "bmp_32_v5_alpha.bmp",
        "opacity_ramp_40.webp",
        "opacity_noise_100.webp",
        "opacity_ramp_lossless.webp",
        "opacity_animated.webp"
      })
  void damagedPicturesAreReadOrRefused(String name) throws IOException {
    byte[] whole = FormatsTest.resource(name);
    ImageDecoder decoder = new ImageDecoder(MOST_PIXELS, true);
    decoder.decode(whole, name); // so that what is loaded once counts nowhere
    SplittableRandom random = new SplittableRandom(SEED);
    int refused = 0;
    for (int i = 0; i < COUNT; i++) {
      byte[] damaged = damaged(whole, random);
      long before = THREADS.getCurrentThreadAllocatedBytes();
      String problem = "";
      try {
        RgbImage image = decoder.decode(damaged, name);
        assertThat(image.width() * image.height()).isLessThanOrEqualTo(MOST_PIXELS);
      } catch (ImageException e) {
        assertThat(e.getMessage()).startsWith(name + ": ").doesNotContain("\n");
        refused++;
      } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
        problem = e.toString();
      }
      long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
      if (allocated > MOST_BYTES) {
        problem = allocated + " bytes were made";
      }
      if (!problem.isEmpty()) {
        Path kept = Files.write(Path.of("target", "fuzz-" + name), damaged);
        fail("input " + i + " (kept in " + kept + "): " + problem);
      }
    }
    assertThat(refused).isPositive();
  }

  private static byte[] damaged(byte[] whole, SplittableRandom random) {
    byte[] bytes = whole.clone();
    // Half of what is done is done to headers and directories, at either end.
    int start = random.nextBoolean() ? 0 : Math.max(0, bytes.length - 300);
    int range = random.nextBoolean() ? Math.min(300, bytes.length - start) : bytes.length - start;
    for (int n = random.nextInt(1, 5); n > 0 && bytes.length > 16; n--) {
      int at = Math.min(bytes.length - 1, start + random.nextInt(range));
      switch (random.nextInt(8)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1, 2 -> bytes[at] = (byte) random.nextInt(256);
        case 3 -> bytes[at] = (byte) (random.nextBoolean() ? 0xff : 0);
        case 4 -> Arrays.fill(bytes, at, Math.min(bytes.length, at + 4), (byte) 0xff);
        case 5 -> bytes[at] = (byte) "0123456789 \n#PW".charAt(random.nextInt(15));
        case 6 -> {
          int length = Math.min(bytes.length - at, 1 + random.nextInt(12));
          System.arraycopy(bytes, random.nextInt(bytes.length - length + 1), bytes, at, length);
        }
        default -> bytes = random.nextInt(4) == 0 ? Arrays.copyOf(bytes, at + 1) : bytes;
      }
    }
    return bytes;
  }
}
