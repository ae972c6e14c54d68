package io.residua.sample;

import java.util.Random;

/** Stems and leaves. */
final class Strokes {
  private Strokes() {}

  /** A round stick, bent a little, thicker at its free end. */
  static void stem(
      Layer layer, Light light, Random random, float[] from, float[] to, float widthPx) {
    Rgb bark = Rgb.srgb(random.nextBoolean() ? 0x5A4126 : 0x6E6A34).vary(random, 0.2f);
    float bendX = (float) random.nextGaussian() * widthPx * 1.2f;
    float bendY = (float) random.nextGaussian() * widthPx * 1.2f;
    Noise noise = new Noise(random.nextInt());
    Surface surface = new Surface();
    int steps = 40;
    for (int i = 0; i <= steps; i++) {
      float t = (float) i / steps;
      float arch = 4 * t * (1 - t);
      float x = Noise.mix(from[0], to[0], t) + bendX * arch;
      float y = Noise.mix(from[1], to[1], t) + bendY * arch;
      float r = widthPx * (0.4f + 0.25f * t * t);
      for (int py = (int) (y - r - 1); py <= y + r + 1; py++) {
        for (int px = (int) (x - r - 1); px <= x + r + 1; px++) {
          if (px < 0 || py < 0 || px >= layer.size || py >= layer.size) {
            continue;
          }
          float dx = px + 0.5f - x;
          float dy = py + 0.5f - y;
          float d = (float) Math.sqrt(dx * dx + dy * dy);
          float alpha = Math.min(1, r - d + 0.5f);
          if (alpha > 0) {
            surface.reset(bark, 0.03f, 12);
            surface.scale(0.6f + 0.7f * noise.at(px * 0.6f, py * 0.6f));
            float nz = (float) Math.sqrt(Math.max(0.05f, 1 - d * d / (r * r)));
            light.shade(surface, dx / r * 0.9f, dy / r * 0.9f, nz);
            layer.put(py * layer.size + px, surface, alpha);
          }
        }
      }
    }
  }

  /** A pointed leaf with a midrib, one half catching more light than the other. */
  static void leaf(
      Layer layer, Light light, Random random, float x0, float y0, float angle, float lengthPx) {
    boolean dry = random.nextFloat() < 0.25;
    Rgb green = Rgb.srgb(dry ? 0x8A7A3A : 0x4C7A2C).vary(random, 0.3f);
    Rgb rib = green.mix(Rgb.WHITE, 0.2f);
    float widthPx = lengthPx * (0.2f + 0.16f * random.nextFloat());
    float fold = 0.3f + 0.5f * random.nextFloat();
    float curl = (float) random.nextGaussian() * 0.15f;
    float cos = (float) Math.cos(angle);
    float sin = (float) Math.sin(angle);
    Noise noise = new Noise(random.nextInt());
    Surface surface = new Surface();
    int reach = (int) lengthPx + 2;
    for (int py = Math.max(0, (int) y0 - reach); py < Math.min(layer.size, y0 + reach); py++) {
      for (int px = Math.max(0, (int) x0 - reach); px < Math.min(layer.size, x0 + reach); px++) {
        float dx = px + 0.5f - x0;
        float dy = py + 0.5f - y0;
        float along = (cos * dx + sin * dy) / lengthPx;
        if (along <= 0 || along >= 1) {
          continue;
        }
        float across = -sin * dx + cos * dy - curl * lengthPx * along * along;
        float half = widthPx * (float) Math.pow(Math.sin(Math.PI * Math.pow(along, 0.8)), 0.8);
        float alpha = Math.min(1, half - Math.abs(across) + 0.5f);
        if (alpha <= 0) {
          continue;
        }
        surface.reset(green, 0.12f, 18);
        surface.scale(0.75f + 0.5f * noise.fractal(px * 0.07f, py * 0.07f, 3));
        float vein = Math.abs(across) * 0.7f - along * lengthPx;
        float veins = Noise.step(0.75f, 1, (float) Math.abs(Math.cos(vein * 20 / lengthPx * 2)));
        surface.paint(rib, 0.3f * veins + 0.7f * Noise.step(1.6f, 0.4f, Math.abs(across)));
        float tilt = Math.signum(across) * fold;
        float n = (float) Math.sqrt(1 + tilt * tilt);
        light.shade(surface, -sin * tilt / n, cos * tilt / n, 1 / n);
        layer.put(py * layer.size + px, surface, alpha);
      }
    }
  }
}
