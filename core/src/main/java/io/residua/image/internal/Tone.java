package io.residua.image.internal;

import io.residua.image.RgbImage;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/** The remaining operations of RandAugment and TrivialAugment, equal to Pillow's. */
final class Tone {
  private Tone() {}

  /** Keeps that many leading bits of each sample. */
  static RgbImage posterize(RgbImage image, int bits) {
    int mask = 0xff << (8 - bits);
    return perSample(image, v -> v & mask);
  }

  /** Inverts samples of the threshold and above. */
  static RgbImage solarize(RgbImage image, double threshold) {
    return perSample(image, v -> v < threshold ? v : 255 - v);
  }

  /** Stretches each channel to 0..255. */
  static RgbImage autoContrast(RgbImage image) {
    return perChannel(
        image,
        histogram -> {
          int low = 0;
          int high = 255;
          while (low < 255 && histogram[low] == 0) {
            low++;
          }
          while (high > 0 && histogram[high] == 0) {
            high--;
          }
          int[] table = identity();
          if (high > low) {
            double scale = 255.0 / (high - low);
            for (int i = 0; i < 256; i++) {
              table[i] = clip((int) (i * scale + -low * scale));
            }
          }
          return table;
        });
  }

  /** Makes each channel's values about equally frequent. */
  static RgbImage equalize(RgbImage image) {
    return perChannel(
        image,
        histogram -> {
          int last = 255;
          while (last > 0 && histogram[last] == 0) {
            last--;
          }
          int step = (image.width() * image.height() - histogram[last]) / 255;
          int[] table = identity();
          if (step > 0) {
            int n = step / 2;
            for (int i = 0; i < 256; i++) {
              table[i] = clip(n / step);
              n += histogram[i];
            }
          }
          return table;
        });
  }

  /** Smoother below 1, sharper above. */
  static RgbImage sharpness(RgbImage image, double factor) {
    return ColourAdjustment.blend(smooth(image), image, factor);
  }

  /** Weighted mean of 3x3 pixels, the middle five times; the outermost pixels stay. */
  private static byte[] smooth(RgbImage image) {
    int w = image.width();
    int h = image.height();
    byte[] in = image.rgb();
    byte[] out = in.clone();
    int stride = w * 3;
    for (int y = 1; y < h - 1; y++) {
      for (int i = y * stride + 3; i < (y + 1) * stride - 3; i++) {
        int sum = 4 * (in[i] & 0xff);
        for (int row = i - stride; row <= i + stride; row += stride) {
          sum += (in[row - 3] & 0xff) + (in[row] & 0xff) + (in[row + 3] & 0xff);
        }
        out[i] = (byte) ((2 * sum + 13) / 26);
      }
    }
    return out;
  }

  private static int clip(int value) {
    return Math.max(0, Math.min(255, value));
  }

  private static int[] identity() {
    int[] table = new int[256];
    Arrays.setAll(table, i -> i);
    return table;
  }

  private interface Tabulation {
    int[] tableFor(int[] histogram);
  }

  private static RgbImage perSample(RgbImage image, IntUnaryOperator change) {
    return perChannel(
        image,
        histogram -> {
          int[] table = identity();
          Arrays.setAll(table, change::applyAsInt);
          return table;
        });
  }

  private static RgbImage perChannel(RgbImage image, Tabulation tabulation) {
    byte[] in = image.rgb();
    byte[] out = new byte[in.length];
    for (int c = 0; c < 3; c++) {
      int[] histogram = new int[256];
      for (int i = c; i < in.length; i += 3) {
        histogram[in[i] & 0xff]++;
      }
      int[] table = tabulation.tableFor(histogram);
      for (int i = c; i < in.length; i += 3) {
        out[i] = (byte) table[in[i] & 0xff];
      }
    }
    return new RgbImage(image.width(), image.height(), out);
  }
}
