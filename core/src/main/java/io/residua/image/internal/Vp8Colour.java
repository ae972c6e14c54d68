package io.residua.image.internal;

import io.residua.image.RgbImage;

/**
 * libwebp's conversion to RGB, to the last bit: chroma is weighted 9:3:3:1 of the four nearest
 * samples ("fancy upsampling"), then studio-range ITU-R BT.601 in fixed point.
 */
final class Vp8Colour {
  private Vp8Colour() {}

  static RgbImage rgb(Vp8Picture picture, int width, int height) {
    byte[] rgb = new byte[width * height * 3];
    int chromaWidth = (width + 1) / 2;
    int lastChromaRow = (height + 1) / 2 - 1;
    int[] blue = new int[2 * chromaWidth];
    int[] red = new int[2 * chromaWidth];
    byte[] luma = picture.luma().samples();
    for (int y = 0; y < height; y++) {
      int near = y / 2;
      int far = Math.max(0, Math.min(lastChromaRow, (y & 1) == 0 ? near - 1 : near + 1));
      doubled(picture.blue(), near, far, chromaWidth, blue);
      doubled(picture.red(), near, far, chromaWidth, red);
      int l = picture.luma().index(0, y);
      for (int x = 0, o = y * width * 3; x < width; x++, o += 3) {
        int light = times(luma[l + x] & 0xff, 19077);
        rgb[o] = clip(light + times(red[x], 26149) - 14234);
        rgb[o + 1] = clip(light - times(blue[x], 6419) - times(red[x], 13320) + 8708);
        rgb[o + 2] = clip(light + times(blue[x], 33050) - 17685);
      }
    }
    return new RgbImage(width, height, rgb);
  }

  /** A row of chroma at twice its width, between the row it lies in and the next one. */
  private static void doubled(Vp8Plane plane, int nearRow, int farRow, int count, int[] out) {
    byte[] s = plane.samples();
    int near = plane.index(0, nearRow);
    int far = plane.index(0, farRow);
    int last = count - 1;
    out[0] = edge(s[near], s[far]);
    out[2 * last + 1] = edge(s[near + last], s[far + last]);
    for (int x = 0; x < last; x++) {
      int nearLeft = s[near + x] & 0xff;
      int nearRight = s[near + x + 1] & 0xff;
      int farLeft = s[far + x] & 0xff;
      int farRight = s[far + x + 1] & 0xff;
      int sum = nearLeft + nearRight + farLeft + farRight + 8;
      // Rounded twice, as libwebp does: first the diagonal, then with the nearest sample.
      out[2 * x + 1] = (((sum + 2 * (nearRight + farLeft)) >> 3) + nearLeft) >> 1;
      out[2 * x + 2] = (((sum + 2 * (nearLeft + farRight)) >> 3) + nearRight) >> 1;
    }
  }

  private static int edge(byte near, byte far) {
    return (3 * (near & 0xff) + (far & 0xff) + 2) >> 2;
  }

  private static int times(int sample, int factor) {
    return sample * factor >> 8;
  }

  private static byte clip(int value) {
    return (byte) (value < 0 ? 0 : value >= 256 << 6 ? 255 : value >> 6);
  }
}
