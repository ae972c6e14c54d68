package io.residua.data.internal;

/** Turns the three planes of a binary record into interleaved RGB and back. */
public final class Planes {
  private Planes() {}

  public static byte[] interleaved(byte[] planes, int size, boolean columnMajor) {
    byte[] rgb = new byte[planes.length];
    for (int channel = 0, in = 0; channel < 3; channel++) {
      for (int a = 0; a < size; a++) {
        for (int b = 0; b < size; b++) {
          rgb[at(a, b, size, columnMajor) + channel] = planes[in++];
        }
      }
    }
    return rgb;
  }

  static byte[] planes(byte[] rgb, int size, boolean columnMajor) {
    byte[] planes = new byte[rgb.length];
    for (int channel = 0, out = 0; channel < 3; channel++) {
      for (int a = 0; a < size; a++) {
        for (int b = 0; b < size; b++) {
          planes[out++] = rgb[at(a, b, size, columnMajor) + channel];
        }
      }
    }
    return planes;
  }

  private static int at(int a, int b, int size, boolean columnMajor) {
    return 3 * (columnMajor ? b * size + a : a * size + b);
  }
}
