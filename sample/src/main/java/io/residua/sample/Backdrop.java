package io.residua.sample;

import java.util.Random;

/** What the fruit lies on. The choice knows nothing of the fruit. */
final class Backdrop {
  private Backdrop() {}

  static void paint(Canvas canvas, Random random) {
    switch (random.nextInt(7)) {
      case 0, 1 -> wood(canvas, random);
      case 2 -> cloth(canvas, random);
      case 3 -> studio(canvas, random);
      case 4 -> stone(canvas, random);
      case 5 -> ground(canvas, random);
      default -> tiles(canvas, random);
    }
    falloff(canvas, random);
  }

  /** A colour for anything, greys and whites more often than chance. */
  static Rgb anyColour(Random random) {
    double saturation = random.nextDouble() < 0.35 ? 0.08 : 0.7 * random.nextDouble();
    return Rgb.hsb(random.nextDouble(), saturation, 0.2 + 0.78 * random.nextDouble());
  }

  private static void wood(Canvas canvas, Random random) {
    int[] tones = {0xB98A56, 0x7A5230, 0xD8BC8C, 0x53382A, 0x9A8F82, 0xC9A06A, 0x8C3F28};
    Rgb light = Rgb.srgb(tones[random.nextInt(tones.length)]).vary(random, 0.2f);
    Rgb dark = light.times(0.35f + 0.3f * random.nextFloat());
    Noise noise = new Noise(random.nextInt());
    double angle =
        random.nextInt(4) == 0 ? random.nextDouble() * Math.PI : random.nextInt(2) * 1.57;
    float cos = (float) Math.cos(angle + 0.06 * random.nextGaussian());
    float sin = (float) Math.sin(angle + 0.06 * random.nextGaussian());
    float plank = 38 + 90 * random.nextFloat();
    float shift = random.nextFloat() * plank;
    float scale = 0.6f + random.nextFloat();
    for (int y = 0; y < canvas.size; y++) {
      for (int x = 0; x < canvas.size; x++) {
        float u = (cos * x + sin * y) * scale;
        float v = (-sin * x + cos * y + shift) * scale;
        int board = (int) Math.floor(v / plank);
        float warp = 9 * noise.at(u * 0.012f + board * 31, v * 0.05f);
        float ring = 0.5f + 0.5f * (float) Math.sin((v * 0.35f + warp * 2.2f) * 1.3f);
        float grain = noise.fractal(u * 0.04f + board * 57, v * 0.9f, 3);
        float tone =
            0.45f * ring * ring + 0.75f * (grain - 0.3f) + 0.25f * noise.at(board * 9.7f, 1);
        float gap = Math.abs(v / plank - (float) Math.rint(v / plank)) * plank;
        float seam = Noise.step(1.4f, 0.4f, gap) * 0.75f;
        Rgb c = light.mix(dark, Math.max(0, Math.min(1, tone))).times(1 - seam);
        canvas.blend(y * canvas.size + x, c.r(), c.g(), c.b(), 1);
      }
    }
  }

  private static void cloth(Canvas canvas, Random random) {
    Rgb ground = anyColour(random);
    Rgb second = random.nextBoolean() ? Rgb.srgb(0xF0EEE8) : anyColour(random);
    int pattern = random.nextInt(4);
    float period = 12 + 34 * random.nextFloat();
    Noise noise = new Noise(random.nextInt());
    double angle = random.nextDouble() * Math.PI;
    float cos = (float) Math.cos(angle);
    float sin = (float) Math.sin(angle);
    float folds = 0.5f * random.nextFloat();
    for (int y = 0; y < canvas.size; y++) {
      for (int x = 0; x < canvas.size; x++) {
        float sway = 10 * folds * noise.at(x * 0.02f, y * 0.02f);
        float u = cos * x + sin * y + sway;
        float v = -sin * x + cos * y;
        float band = fraction(u / period) < 0.5f ? 1 : 0;
        float cross = fraction(v / period) < 0.5f ? 1 : 0;
        float mix =
            switch (pattern) {
              case 0 -> 0;
              case 1 -> band;
              case 2 -> 0.5f * (band + cross);
              default -> dot(u, v, period);
            };
        float thread =
            0.88f + 0.12f * (float) (Math.sin(u * 2.6) * Math.sin(v * 2.6)) + 0.1f * noise.at(x, y);
        float fold = 1 + folds * (noise.at(u * 0.035f, v * 0.012f + 7) - 0.5f) * 1.6f;
        Rgb c = ground.mix(second, mix * 0.9f).times(thread * fold);
        canvas.blend(y * canvas.size + x, c.r(), c.g(), c.b(), 1);
      }
    }
  }

  private static float dot(float u, float v, float period) {
    float a = fraction(u / period) - 0.5f;
    float b = fraction(v / period) - 0.5f;
    return a * a + b * b < 0.05f ? 1 : 0;
  }

  /** A table edge before a wall, or seamless paper. */
  private static void studio(Canvas canvas, Random random) {
    Rgb wall =
        random.nextFloat() < 0.4 ? Rgb.srgb(0xF4F4F2).vary(random, 0.05f) : anyColour(random);
    Rgb table = random.nextBoolean() ? wall.times(0.85f) : anyColour(random);
    float horizon = canvas.size * (random.nextBoolean() ? -1 : 0.1f + 0.4f * random.nextFloat());
    float soft = 2 + 40 * random.nextFloat() * random.nextFloat();
    Noise noise = new Noise(random.nextInt());
    for (int y = 0; y < canvas.size; y++) {
      float below = Noise.step(horizon - soft, horizon + soft, y);
      for (int x = 0; x < canvas.size; x++) {
        float uneven = 0.94f + 0.12f * noise.at(x * 0.02f, y * 0.02f);
        Rgb c = wall.mix(table, below).times(uneven);
        canvas.blend(y * canvas.size + x, c.r(), c.g(), c.b(), 1);
      }
    }
  }

  private static void stone(Canvas canvas, Random random) {
    Rgb light = anyColour(random).mix(Rgb.srgb(0xB8B4AC), 0.6f);
    Rgb dark = light.times(0.3f + 0.3f * random.nextFloat());
    Rgb speck = anyColour(random);
    Noise noise = new Noise(random.nextInt());
    boolean veined = random.nextBoolean();
    for (int y = 0; y < canvas.size; y++) {
      for (int x = 0; x < canvas.size; x++) {
        float cloud = noise.fractal(x * 0.025f, y * 0.025f, 4);
        float tone = Noise.step(0.3f, 0.75f, cloud) * 0.7f;
        if (veined) {
          float vein = Math.abs(noise.fractal(x * 0.015f + 40, y * 0.02f, 4) - 0.5f);
          tone += 0.8f * Noise.step(0.03f, 0, vein);
        }
        Rgb c = light.mix(dark, Math.min(1, tone));
        float grain = noise.at(x * 0.55f + 90, y * 0.55f);
        c = c.mix(speck, veined ? 0 : 0.5f * Noise.step(0.7f, 0.85f, grain));
        canvas.blend(y * canvas.size + x, c.r(), c.g(), c.b(), 1);
      }
    }
  }

  /** Grass, soil or litter: many small strokes. */
  private static void ground(Canvas canvas, Random random) {
    int[] tones = {0x4F6B2C, 0x6B5436, 0x7C8A45, 0x8A6A3C, 0xB8A878};
    Rgb base = Rgb.srgb(tones[random.nextInt(tones.length)]).vary(random, 0.3f);
    Noise noise = new Noise(random.nextInt());
    float slant = (float) random.nextGaussian();
    for (int y = 0; y < canvas.size; y++) {
      for (int x = 0; x < canvas.size; x++) {
        float a = noise.at(x * 0.5f + slant * y * 0.2f, y * 0.1f);
        float b = noise.at(x * 0.16f, y * 0.45f - slant * x * 0.1f + 33);
        float patch = noise.fractal(x * 0.03f, y * 0.03f, 3);
        float tone = 0.25f + 0.9f * Math.max(a, b) * (0.5f + patch);
        Rgb c = base.mix(Rgb.srgb(0xC8B070), 0.35f * patch).times(tone);
        canvas.blend(y * canvas.size + x, c.r(), c.g(), c.b(), 1);
      }
    }
  }

  /** Kitchen tiles, a grid or newsprint. */
  private static void tiles(Canvas canvas, Random random) {
    Rgb tile = anyColour(random).mix(Rgb.WHITE, 0.3f);
    Rgb joint = tile.times(0.45f);
    float width = 30 + 80 * random.nextFloat();
    float height = random.nextBoolean() ? width : width * 0.5f;
    double angle = random.nextGaussian() * 0.3;
    float cos = (float) Math.cos(angle);
    float sin = (float) Math.sin(angle);
    Noise noise = new Noise(random.nextInt());
    float variety = 0.3f * random.nextFloat();
    for (int y = 0; y < canvas.size; y++) {
      for (int x = 0; x < canvas.size; x++) {
        float v = (-sin * x + cos * y) / height + 50;
        int row = (int) v;
        float u = (cos * x + sin * y) / width + 50 + (row & 1) * 0.5f;
        float edge = Math.min(edge(u) * width, edge(v) * height);
        float tone =
            1
                - variety * noise.at((int) u * 7.3f, row * 5.1f)
                + 0.06f * noise.at(x * 0.3f, y * 0.3f);
        Rgb c = tile.times(tone).mix(joint, Noise.step(2, 0.8f, edge));
        canvas.blend(y * canvas.size + x, c.r(), c.g(), c.b(), 1);
      }
    }
  }

  private static float edge(float t) {
    return Math.abs(t - (float) Math.rint(t));
  }

  private static float fraction(float t) {
    return t - (float) Math.floor(t);
  }

  /** Light that falls off to one side. */
  private static void falloff(Canvas canvas, Random random) {
    float strength = 0.5f * random.nextFloat();
    double angle = random.nextDouble() * 2 * Math.PI;
    float cos = (float) Math.cos(angle) / canvas.size;
    float sin = (float) Math.sin(angle) / canvas.size;
    for (int y = 0; y < canvas.size; y++) {
      for (int x = 0; x < canvas.size; x++) {
        float t = 0.5f + cos * (x - canvas.size / 2f) + sin * (y - canvas.size / 2f);
        canvas.darken(y * canvas.size + x, 1 - strength * Math.max(0, Math.min(1, t)));
      }
    }
  }
}
