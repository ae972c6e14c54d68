package io.residua.sample;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.util.Random;

/** Turns light into pixels as a simple camera does: exposure, white balance, focus, noise. */
final class Camera {
  private static final int LEVELS = 4096;
  private static final float[] GAMMA = gamma();

  private Camera() {}

  private static float[] gamma() {
    float[] table = new float[LEVELS + 1];
    for (int i = 0; i <= LEVELS; i++) {
      table[i] = (float) (255 * Math.pow((double) i / LEVELS, 1 / 2.2));
    }
    return table;
  }

  static BufferedImage develop(Canvas canvas, Random random) {
    if (random.nextFloat() < 0.25) {
      canvas.blur(1);
    }
    int size = canvas.size;
    float exposure = (float) Math.exp(0.28 * random.nextGaussian());
    float warm = 0.12f * (float) random.nextGaussian();
    float green = 0.04f * (float) random.nextGaussian();
    float[] gain = {exposure * (1 + warm), exposure * (1 + green), exposure * (1 - warm)};
    float vignette = 0.5f * random.nextFloat() * random.nextFloat();
    float noise = 1 + 9 * random.nextFloat() * random.nextFloat();
    float contrast = 0.85f + 0.3f * random.nextFloat();
    long state = random.nextLong();
    BufferedImage image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    int[] pixels = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    float middle = size / 2f;
    for (int i = 0; i < pixels.length; i++) {
      float dx = (i % size - middle) / middle;
      float dy = (i / size - middle) / middle;
      float dim = 1 - vignette * 0.5f * (dx * dx + dy * dy);
      int packed = 0;
      for (int c = 0; c < 3; c++) {
        state = state * 6364136223846793005L + 1442695040888963407L;
        // Four uniform numbers make a nearly Gaussian one with a deviation of 1/sqrt(3).
        long bits = state ^ (state >>> 29);
        float grain =
            ((bits >>> 48) + (bits >>> 32 & 0xffff) + (bits >>> 16 & 0xffff) + (bits & 0xffff))
                    / 65536f
                - 2;
        float light = canvas.rgb[i * 3 + c] * gain[c] * dim;
        light = light / (1 + 0.22f * light) * 1.22f;
        float value = GAMMA[(int) (Math.max(0, Math.min(1, light)) * LEVELS)];
        value = 118 + (value - 118) * contrast + grain * noise * 1.7f;
        packed = packed << 8 | (int) Math.max(0, Math.min(255, value + 0.5f));
      }
      pixels[i] = packed;
    }
    return image;
  }
}
