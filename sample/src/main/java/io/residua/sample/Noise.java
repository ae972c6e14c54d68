package io.residua.sample;

/** Seeded value noise and scattered spots in space, cheap enough for every pixel. */
final class Noise {
  private final int seed;

  Noise(int seed) {
    this.seed = seed;
  }

  /** Smooth noise of feature size 1, in 0..1. */
  float at(float x, float y, float z) {
    int ix = floor(x);
    int iy = floor(y);
    int iz = floor(z);
    float fx = fade(x - ix);
    float fy = fade(y - iy);
    float fz = fade(z - iz);
    float near =
        mix(
            mix(value(ix, iy, iz), value(ix + 1, iy, iz), fx),
            mix(value(ix, iy + 1, iz), value(ix + 1, iy + 1, iz), fx),
            fy);
    float far =
        mix(
            mix(value(ix, iy, iz + 1), value(ix + 1, iy, iz + 1), fx),
            mix(value(ix, iy + 1, iz + 1), value(ix + 1, iy + 1, iz + 1), fx),
            fy);
    return mix(near, far, fz);
  }

  /** Smooth noise in the plane, in 0..1. */
  float at(float x, float y) {
    int ix = floor(x);
    int iy = floor(y);
    float fx = fade(x - ix);
    float fy = fade(y - iy);
    return mix(
        mix(value(ix, iy, 0), value(ix + 1, iy, 0), fx),
        mix(value(ix, iy + 1, 0), value(ix + 1, iy + 1, 0), fx),
        fy);
  }

  /** A sum of octaves, each of half the size and half the strength, in 0..1 around 0.5. */
  float fractal(float x, float y, float z, int octaves) {
    float sum = 0;
    float strength = 0.5f;
    float total = 0;
    for (int i = 0; i < octaves; i++) {
      sum += strength * at(x, y, z);
      total += strength;
      strength *= 0.5f;
      x = x * 2.03f + 17.1f;
      y = y * 2.03f + 5.3f;
      z = z * 2.03f + 9.7f;
    }
    return sum / total;
  }

  /** {@link #fractal(float, float, float, int)} in the plane. */
  float fractal(float x, float y, int octaves) {
    float sum = 0;
    float strength = 0.5f;
    float total = 0;
    for (int i = 0; i < octaves; i++) {
      sum += strength * at(x, y);
      total += strength;
      strength *= 0.5f;
      x = x * 2.03f + 17.1f;
      y = y * 2.03f + 5.3f;
    }
    return sum / total;
  }

  /**
   * Round spots, at most one in each unit cell.
   *
   * @param share of the cells that have a spot
   * @param radius of the largest spots, at most 0.5; the smallest have a third of it
   * @param offset receives the vector from the strongest spot's centre to the point
   * @return 0 outside every spot, rising to 1 at a spot's centre
   */
  float spots(float x, float y, float z, float share, float radius, float[] offset) {
    int ix = floor(x - 0.5f);
    int iy = floor(y - 0.5f);
    int iz = floor(z - 0.5f);
    float best = 0;
    offset[0] = 0;
    offset[1] = 0;
    offset[2] = 0;
    for (int corner = 0; corner < 8; corner++) {
      int cx = ix + (corner & 1);
      int cy = iy + (corner >> 1 & 1);
      int cz = iz + (corner >> 2);
      int h = hash(cx, cy, cz);
      if ((h & 0xff) >= share * 256) {
        continue;
      }
      float dx = x - cx - 0.25f - (h >>> 8 & 0xff) / 512f;
      float dy = y - cy - 0.25f - (h >>> 16 & 0xff) / 512f;
      float dz = z - cz - 0.25f - (h >>> 24) / 512f;
      float size = radius * (0.33f + 0.67f * ((h * 0x9E3779B1 >>> 24) / 255f));
      float inside = 1 - (dx * dx + dy * dy + dz * dz) / (size * size);
      if (inside > best) {
        best = inside;
        offset[0] = dx;
        offset[1] = dy;
        offset[2] = dz;
      }
    }
    return best;
  }

  private float value(int x, int y, int z) {
    return (hash(x, y, z) >>> 8) * 0x1p-24f;
  }

  private int hash(int x, int y, int z) {
    int h = seed + x * 0x8DA6B343 + y * 0xD8163841 + z * 0xCB1AB31F;
    h = (h ^ (h >>> 15)) * 0x2C1B3C6D;
    h = (h ^ (h >>> 12)) * 0x297A2D39;
    return h ^ (h >>> 15);
  }

  static float mix(float a, float b, float t) {
    return a + (b - a) * t;
  }

  /** 0 below {@code from}, 1 above {@code to}, smooth between; from may be the larger. */
  static float step(float from, float to, float x) {
    float t = Math.max(0, Math.min(1, (x - from) / (to - from)));
    return t * t * (3 - 2 * t);
  }

  private static float fade(float t) {
    return t * t * (3 - 2 * t);
  }

  private static int floor(float x) {
    int i = (int) x;
    return x < i ? i - 1 : i;
  }
}
