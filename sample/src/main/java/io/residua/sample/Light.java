package io.residua.sample;

import java.util.Random;

/**
 * One lamp or window, and light from all around.
 *
 * @param x to the right
 * @param y down
 * @param z towards the viewer; (x, y, z) has length 1 and points to the lamp
 * @param key the lamp's colour
 * @param sky light from above
 * @param bounce light thrown back by what the fruit lies on
 * @param softness 0 for a bare lamp, 1 for an overcast window
 */
record Light(float x, float y, float z, Rgb key, Rgb sky, Rgb bounce, float softness) {

  static Light random(Random random, Rgb ground) {
    double angle = random.nextDouble() * 2 * Math.PI;
    double height = 0.35 + 0.5 * random.nextDouble();
    float flat = (float) Math.sqrt(1 - height * height);
    float softness = random.nextFloat();
    float warmth = random.nextFloat() * 2 - 1;
    Rgb tint = new Rgb(1 + 0.16f * warmth, 1, 1 - 0.2f * warmth);
    float power = 0.75f + 0.55f * random.nextFloat();
    float fill = 0.22f + 0.35f * softness;
    Rgb cool = new Rgb(1 - 0.06f * warmth, 1, 1 + 0.08f * warmth);
    return new Light(
            (float) Math.cos(angle) * flat,
            (float) (Math.sin(angle) * 0.55 - 0.45) * flat,
            (float) height,
            tint.times(power * (1 - 0.35f * softness)),
            cool.times(power * fill),
            ground.times(power * 0.55f),
            softness)
        .normalised();
  }

  private Light normalised() {
    float n = (float) Math.sqrt(x * x + y * y + z * z);
    return new Light(x / n, y / n, z / n, key, sky, bounce, softness);
  }

  /**
   * Lights a surface facing (nx, ny, nz) and writes the result into {@code surface}'s colour.
   *
   * @param surface colour, gloss and how open the place is to light from around
   */
  void shade(Surface surface, float nx, float ny, float nz) {
    float cosine = nx * x + ny * y + nz * z;
    float wrap = 0.12f + 0.25f * softness;
    float diffuse = Math.max(0, (cosine + wrap) / (1 + wrap));
    float up = 0.5f - 0.5f * ny;
    float front = 0.35f + 0.65f * Math.max(0, nz);
    float open = surface.openness;
    float hx = x;
    float hy = y;
    float hz = z + 1;
    float half = (nx * hx + ny * hy + nz * hz) / (float) Math.sqrt(hx * hx + hy * hy + hz * hz);
    float shine = 0;
    if (surface.gloss > 0.01f && half > 0) {
      float sharp = power(half, 4 + (int) (surface.sharpness * (1.2f - softness)));
      float rim = (1 - Math.max(0, nz));
      shine = surface.gloss * (sharp * (1 - 0.5f * softness) + 0.12f * rim * rim * rim * up);
    }
    float r = diffuse * key.r() + open * front * (up * sky.r() + (1 - up) * bounce.r());
    float g = diffuse * key.g() + open * front * (up * sky.g() + (1 - up) * bounce.g());
    float b = diffuse * key.b() + open * front * (up * sky.b() + (1 - up) * bounce.b());
    surface.r = surface.r * r + shine * key.r();
    surface.g = surface.g * g + shine * key.g();
    surface.b = surface.b * b + shine * key.b();
  }

  private static float power(float base, int exponent) {
    float result = 1;
    for (int e = exponent; e > 0; e >>= 1) {
      if ((e & 1) != 0) {
        result *= base;
      }
      base *= base;
    }
    return result;
  }
}
