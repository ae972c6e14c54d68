package io.residua.image.internal;

import io.residua.image.ImageDecoder;
import io.residua.internal.Text;
import java.io.IOException;

/**
 * Judges a size that a file declares, before anything of that size is allocated.
 *
 * @param mostPixels what the limit could become with more memory for Java
 */
public record PixelLimit(long maxPixels, long mostPixels) {
  /**
   * The longest side; formats other than PNG and BMP end far below. It bounds the weights that
   * resampling precomputes for a picture one pixel high.
   */
  static final int MAX_SIDE_PX = 1_000_000;

  void check(long width, long height) throws IOException {
    if (width < 1 || height < 1) {
      throw new IOException(Text.of("the file declares a size of %dx%d pixels", width, height));
    }
    if (width > MAX_SIDE_PX || height > MAX_SIDE_PX) {
      throw new IOException(
          Text.of(
              "the file declares a size of %dx%d pixels, a side above the limit of %d",
              width, height, MAX_SIDE_PX));
    }
    if (width * height > maxPixels) {
      throw new IOException(
          Text.of(
              "the file declares a size of %dx%d pixels (%.1f megapixels), above the limit of %s"
                  + " megapixels%s",
              width, height, width * height / 1e6, megapixels(), remedy(width * height)));
    }
  }

  private double megapixels() {
    return maxPixels < 1_000_000 ? maxPixels / 1e6 : Math.floor(maxPixels / 1e5) / 10;
  }

  private String remedy(long pixels) {
    long heap = ImageDecoder.BYTES_PER_PIXEL * pixels;
    return pixels > mostPixels
        ? ""
        : Text.of("; with %d GB of memory for Java (-Xmx) it is read", (heap >> 30) + 1);
  }
}
