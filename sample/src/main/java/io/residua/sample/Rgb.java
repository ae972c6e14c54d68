package io.residua.sample;

import java.util.Random;

/** A colour in linear light; 1 is white under full light. */
record Rgb(float r, float g, float b) {
  static final Rgb WHITE = new Rgb(1, 1, 1);

  /** From the usual 0xRRGGBB. */
  static Rgb srgb(int rgb) {
    return new Rgb(linear(rgb >> 16 & 0xff), linear(rgb >> 8 & 0xff), linear(rgb & 0xff));
  }

  /** Hue in turns, saturation and brightness 0..1, as in HSB. */
  static Rgb hsb(double hue, double saturation, double brightness) {
    return srgb(
        java.awt.Color.HSBtoRGB((float) hue, (float) saturation, (float) brightness) & 0xffffff);
  }

  private static float linear(int value) {
    return (float) Math.pow(value / 255.0, 2.2);
  }

  Rgb mix(Rgb other, float share) {
    return new Rgb(r + (other.r - r) * share, g + (other.g - g) * share, b + (other.b - b) * share);
  }

  Rgb times(float factor) {
    return new Rgb(r * factor, g * factor, b * factor);
  }

  Rgb times(Rgb other) {
    return new Rgb(r * other.r, g * other.g, b * other.b);
  }

  /** A colour near this one: each channel scaled by up to the given share. */
  Rgb vary(Random random, float share) {
    float all = 1 + share * (2 * random.nextFloat() - 1);
    return new Rgb(
        r * all * (1 + share * (random.nextFloat() - 0.5f)),
        g * all * (1 + share * (random.nextFloat() - 0.5f)),
        b * all * (1 + share * (random.nextFloat() - 0.5f)));
  }
}
