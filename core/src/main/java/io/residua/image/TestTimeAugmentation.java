package io.residua.image;

import io.residua.UsageException;
import io.residua.image.Preprocessing.Resize;
import io.residua.image.internal.Fill;
import io.residua.image.internal.Geometry;
import io.residua.image.internal.Resampling;
import io.residua.internal.ConstantNames;
import io.residua.internal.Text;

/**
 * Several views of one picture, whose answers are averaged (Krizhevsky et al. 2012, section 4.1).
 *
 * <pre>{@code
 * Options options = Classifier.Options.usual().with(TestTimeAugmentation.FLIP);
 * try (Classifier averaging = Classifier.load(model, options)) {
 *   System.out.println(averaging.predict(picture));
 * }
 * }</pre>
 */
public enum TestTimeAugmentation {
  /** The picture alone. */
  NONE(1),
  /** The picture and its mirror image. */
  FLIP(2),
  /**
   * The picture, the picture moved by a 32nd of its side to the lower right and to the upper left,
   * and the mirror images of the three; what is missing at the edges is mirrored (Jordan 2024, "94%
   * on CIFAR-10 in 3.29 seconds on a single GPU", section 3.5).
   */
  FLIP_SHIFT(6),
  /**
   * The centre and the four corners of the picture, enlarged where it is else squashed: by the
   * share that the preprocessing's shorter side has over its size.
   */
  FIVE_CROP(5);

  private final int views;

  TestTimeAugmentation(int views) {
    this.views = views;
  }

  /**
   * The name on the command line: {@code none}, {@code flip}, {@code flip-shift} or {@code
   * five-crop}.
   */
  public String label() {
    return ConstantNames.of(this);
  }

  /**
   * The one of that {@link #label()}.
   *
   * @throws UsageException if there is none; one line that lists them
   */
  public static TestTimeAugmentation of(String label) {
    return ConstantNames.read(TestTimeAugmentation.class, "test-time augmentation", label);
  }

  /** How many views a picture has. */
  public int views() {
    return views;
  }

  /**
   * One of the views, of the preprocessing's size.
   *
   * @param number from 0, the picture as it is prepared without augmentation (for {@link
   *     #FIVE_CROP} the centre)
   * @throws ImageException if the picture does not have the size it must have
   */
  public RgbImage view(Preprocessing preprocessing, RgbImage image, int number) {
    if (number < 0 || number >= views) {
      throw new IllegalArgumentException(Text.of("no view %d of %d", number, views));
    }
    return switch (this) {
      case NONE -> preprocessing.prepare(image);
      case FLIP -> {
        RgbImage prepared = preprocessing.prepare(image);
        yield number == 0 ? prepared : Geometry.flipHorizontally(prepared);
      }
      case FLIP_SHIFT -> {
        RgbImage moved = moved(preprocessing.prepare(image), number / 2);
        yield number % 2 == 0 ? moved : Geometry.flipHorizontally(moved);
      }
      case FIVE_CROP -> crop(preprocessing, image, number);
    };
  }

  /** Direction 0 is no movement, 1 to the lower right, 2 to the upper left. */
  private static RgbImage moved(RgbImage image, int direction) {
    if (direction == 0) {
      return image;
    }
    int by = Math.max(1, Math.min(image.width(), image.height()) / 32);
    int at = direction == 1 ? 0 : 2 * by;
    return Geometry.pad(image, by, Fill.REFLECT).crop(at, at, image.width(), image.height());
  }

  private static RgbImage crop(Preprocessing p, RgbImage picture, int number) {
    if (p.resize() == Resize.NONE) {
      throw new ImageException("five-crop needs resize mode squash or crop, not none");
    }
    RgbImage image = p.seen(picture);
    int size = p.sizePx();
    int shorter = Math.max(size, p.shorterSidePx());
    long w = image.width();
    long h = image.height();
    boolean squash = p.resize() == Resize.SQUASH;
    long fullWidth = squash || w <= h ? shorter : shorter * w / h;
    long fullHeight = squash || w > h ? shorter : shorter * h / w;
    long left = number % 2 == 1 ? 0 : fullWidth - size;
    long top = number <= 2 ? 0 : fullHeight - size;
    if (number == 0) {
      left = p.cropRounding().offset(fullWidth, size);
      top = p.cropRounding().offset(fullHeight, size);
    }
    return Resampling.resizeAndCrop(
        image, fullWidth, fullHeight, left, top, size, size, p.interpolation(), p.passOrder());
  }
}
