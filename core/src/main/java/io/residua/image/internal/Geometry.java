package io.residua.image.internal;

import io.residua.image.Interpolation;
import io.residua.image.RgbImage;
import io.residua.internal.Text;

/**
 * Movements of pictures without chance, equal to those of {@code torchvision.transforms.functional}
 * on Pillow images. All but {@link #pad} keep the size; opacity is kept by mirroring and {@link
 * #pad}.
 */
public final class Geometry {
  private Geometry() {}

  /** Mirrored left to right. */
  public static RgbImage flipHorizontally(RgbImage image) {
    return Orientation.upright(image, 2);
  }

  /** Mirrored top to bottom. */
  public static RgbImage flipVertically(RgbImage image) {
    return Orientation.upright(image, 4);
  }

  /**
   * Turned about its centre.
   *
   * @param degrees counter-clockwise
   * @param interpolation {@link Interpolation#NEAREST} or {@link Interpolation#BILINEAR}
   */
  public static RgbImage rotate(
      RgbImage image, double degrees, Interpolation interpolation, Fill fill) {
    double turn = degrees - Math.floor(degrees / 360) * 360;
    if (turn == 0) {
      return image;
    }
    if (turn == 180) {
      return Orientation.upright(image, 3);
    }
    if (image.width() == image.height() && (turn == 90 || turn == 270)) {
      return Orientation.upright(image, turn == 90 ? 8 : 6);
    }
    AffineMap map = AffineMap.rotation(image.width(), image.height(), turn);
    return warp(image, map, interpolation, fill);
  }

  /**
   * Scaled, sheared, turned about its centre and shifted.
   *
   * @param degrees clockwise
   * @param shiftXPx to the right
   * @param shiftYPx downwards
   * @param scale above 1 enlarges
   * @param shearXDegrees how far vertical lines lean
   * @param shearYDegrees how far horizontal lines lean
   * @param interpolation {@link Interpolation#NEAREST} or {@link Interpolation#BILINEAR}
   */
  public static RgbImage affine(
      RgbImage image,
      double degrees,
      double shiftXPx,
      double shiftYPx,
      double scale,
      double shearXDegrees,
      double shearYDegrees,
      Interpolation interpolation,
      Fill fill) {
    AffineMap map =
        AffineMap.affine(
            image.width() * 0.5,
            image.height() * 0.5,
            degrees,
            shiftXPx,
            shiftYPx,
            scale,
            scale,
            shearXDegrees,
            shearYDegrees);
    return warp(image, map, interpolation, fill);
  }

  static RgbImage warp(RgbImage image, AffineMap map, Interpolation interpolation, Fill fill) {
    return switch (interpolation) {
      case NEAREST -> Warp.nearest(image, map, fill);
      case BILINEAR -> Warp.bilinear(image, map, fill);
      case BICUBIC, LANCZOS ->
          throw new IllegalArgumentException(
              "a picture is moved with nearest or bilinear, not " + interpolation.label());
    };
  }

  /**
   * Enlarged by a border on all sides.
   *
   * @param borderPx the border's width; with {@link Fill#REFLECT} less than the shorter side, and
   *     mirrored at the centre of the outermost pixel ({@code dcb|abcd|cba}) as {@code np.pad} does
   */
  public static RgbImage pad(RgbImage image, int borderPx, Fill fill) {
    int w = image.width();
    int h = image.height();
    if (borderPx < 0 || (fill == Fill.REFLECT && borderPx >= Math.min(w, h))) {
      throw new IllegalArgumentException(
          Text.of("a picture of %dx%d pixels can't have a border of %d", w, h, borderPx));
    }
    return image.moved(colours -> padded(colours, borderPx, fill));
  }

  private static RgbImage padded(RgbImage image, int borderPx, Fill fill) {
    int w = image.width();
    int h = image.height();
    RgbImage out = new RgbImage(w + 2 * borderPx, h + 2 * borderPx);
    for (int y = 0; y < out.height(); y++) {
      int sy = source(y - borderPx, h, fill);
      for (int x = 0; x < out.width(); x++) {
        int sx = source(x - borderPx, w, fill);
        if (sx >= 0 && sy >= 0) {
          System.arraycopy(image.rgb(), (sy * w + sx) * 3, out.rgb(), (y * out.width() + x) * 3, 3);
        }
      }
    }
    return out;
  }

  private static int source(int at, int size, Fill fill) {
    if (at >= 0 && at < size) {
      return at;
    }
    return switch (fill) {
      case CONSTANT -> -1;
      case NEAREST -> Math.max(0, Math.min(size - 1, at));
      case REFLECT -> at < 0 ? -at : 2 * (size - 1) - at;
    };
  }
}
