package io.residua.sample;

import java.util.Random;

/**
 * Banana peel from greenish to ripe with sugar spots; rotten: brown and black places that run along
 * the fruit, dull, with mould at the stem.
 */
final class BananaSkin implements Skin {
  private static final Rgb GREEN = Rgb.srgb(0x8FA83E);
  private static final Rgb STEM = Rgb.srgb(0x8A8440);
  private static final Rgb BLACK = Rgb.srgb(0x2B1D12);
  private static final Rgb FUZZ = Rgb.srgb(0xDEDCD0);
  private static final Rgb SPORES = Rgb.srgb(0x8C9484);

  private final Noise noise;
  private final Rgb peel;
  private final Rgb brown;
  private final Rgb dark;
  private final float green;
  private final float freckles;
  private final float scuffs;
  private final float gloss;
  private final float decay;
  private final float mould;
  private final float mouldPlace;

  BananaSkin(Random random, boolean rotten, float ripeness) {
    noise = new Noise(random.nextInt());
    Rgb young = Rgb.srgb(0xD8CE50);
    Rgb ripe = Rgb.srgb(0xEDBE38);
    peel = young.mix(ripe, ripeness).vary(random, 0.08f);
    brown = Rgb.srgb(0x7B4E22).vary(random, 0.2f);
    dark = Rgb.srgb(0x3A2414).vary(random, 0.25f);
    green = Math.max(0, 0.8f - ripeness) * (0.4f + 0.6f * random.nextFloat());
    freckles = random.nextFloat() < 0.6 ? 0.5f * ripeness * random.nextFloat() : 0;
    scuffs = 0.5f * random.nextFloat();
    gloss = (rotten ? 0.05f : 0.1f) + 0.12f * random.nextFloat();
    decay = rotten ? 0.48f + 0.42f * random.nextFloat() : 0;
    mould = rotten && random.nextFloat() < 0.5 ? 0.5f + 0.5f * random.nextFloat() : 0;
    mouldPlace = random.nextBoolean() ? 0.6f : 1 + 7 * random.nextFloat();
  }

  @Override
  public void describe(float x, float y, float z, Surface at) {
    at.reset(peel, gloss, 22);
    float clouds = noise.fractal(x * 0.6f, y * 0.35f, z * 0.6f, 3);
    float ends = Math.max(Noise.step(3.2f, 0.8f, y), Noise.step(6.6f, 8.6f, y));
    at.paint(GREEN, green * Math.min(1, 0.25f + ends) * (0.5f + clouds));
    at.paint(STEM, 0.7f * Noise.step(1.7f, 0.9f, y));
    at.scale(0.88f + 0.24f * noise.at(x * 1.2f, y * 3, z * 1.2f));
    float fibre = noise.at(x * 6, y * 0.5f, z * 6);
    at.scale(0.94f + 0.12f * fibre);
    float worn = noise.fractal(x * 1.5f + 30, y * 0.45f, z * 1.5f, 3);
    at.paint(brown, scuffs * Noise.step(0.66f, 0.74f, worn));
    if (freckles > 0) {
      float spot = noise.spots(x * 3.2f, y * 2.1f, z * 3.2f, freckles, 0.34f, at.offset);
      at.paint(Rot.FRECKLE, 0.8f * Math.min(1, spot * 2.2f));
    }
    if (decay > 0) {
      rot(x, y, z, ends, at);
    }
    float cut = Math.max(Noise.step(0.35f, 0.1f, y), Noise.step(8.5f, 8.8f, y));
    at.paint(BLACK, 0.85f * cut);
  }

  private void rot(float x, float y, float z, float ends, Surface at) {
    float wide = noise.fractal(x * 0.5f + 11, y * 0.28f, z * 0.5f, 4);
    float fine = noise.fractal(x * 2.4f, y * 1.3f + 5, z * 2.4f, 3);
    float amount = decay + 0.28f * ends - 0.2f;
    float soft =
        Noise.step(0.62f - 0.35f * amount, 0.78f - 0.45f * amount, 0.75f * wide + 0.35f * fine);
    float hard =
        Noise.step(0.7f - 0.3f * amount, 0.82f - 0.3f * amount, 0.7f * wide + 0.42f * fine);
    float specks = noise.spots(x * 2.6f + 9, y * 1.8f, z * 2.6f, 0.5f, 0.45f, at.offset);
    at.paint(brown, 0.85f * soft);
    at.paint(dark, Math.min(0.95f, 0.95f * hard + 0.8f * Math.min(1, specks * 2) * (0.3f + soft)));
    at.gloss *= 1 - 0.6f * soft;
    float wrinkle = 0.5f * soft;
    at.bumpX += wrinkle * (noise.at(x * 5, y * 1.5f, z * 5 + 3) - 0.5f);
    at.bumpZ += wrinkle * (noise.at(x * 5 + 8, y * 1.5f, z * 5) - 0.5f);
    if (mould > 0) {
      float clumps = noise.fractal(x * 2, y * 2 + 17, z * 2, 3);
      float near = Math.abs(y - mouldPlace) / (0.6f + 1.3f * mould) + 1.1f * (clumps - 0.5f);
      float cover = Noise.step(1, 0.7f, near) * Noise.step(0.35f, 0.5f, clumps);
      if (cover > 0) {
        float grain = noise.at(x * 12, y * 12, z * 12);
        at.paint(FUZZ, cover * (0.7f + 0.3f * grain));
        at.paint(SPORES, 0.7f * cover * Noise.step(0.5f, 0.65f, clumps));
        at.scale(1 - 0.35f * cover * (1 - grain));
        at.gloss *= 1 - cover;
      }
    }
  }
}
