package io.residua.image.internal;

import io.residua.image.Interpolation;
import io.residua.image.PassOrder;
import io.residua.image.RgbImage;
import java.util.function.UnaryOperator;

/**
 * Pillow's {@code Image.resize} to the last bit: separable filters with weights in 22-bit fixed
 * point, rounded to 8 bits between the two passes, whose {@link PassOrder} is that of Pillow 13
 * where none is named. Where a picture has opacity, its colours are multiplied by it meanwhile, so
 * that what cannot be seen does not shine through.
 */
public final class Resampling {
  private Resampling() {}

  /** The picture at another size. */
  public static RgbImage resize(RgbImage image, int width, int height, Interpolation filter) {
    return resize(image, width, height, filter, PassOrder.PILLOW_13);
  }

  /** The picture at another size, its passes in that order. */
  public static RgbImage resize(
      RgbImage image, int width, int height, Interpolation filter, PassOrder order) {
    return resizeAndCrop(image, width, height, 0, 0, width, height, filter, order);
  }

  /**
   * The picture for people to look at, in its proportions with no side longer than that; small ones
   * stay as they are.
   */
  public static RgbImage within(RgbImage image, int sidePx) {
    int longer = Math.max(image.width(), image.height());
    if (longer <= sidePx) {
      return image;
    }
    int width = Math.max(1, (int) ((long) image.width() * sidePx / longer));
    int height = Math.max(1, (int) ((long) image.height() * sidePx / longer));
    return resize(image, width, height, Interpolation.BILINEAR);
  }

  /**
   * A rectangle of the resized picture; computes no pixel outside it.
   *
   * @param fullWidth the width the whole picture would have, at least {@code left + width}
   * @param fullHeight the height the whole picture would have, at least {@code top + height}
   */
  public static RgbImage resizeAndCrop(
      RgbImage image,
      long fullWidth,
      long fullHeight,
      long left,
      long top,
      int width,
      int height,
      Interpolation filter,
      PassOrder order) {
    if (fullWidth == image.width() && fullHeight == image.height()) {
      return width == fullWidth && height == fullHeight
          ? image
          : image.crop((int) left, (int) top, width, height);
    }
    byte[] alpha = image.alpha();
    if (alpha == null) {
      return opaque(image, fullWidth, fullHeight, left, top, width, height, filter, order);
    }
    UnaryOperator<RgbImage> resized =
        plane -> opaque(plane, fullWidth, fullHeight, left, top, width, height, filter, order);
    if (filter == Interpolation.NEAREST) {
      return image.moved(resized);
    }
    RgbImage opacity = resized.apply(image.spread(alpha));
    return Premultiplied.undone(resized.apply(Premultiplied.of(image, alpha)).withAlphaOf(opacity));
  }

  private static RgbImage opaque(
      RgbImage image,
      long fullWidth,
      long fullHeight,
      long left,
      long top,
      int width,
      int height,
      Interpolation filter,
      PassOrder order) {
    RgbImage out = new RgbImage(width, height);
    if (filter == Interpolation.NEAREST) {
      nearest(
          image,
          nearestSources(image.width(), fullWidth, left, width),
          nearestSources(image.height(), fullHeight, top, height),
          out);
    } else {
      SeparableFilter passes =
          new SeparableFilter(
              image,
              new FilterWeights(filter, image.width(), fullWidth, left, width),
              new FilterWeights(filter, image.height(), fullHeight, top, height));
      if (order.verticalFirst(image.width(), image.height(), fullWidth, fullHeight)) {
        passes.applyVerticallyFirst(out);
      } else {
        passes.apply(out);
      }
    }
    return out;
  }

  /**
   * The source of each wanted pixel of an axis. Pillow adds the step once a pixel, so that rounding
   * accumulates and other pixels are hit than by {@code (i + 0.5) * step}.
   */
  private static int[] nearestSources(int inSize, long outSize, long first, int count) {
    double step = (double) inSize / outSize;
    double position = 0.5 * step;
    for (long i = 0; i < first; i++) {
      position += step;
    }
    int[] sources = new int[count];
    for (int i = 0; i < count; i++) {
      sources[i] = Math.min(inSize - 1, (int) position);
      position += step;
    }
    return sources;
  }

  private static void nearest(RgbImage image, int[] columns, int[] rows, RgbImage out) {
    byte[] in = image.rgb();
    byte[] rgb = out.rgb();
    int o = 0;
    for (int row : rows) {
      int start = row * image.width();
      for (int column : columns) {
        int i = (start + column) * 3;
        rgb[o++] = in[i];
        rgb[o++] = in[i + 1];
        rgb[o++] = in[i + 2];
      }
    }
  }
}
