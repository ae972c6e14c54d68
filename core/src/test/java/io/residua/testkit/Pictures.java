package io.residua.testkit;

import io.residua.image.RgbImage;
import java.util.Random;

/** Small pictures whose samples are computed. */
public final class Pictures {
  private Pictures() {}

  /** Noise, other for every seed. */
  public static RgbImage noise(int width, int height, long seed) {
    RgbImage picture = new RgbImage(width, height);
    new Random(seed).nextBytes(picture.rgb());
    return picture;
  }

  /**
   * Noise whose samples depend on nothing but their place, so that other programs make it too.
   *
   * @param index of pictures of one size that lie behind one another
   */
  public static RgbImage placed(int width, int height, int index) {
    RgbImage picture = new RgbImage(width, height);
    int size = picture.rgb().length;
    for (int i = 0; i < size; i++) {
      picture.rgb()[i] = (byte) ((index * size + i) * 0x9e3779b1 >>> 13);
    }
    return picture;
  }

  /** The first or the second of the pictures that the heads in {@code fixtures} were run on. */
  public static RgbImage ofHeads(int index, int sizePx) {
    RgbImage picture = new RgbImage(sizePx, sizePx);
    for (int i = 0; i < picture.rgb().length; i++) {
      picture.rgb()[i] = (byte) (index == 0 ? 7 * i + i / 96 : i * i / 97);
    }
    return picture;
  }
}
