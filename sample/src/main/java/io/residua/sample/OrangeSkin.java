package io.residua.sample;

import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Orange peel: pores, a navel or the scar of the stem, scuffs, sometimes a little green. */
final class OrangeSkin implements Skin {
  private static final Rgb SCUFF = Rgb.srgb(0xB08A58);
  private static final Rgb SCAR = Rgb.srgb(0x7A7A3C);
  private static final Rgb GREEN = Rgb.srgb(0x8E9A3A);

  private final Noise noise;
  private final Rgb peel;
  private final Rgb pore;
  private final float pores;
  private final float green;
  private final float scuffs;
  private final float freckles;
  private final float gloss;
  private final float fineness;
  private final @Nullable Rot rot;

  OrangeSkin(Random random, float[] facing, boolean rotten) {
    noise = new Noise(random.nextInt());
    peel =
        Rgb.hsb(0.07 + 0.045 * random.nextDouble(), 0.85 + 0.12 * random.nextDouble(), 0.94)
            .vary(random, 0.1f);
    pore = peel.times(0.6f);
    pores = 0.7f + 0.9f * random.nextFloat();
    fineness = 13 + 7 * random.nextFloat();
    green = random.nextFloat() < 0.3 ? random.nextFloat() : 0;
    scuffs = random.nextFloat() * 0.8f;
    freckles = random.nextFloat() < 0.5 ? 0.15f * random.nextFloat() : 0;
    gloss = (rotten ? 0.08f : 0.14f) + 0.2f * random.nextFloat();
    rot = rotten ? new Rot(random, facing, true, peel) : null;
  }

  @Override
  public float sunken(float x, float y, float z) {
    return rot == null ? 0 : rot.sunken(x, y, z);
  }

  @Override
  public void describe(float x, float y, float z, Surface at) {
    at.reset(peel, gloss, 26);
    float clouds = noise.fractal(x * 1.8f, y * 1.8f, z * 1.8f, 3);
    at.paint(GREEN, green * Noise.step(0.5f, 0.75f, clouds));
    at.scale(0.85f + 0.3f * noise.at(x * 2 + 9, y * 2, z * 2));
    float around = (float) Math.sqrt(x * x + z * z);
    float scar = Noise.step(0.13f, 0.07f, around);
    if (y > 0) {
      at.paint(SCAR, scar);
      at.openness = 1 - 0.4f * Noise.step(0.25f, 0.1f, around);
    } else {
      at.paint(pore, scar * 0.7f);
    }
    if (freckles > 0) {
      float spot = noise.spots(x * 5 + 50, y * 5, z * 5, freckles, 0.2f, at.offset);
      at.paint(Rot.FRECKLE, 0.8f * Math.min(1, spot * 2.5f));
    }
    float worn = noise.fractal(x * 3 + 70, y * 5, z * 3, 3);
    at.paint(SCUFF, scuffs * Noise.step(0.62f, 0.75f, worn));
    float f = fineness;
    float hole = noise.spots(x * f, y * f, z * f, 0.8f, 0.42f, at.offset);
    if (hole > 0) {
      at.paint(pore, 0.3f * hole);
      at.bumpByOffset(-pores * 1.1f);
    }
    if (rot != null) {
      rot.apply(x, y, z, at);
    }
  }
}
