package io.residua.sample;

import java.util.Random;

/** Soft brown places on a round fruit, some of them grown over with mould. */
final class Rot {
  /**
   * One place.
   *
   * @param chord its radius as a chord of the unit sphere
   * @param mould how much of it is covered by mould, 0..1
   * @param depth how far its middle has sunk in
   */
  private record Patch(float x, float y, float z, float chord, float mould, float depth) {
    /** From the middle, in radii. */
    float distance(float px, float py, float pz) {
      return (float) Math.sqrt(squaredDistance(px, py, pz));
    }

    float squaredDistance(float px, float py, float pz) {
      float dx = px - x;
      float dy = py - y;
      float dz = pz - z;
      return (dx * dx + dy * dy + dz * dz) / (chord * chord);
    }
  }

  /** Small harmless spots, on fresh and rotten fruit alike. */
  static final Rgb FRECKLE = Rgb.srgb(0x5C3A1C);

  private final Patch[] patches;
  private final Noise noise;
  private final Rgb flesh;
  private final Rgb deep;
  private final Rgb fuzz;
  private final Rgb spores;
  private final float ringed;
  private final boolean halo;

  /**
   * @param facing a direction of length 1 (object space) that the first place lies near to, so that
   *     it is seen
   * @param citrus green and blue moulds with a white rim, as oranges have them
   */
  Rot(Random random, float[] facing, boolean citrus, Rgb skin) {
    noise = new Noise(random.nextInt());
    int count = 1 + random.nextInt(3);
    patches = new Patch[count];
    for (int i = 0; i < count; i++) {
      float spread = i == 0 ? 0.75f : 1.6f;
      float x = facing[0] + spread * (float) random.nextGaussian() * 0.6f;
      float y = facing[1] + spread * (float) random.nextGaussian() * 0.6f;
      float z = facing[2] + spread * (float) random.nextGaussian() * 0.6f;
      float n = (float) Math.sqrt(x * x + y * y + z * z) + 1e-6f;
      float chord = (i == 0 ? 0.45f : 0.2f) + 0.6f * random.nextFloat() * (i == 0 ? 1 : 0.6f);
      float mould =
          random.nextFloat() < (citrus ? 0.75 : 0.45) ? 0.3f + 0.7f * random.nextFloat() : 0;
      patches[i] =
          new Patch(
              x / n, y / n, z / n, chord, mould, chord * (0.05f + 0.16f * random.nextFloat()));
    }
    Rgb brown = Rgb.srgb(citrus ? 0x9C6A2A : 0x7A4A20).vary(random, 0.25f);
    flesh = brown.mix(skin, 0.25f * random.nextFloat());
    deep = Rgb.srgb(citrus ? 0x6B4A22 : 0x3C2413).vary(random, 0.25f);
    fuzz = Rgb.srgb(0xE6E3D8).vary(random, 0.08f);
    spores =
        citrus
            ? (random.nextBoolean() ? Rgb.srgb(0x7C8A4E) : Rgb.srgb(0x74938F)).vary(random, 0.2f)
            : (random.nextBoolean() ? Rgb.srgb(0xA9B09A) : Rgb.srgb(0x6F7A66)).vary(random, 0.2f);
    ringed = random.nextFloat();
    halo = citrus;
  }

  float sunken(float x, float y, float z) {
    float sum = 0;
    for (Patch patch : patches) {
      float t = 1 - patch.squaredDistance(x, y, z);
      if (t > 0) {
        sum += patch.depth() * t * t;
      }
    }
    return sum;
  }

  /** Changes the skin at a place; (x, y, z) as in {@link Skin#describe}. */
  void apply(float x, float y, float z, Surface at) {
    float n = (float) Math.sqrt(x * x + y * y + z * z) + 1e-6f;
    float ux = x / n;
    float uy = y / n;
    float uz = z / n;
    float ragged = 0.7f * (noise.fractal(x * 2.6f, y * 2.6f, z * 2.6f, 3) - 0.5f);
    for (Patch patch : patches) {
      float d = patch.distance(ux, uy, uz) + ragged;
      if (d < 1.15f) {
        decay(x, y, z, d, at);
        if (patch.mould() > 0) {
          mould(x, y, z, d / (0.35f + 0.6f * patch.mould()), at);
        }
      }
    }
  }

  private void decay(float x, float y, float z, float d, Surface at) {
    float soft = Noise.step(1.1f, 0.85f, d);
    float grain = noise.fractal(x * 5 + 31, y * 5, z * 5, 3);
    float rings = ringed * 0.35f * (0.5f + 0.5f * (float) Math.sin(d * 22 + grain * 4));
    at.paint(flesh, soft * (0.75f + 0.25f * grain));
    at.paint(deep, soft * Math.min(1, Noise.step(0.75f, 0.1f, d) * (0.35f + 0.6f * grain) + rings));
    at.gloss *= 1 - 0.7f * soft;
    at.sharpness *= 1 - 0.5f * soft;
    float wrinkle = 0.7f * soft;
    at.bumpX += wrinkle * (noise.at(x * 7, y * 11, z * 7 + 40) - 0.5f);
    at.bumpY += wrinkle * (noise.at(x * 11 + 60, y * 7, z * 7) - 0.5f);
    at.bumpZ += wrinkle * (noise.at(x * 7, y * 7 + 20, z * 11) - 0.5f);
  }

  private void mould(float x, float y, float z, float d, Surface at) {
    float clumps = noise.fractal(x * 6, y * 6 + 13, z * 6, 3);
    float edge = d + 0.6f * (clumps - 0.5f);
    float cover = Noise.step(1.05f, 0.8f, edge) * (halo ? 1 : Noise.step(0.36f, 0.52f, clumps));
    if (cover <= 0) {
      return;
    }
    float fine = noise.at(x * 34, y * 34, z * 34);
    float inner = halo ? Noise.step(0.85f, 0.6f, edge) : Noise.step(0.5f, 0.62f, clumps);
    at.paint(fuzz, cover * (0.75f + 0.25f * fine));
    at.paint(spores, cover * inner * (0.7f + 0.3f * fine));
    at.scale(1 - 0.3f * cover * (1 - fine));
    at.gloss *= 1 - cover;
    at.bumpX = at.bumpX * (1 - cover) + cover * 0.5f * (fine - 0.5f);
    at.bumpY =
        at.bumpY * (1 - cover) + cover * 0.5f * (noise.at(x * 30, y * 30 + 7, z * 30) - 0.5f);
  }
}
