package io.residua.sample;

import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Red, green, yellow and streaked apples, with pale lenticels, freckles and russet. */
final class AppleSkin implements Skin {
  private static final Rgb RUSSET = Rgb.srgb(0x8A6B3A);

  private final Noise noise;
  private final Rgb ground;
  private final Rgb blush;
  private final Rgb pale;
  private final float blushX;
  private final float blushY;
  private final float blushZ;
  private final float blushAmount;
  private final float streaks;
  private final float lenticels;
  private final float freckles;
  private final float gloss;
  private final float russet;
  private final @Nullable Rot rot;

  AppleSkin(Random random, float[] facing, boolean rotten) {
    noise = new Noise(random.nextInt());
    int kind = random.nextInt(5);
    int[] grounds = {0xC9B04A, 0x8FB04A, 0xD9C25A, 0xB5A044, 0xA8B84E};
    int[] blushes = {0x9E1F22, 0x7FA63C, 0xC8402C, 0x6E1520, 0xB85A3A};
    ground = Rgb.srgb(grounds[kind]).vary(random, 0.15f);
    blush = Rgb.srgb(blushes[kind]).vary(random, 0.15f);
    pale = ground.mix(Rgb.WHITE, 0.35f);
    blushX = (float) random.nextGaussian();
    blushY = (float) random.nextGaussian() * 0.5f;
    blushZ = (float) random.nextGaussian();
    blushAmount = kind == 0 || kind == 3 ? 0.75f + 0.3f * random.nextFloat() : random.nextFloat();
    streaks = random.nextFloat() * (kind == 1 ? 0.2f : 0.9f);
    lenticels = 0.3f + 0.7f * random.nextFloat();
    freckles = random.nextFloat() < 0.55 ? 0.12f * random.nextFloat() : 0;
    russet = 0.3f + 0.6f * random.nextFloat();
    gloss = (rotten ? 0.12f : 0.2f) + 0.3f * random.nextFloat();
    rot = rotten ? new Rot(random, facing, false, ground) : null;
  }

  @Override
  public float sunken(float x, float y, float z) {
    return rot == null ? 0 : rot.sunken(x, y, z);
  }

  @Override
  public void describe(float x, float y, float z, Surface at) {
    at.reset(ground, gloss, 60);
    float around = (float) Math.sqrt(x * x + z * z) + 1e-4f;
    float cx = x / around;
    float cz = z / around;
    float clouds = noise.fractal(x * 1.6f, y * 1.6f, z * 1.6f, 3);
    float streak =
        noise.at(cx * 9, y * 1.2f, cz * 9) * 0.6f + noise.at(cx * 21, y * 2, cz * 21) * 0.4f;
    float side = blushX * x + blushY * y + blushZ * z;
    float red = blushAmount + 0.3f * side + 0.9f * (clouds - 0.5f) + streaks * (streak - 0.5f);
    at.paint(blush, Noise.step(0.25f, 0.75f, red));
    at.scale(0.86f + 0.28f * clouds);
    float dot = noise.spots(x * 11, y * 11, z * 11, 0.5f, 0.22f, at.offset);
    at.paint(pale, 0.6f * lenticels * Math.min(1, dot * 2));
    if (freckles > 0) {
      float spot = noise.spots(x * 4 + 50, y * 4, z * 4, freckles, 0.2f, at.offset);
      at.paint(Rot.FRECKLE, 0.85f * Math.min(1, spot * 2.5f));
    }
    float cavity = y > 0 ? Noise.step(0.42f, 0.1f, around) : Noise.step(0.2f, 0.05f, around);
    if (cavity > 0) {
      float rays = noise.at(cx * 6, 3, cz * 6);
      at.paint(RUSSET, russet * cavity * (0.4f + 0.8f * rays));
      at.openness = 1 - 0.6f * cavity;
      at.scale(1 - 0.45f * cavity);
      at.gloss *= 1 - cavity;
    }
    if (rot != null) {
      rot.apply(x, y, z, at);
    }
  }
}
