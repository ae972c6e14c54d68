package io.residua.image.internal;

import io.residua.image.Interpolation;
import io.residua.image.RgbImage;
import java.util.random.RandomGenerator;

/** An operation of RandAugment and TrivialAugment, nearest pixels and black as in torchvision. */
enum PolicyOperation {
  IDENTITY,
  SHEAR_X,
  SHEAR_Y,
  TRANSLATE_X,
  TRANSLATE_Y,
  ROTATE,
  BRIGHTNESS,
  COLOUR,
  CONTRAST,
  SHARPNESS,
  POSTERIZE,
  SOLARIZE,
  AUTO_CONTRAST,
  EQUALIZE;

  /** How many strengths there are, 0 being the least. */
  static final int STRENGTHS = 31;

  private static final PolicyOperation[] ALL = values();

  static PolicyOperation any(RandomGenerator random) {
    return ALL[random.nextInt(ALL.length)];
  }

  /** With RandAugment's ranges. */
  RgbImage rand(RgbImage image, int magnitude, boolean negative) {
    double strength = (negative ? -1 : 1) * magnitude / (STRENGTHS - 1.0);
    return switch (this) {
      case SHEAR_X, SHEAR_Y -> apply(image, 0.3 * strength);
      case TRANSLATE_X -> apply(image, 150.0 / 331.0 * image.width() * strength);
      case TRANSLATE_Y -> apply(image, 150.0 / 331.0 * image.height() * strength);
      case ROTATE -> apply(image, 30 * strength);
      case BRIGHTNESS, COLOUR, CONTRAST, SHARPNESS -> apply(image, 0.9 * strength);
      case POSTERIZE -> apply(image, 8 - Math.rint(magnitude / ((STRENGTHS - 1) / 4.0)));
      case SOLARIZE -> apply(image, 255.0 * (1 - Math.abs(strength)));
      case IDENTITY, AUTO_CONTRAST, EQUALIZE -> apply(image, 0);
    };
  }

  /** With TrivialAugment's wide ranges. */
  RgbImage trivial(RgbImage image, int magnitude, boolean negative) {
    double strength = (negative ? -1 : 1) * magnitude / (STRENGTHS - 1.0);
    return switch (this) {
      case SHEAR_X, SHEAR_Y -> apply(image, 0.99 * strength);
      case TRANSLATE_X, TRANSLATE_Y -> apply(image, 32 * strength);
      case ROTATE -> apply(image, 135 * strength);
      case BRIGHTNESS, COLOUR, CONTRAST, SHARPNESS -> apply(image, 0.99 * strength);
      case POSTERIZE -> apply(image, 8 - Math.rint(magnitude / ((STRENGTHS - 1) / 6.0)));
      case SOLARIZE -> apply(image, 255.0 * (1 - Math.abs(strength)));
      case IDENTITY, AUTO_CONTRAST, EQUALIZE -> apply(image, 0);
    };
  }

  private RgbImage apply(RgbImage image, double value) {
    return switch (this) {
      case IDENTITY -> image;
      case SHEAR_X -> affine(image, 0, 0, Math.toDegrees(Math.atan(value)), 0, 0);
      case SHEAR_Y -> affine(image, 0, 0, 0, Math.toDegrees(Math.atan(value)), 0);
      case TRANSLATE_X -> affine(image, (int) value, 0, 0, 0, 0.5);
      case TRANSLATE_Y -> affine(image, 0, (int) value, 0, 0, 0.5);
      case ROTATE -> Geometry.rotate(image, value, Interpolation.NEAREST, Fill.CONSTANT);
      case BRIGHTNESS -> ColourAdjustment.brightness(image, 1 + value);
      case COLOUR -> ColourAdjustment.saturation(image, 1 + value);
      case CONTRAST -> ColourAdjustment.contrast(image, 1 + value);
      case SHARPNESS -> Tone.sharpness(image, 1 + value);
      case POSTERIZE -> Tone.posterize(image, (int) value);
      case SOLARIZE -> Tone.solarize(image, value);
      case AUTO_CONTRAST -> Tone.autoContrast(image);
      case EQUALIZE -> Tone.equalize(image);
    };
  }

  /** About the given share of the picture's size: its corner (0) or its centre (0.5). */
  private static RgbImage affine(
      RgbImage image, int shiftX, int shiftY, double shearX, double shearY, double about) {
    AffineMap map =
        AffineMap.affine(
            image.width() * about, image.height() * about, 0, shiftX, shiftY, 1, 1, shearX, shearY);
    return Geometry.warp(image, map, Interpolation.NEAREST, Fill.CONSTANT);
  }
}
