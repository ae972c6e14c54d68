package io.residua.image.internal;

import io.residua.image.Augmentations;
import io.residua.image.Interpolation;
import io.residua.image.PassOrder;
import io.residua.image.RgbImage;
import io.residua.internal.Term;
import java.util.random.RandomGenerator;

/**
 * One random change of a training picture. Every augmentation keeps the picture's size, takes all
 * its chance from the generator it is given, and has a text form for recipes, {@code
 * name(key=value, …)}, that {@link Augmentations#parse} reads.
 */
public sealed interface Augmentation {
  /** The picture changed, or the same one if chance leaves it alone. */
  RgbImage apply(RgbImage image, RandomGenerator random);

  /** The text form with every value. */
  String text();

  /** Mirrored left to right with a probability. */
  record FlipHorizontal(double probability) implements Augmentation {
    public FlipHorizontal {
      Ranges.share("p", probability);
    }

    @Override
    public RgbImage apply(RgbImage image, RandomGenerator random) {
      return random.nextDouble() < probability ? Geometry.flipHorizontally(image) : image;
    }

    @Override
    public String text() {
      return Term.of("flip-horizontal").add("p", probability).call();
    }
  }

  /**
   * Mirrored left to right in every other epoch, half of the pictures beginning with the mirrored
   * one, so that two epochs show each picture both ways (Jordan 2024, arXiv:2404.00498).
   */
  record FlipAlternating() implements Augmentation {
    /** Mirrored in half of the cases, where no epoch says which. */
    @Override
    public RgbImage apply(RgbImage image, RandomGenerator random) {
      return apply(image, random.nextBoolean());
    }

    public RgbImage apply(RgbImage image, boolean mirrored) {
      return mirrored ? Geometry.flipHorizontally(image) : image;
    }

    @Override
    public String text() {
      return Term.of("flip-alternating").call();
    }
  }

  /** Mirrored top to bottom with a probability. */
  record FlipVertical(double probability) implements Augmentation {
    public FlipVertical {
      Ranges.share("p", probability);
    }

    @Override
    public RgbImage apply(RgbImage image, RandomGenerator random) {
      return random.nextDouble() < probability ? Geometry.flipVertically(image) : image;
    }

    @Override
    public String text() {
      return Term.of("flip-vertical").add("p", probability).call();
    }
  }

  /**
   * Turned, zoomed, sheared and shifted at once, bilinear; {@code rotation(…)}, {@code zoom(…)},
   * {@code shear(…)} and {@code translation(…)} are short for one with only that. As in Keras each
   * value is uniform: angles in ± degrees, the zoom of each axis in 1 ± zoom, the shift of each
   * axis in ± its share of the size.
   *
   * @param degrees the largest angle
   * @param zoom the largest change of size, 0..0.9
   * @param shearDegrees the largest shear angle, below 90
   * @param shift the largest shift as a share of width or height, 0..1
   */
  record Affine(double degrees, double zoom, double shearDegrees, double shift, Fill fill)
      implements Augmentation {
    public Affine {
      Ranges.within("degrees", degrees, 0, 180);
      Ranges.within("zoom", zoom, 0, 0.9);
      Ranges.within("shear", shearDegrees, 0, 89);
      Ranges.share("shift", shift);
    }

    @Override
    public RgbImage apply(RgbImage image, RandomGenerator random) {
      AffineMap map =
          AffineMap.affine(
              image.width() * 0.5,
              image.height() * 0.5,
              Ranges.around(0, degrees, random),
              Ranges.around(0, shift, random) * image.width(),
              Ranges.around(0, shift, random) * image.height(),
              1 / Ranges.around(1, zoom, random),
              1 / Ranges.around(1, zoom, random),
              Ranges.around(0, shearDegrees, random),
              0);
      return Geometry.warp(image, map, Interpolation.BILINEAR, fill);
    }

    @Override
    public String text() {
      return Term.of("affine")
          .add("degrees", degrees)
          .add("zoom", zoom)
          .add("shear", shearDegrees)
          .add("shift", shift)
          .add("fill", fill.label())
          .call();
    }
  }

  /**
   * Brightness, contrast and saturation each times a factor in 1 ± its range, and the hue turned by
   * ± its share of the circle, in a random order (torchvision's {@code ColorJitter}). {@code
   * brightness(…)}, {@code contrast(…)}, {@code saturation(…)} and {@code hue(…)} are short for one
   * with only that.
   */
  record ColourJitter(double brightness, double contrast, double saturation, double hue)
      implements Augmentation {
    private static final int KINDS = 4;

    public ColourJitter {
      Ranges.share("brightness", brightness);
      Ranges.share("contrast", contrast);
      Ranges.share("saturation", saturation);
      Ranges.within("hue", hue, 0, 0.5);
    }

    @Override
    public RgbImage apply(RgbImage image, RandomGenerator random) {
      int[] order = {0, 1, 2, 3};
      for (int i = KINDS - 1; i > 0; i--) {
        int j = random.nextInt(i + 1);
        int kind = order[i];
        order[i] = order[j];
        order[j] = kind;
      }
      RgbImage result = image;
      for (int kind : order) {
        result = adjust(kind, result, random);
      }
      return result;
    }

    private RgbImage adjust(int kind, RgbImage image, RandomGenerator random) {
      double range = kind == 0 ? brightness : kind == 1 ? contrast : kind == 2 ? saturation : hue;
      if (range == 0) {
        return image;
      }
      double change = Ranges.around(0, range, random);
      return switch (kind) {
        case 0 -> ColourAdjustment.brightness(image, 1 + change);
        case 1 -> ColourAdjustment.contrast(image, 1 + change);
        case 2 -> ColourAdjustment.saturation(image, 1 + change);
        default -> ColourAdjustment.hue(image, change);
      };
    }

    @Override
    public String text() {
      return Term.of("colour")
          .add("brightness", brightness)
          .add("contrast", contrast)
          .add("saturation", saturation)
          .add("hue", hue)
          .call();
    }
  }

  /** Enlarged by a border, then cut back to its size anywhere (He et al. 2016 for CIFAR). */
  record PadAndCrop(int borderPx, Fill fill) implements Augmentation {
    public PadAndCrop {
      Ranges.within("border", borderPx, 1, 1024);
    }

    @Override
    public RgbImage apply(RgbImage image, RandomGenerator random) {
      boolean tooSmall = borderPx >= Math.min(image.width(), image.height());
      return Geometry.pad(image, borderPx, fill == Fill.REFLECT && tooSmall ? Fill.NEAREST : fill)
          .crop(
              random.nextInt(2 * borderPx + 1),
              random.nextInt(2 * borderPx + 1),
              image.width(),
              image.height());
    }

    @Override
    public String text() {
      return Term.of("pad-crop").add("border", borderPx).add("fill", fill.label()).call();
    }
  }

  /**
   * A rectangle of random size and proportions resized to the whole (Szegedy et al. 2015; the
   * sampling is torchvision's {@code RandomResizedCrop}). At the head of a list it is cut from the
   * picture as it was stored.
   *
   * @param minScale the least area, as a share of the picture's
   * @param maxScale the largest
   * @param minRatio the least width over height
   * @param maxRatio the largest
   */
  record ResizedCrop(double minScale, double maxScale, double minRatio, double maxRatio)
      implements Augmentation {
    private static final int ATTEMPTS = 10;

    public ResizedCrop {
      Ranges.within("min-scale", minScale, 0.001, 1);
      Ranges.within("max-scale", maxScale, minScale, 1);
      Ranges.within("min-ratio", minRatio, 0.1, 10);
      Ranges.within("max-ratio", maxRatio, minRatio, 10);
    }

    @Override
    public RgbImage apply(RgbImage image, RandomGenerator random) {
      return apply(
          image,
          image.width(),
          image.height(),
          Interpolation.BILINEAR,
          PassOrder.PILLOW_13,
          random);
    }

    public RgbImage apply(
        RgbImage image,
        int width,
        int height,
        Interpolation filter,
        PassOrder order,
        RandomGenerator random) {
      return Resampling.resize(cut(image, random), width, height, filter, order);
    }

    private RgbImage cut(RgbImage image, RandomGenerator random) {
      int w = image.width();
      int h = image.height();
      for (int i = 0; i < ATTEMPTS; i++) {
        double area = (double) w * h * Ranges.uniform(minScale, maxScale, random);
        double ratio = Math.exp(Ranges.uniform(Math.log(minRatio), Math.log(maxRatio), random));
        int cutWidth = (int) Math.rint(Math.sqrt(area * ratio));
        int cutHeight = (int) Math.rint(Math.sqrt(area / ratio));
        if (cutWidth > 0 && cutWidth <= w && cutHeight > 0 && cutHeight <= h) {
          int left = random.nextInt(w - cutWidth + 1);
          int top = random.nextInt(h - cutHeight + 1);
          return image.crop(left, top, cutWidth, cutHeight);
        }
      }
      // The centre, as near to the whole as the proportions allow.
      double ratio = Math.max(minRatio, Math.min(maxRatio, (double) w / h));
      int cutWidth = Math.max(1, (int) Math.min(w, Math.rint(h * ratio)));
      int cutHeight = Math.max(1, (int) Math.min(h, Math.rint(w / ratio)));
      return image.crop((w - cutWidth) / 2, (h - cutHeight) / 2, cutWidth, cutHeight);
    }

    @Override
    public String text() {
      return Term.of("resized-crop")
          .add("min-scale", minScale)
          .add("max-scale", maxScale)
          .add("min-ratio", minRatio)
          .add("max-ratio", maxRatio)
          .call();
    }
  }

  /**
   * A grey square around a random point, as far as it lies inside (DeVries and Taylor 2017).
   *
   * @param size its side as a share of the picture's shorter side
   */
  record Cutout(double probability, double size) implements Augmentation {
    /** About the mean of photographs, so near 0 after standardising. */
    private static final int GREY = 116;

    public Cutout {
      Ranges.share("p", probability);
      Ranges.share("size", size);
    }

    @Override
    public RgbImage apply(RgbImage image, RandomGenerator random) {
      int side = (int) Math.round(size * Math.min(image.width(), image.height()));
      if (random.nextDouble() >= probability || side == 0) {
        return image;
      }
      int left = random.nextInt(image.width()) - side / 2;
      int top = random.nextInt(image.height()) - side / 2;
      return Patch.fill(image, left, top, side, side, i -> GREY);
    }

    @Override
    public String text() {
      return Term.of("cutout").add("p", probability).add("size", size).call();
    }
  }

  /**
   * A rectangle of noise of random size and proportions (Zhong et al. 2020).
   *
   * @param minScale its least area, as a share of the picture's
   * @param maxScale the largest
   */
  record RandomErasing(double probability, double minScale, double maxScale)
      implements Augmentation {
    private static final double MIN_RATIO = 0.3;
    private static final int ATTEMPTS = 10;

    public RandomErasing {
      Ranges.share("p", probability);
      Ranges.within("min-scale", minScale, 0.001, 1);
      Ranges.within("max-scale", maxScale, minScale, 1);
    }

    @Override
    public RgbImage apply(RgbImage image, RandomGenerator random) {
      if (random.nextDouble() >= probability) {
        return image;
      }
      int w = image.width();
      int h = image.height();
      for (int i = 0; i < ATTEMPTS; i++) {
        double area = (double) w * h * Ranges.uniform(minScale, maxScale, random);
        double ratio = Math.exp(Ranges.uniform(Math.log(MIN_RATIO), -Math.log(MIN_RATIO), random));
        int width = (int) Math.rint(Math.sqrt(area * ratio));
        int height = (int) Math.rint(Math.sqrt(area / ratio));
        if (width > 0 && width < w && height > 0 && height < h) {
          int left = random.nextInt(w - width + 1);
          int top = random.nextInt(h - height + 1);
          return Patch.fill(image, left, top, width, height, s -> random.nextInt(256));
        }
      }
      return image;
    }

    @Override
    public String text() {
      return Term.of("random-erasing")
          .add("p", probability)
          .add("min-scale", minScale)
          .add("max-scale", maxScale)
          .call();
    }
  }

  /**
   * So many of fourteen operations, all at one strength (Cubuk et al. 2020; operations and
   * strengths are torchvision's).
   *
   * @param operations how many
   * @param magnitude the strength, 0..30
   */
  record RandAugment(int operations, int magnitude) implements Augmentation {
    public RandAugment {
      Ranges.within("operations", operations, 1, 10);
      Ranges.within("magnitude", magnitude, 0, PolicyOperation.STRENGTHS - 1);
    }

    @Override
    public RgbImage apply(RgbImage image, RandomGenerator random) {
      RgbImage result = image;
      for (int i = 0; i < operations; i++) {
        result = PolicyOperation.any(random).rand(result, magnitude, random.nextBoolean());
      }
      return result;
    }

    @Override
    public String text() {
      return Term.of("rand-augment")
          .add("operations", operations)
          .add("magnitude", magnitude)
          .call();
    }
  }

  /**
   * One of fourteen operations at a random strength (Müller and Hutter 2021; torchvision's wide
   * ranges).
   */
  record TrivialAugment() implements Augmentation {
    @Override
    public RgbImage apply(RgbImage image, RandomGenerator random) {
      int magnitude = random.nextInt(PolicyOperation.STRENGTHS);
      return PolicyOperation.any(random).trivial(image, magnitude, random.nextBoolean());
    }

    @Override
    public String text() {
      return Term.of("trivial-augment").call();
    }
  }
}
