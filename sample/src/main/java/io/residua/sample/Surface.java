package io.residua.sample;

/** What a fruit's skin is like at one point; filled in anew for every pixel. */
final class Surface {
  /** Colour in linear light, later the light that leaves the point. */
  float r;

  float g;
  float b;

  /** Strength of the highlight, 0 dull to about 0.6 waxed. */
  float gloss;

  /** How narrow the highlight is, about 10 to 90. */
  float sharpness;

  /** 1 in the open, less in hollows. */
  float openness;

  /** Added to the normal before it is normalised: pores, wrinkles. */
  float bumpX;

  float bumpY;
  float bumpZ;

  /** Scratch space for {@link Noise#spots}. */
  final float[] offset = new float[3];

  void reset(Rgb colour, float gloss, float sharpness) {
    r = colour.r();
    g = colour.g();
    b = colour.b();
    this.gloss = gloss;
    this.sharpness = sharpness;
    openness = 1;
    bumpX = 0;
    bumpY = 0;
    bumpZ = 0;
  }

  /** Paints over with a colour. */
  void paint(Rgb colour, float alpha) {
    r += (colour.r() - r) * alpha;
    g += (colour.g() - g) * alpha;
    b += (colour.b() - b) * alpha;
  }

  void scale(float factor) {
    r *= factor;
    g *= factor;
    b *= factor;
  }

  /** Adds {@link #offset} times the strength to the bump. */
  void bumpByOffset(float strength) {
    bumpX += offset[0] * strength;
    bumpY += offset[1] * strength;
    bumpZ += offset[2] * strength;
  }
}
