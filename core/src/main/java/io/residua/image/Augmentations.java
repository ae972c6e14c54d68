package io.residua.image;

import io.residua.UsageException;
import io.residua.image.internal.Augmentation;
import io.residua.image.internal.AugmentationText;
import io.residua.internal.ConstantNames;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/**
 * What is done to training pictures, in order. The chance of a picture depends on the run's seed,
 * the epoch and the picture's number alone, so that threads and order of loading change nothing.
 *
 * @param steps applied one after the other; empty for none
 */
public record Augmentations(List<Augmentation> steps) {
  /** Pictures as they are. */
  public static final Augmentations NONE = new Augmentations(List.of());

  /** Augmentations named after the tutorials and papers that use them. */
  public enum Preset {
    /**
     * The fruits tutorial's {@code ImageDataGenerator} with random zoom, rotation and shear; it
     * gives no values, these are moderate ones.
     */
    KERAS_FRUITS("affine(degrees=20, zoom=0.2, shear=10, fill=nearest)"),
    /** The Intel scenes tutorial: brightness up or down, mirrored, turned by 10 degrees. */
    INTEL("brightness(range=0.2); flip-horizontal(p=0.5); rotation(degrees=10)"),
    /** CIFAR: 4 pixels of border, cut back, mirrored (He et al. 2016). */
    CIFAR("pad-crop(border=4); flip-horizontal(p=0.5)"),
    /** ImageNet: a random part resized, mirrored (Szegedy et al. 2015). */
    IMAGENET("resized-crop(); flip-horizontal(p=0.5)");

    private final String text;

    Preset(String text) {
      this.text = text;
    }

    /** The name in recipes and on the command line, for instance {@code keras-fruits}. */
    public String label() {
      return ConstantNames.of(this);
    }

    public Augmentations augmentations() {
      return parse(text);
    }
  }

  public Augmentations {
    steps = List.copyOf(steps);
  }

  /**
   * Reads presets and steps separated by semicolons, for instance {@code cifar; cutout(size=0.25)};
   * {@code none} or nothing is {@link #NONE}. A step leaves out what has its usual value.
   *
   * @throws UsageException if a step is unknown or has an impossible value; one line that quotes
   *     the step
   */
  public static Augmentations parse(String text) {
    return parse(Arrays.asList(text.split(";", -1)));
  }

  /** The same from a list, as a recipe in YAML holds it. */
  public static Augmentations parse(List<String> texts) {
    List<Augmentation> steps = new ArrayList<>();
    for (String text : texts) {
      String step = text.strip();
      if (step.isEmpty() || step.equals("none")) {
        continue;
      }
      Arrays.stream(Preset.values())
          .filter(preset -> preset.label().equals(step))
          .findFirst()
          .ifPresentOrElse(
              preset -> steps.addAll(preset.augmentations().steps()),
              () -> steps.add(AugmentationText.parse(step)));
    }
    return new Augmentations(steps);
  }

  /** The names of all presets. */
  public static List<String> presetLabels() {
    return ConstantNames.of(Preset.class);
  }

  /** Each step's text form with every value, as {@link #parse(List)} reads it. */
  public List<String> texts() {
    return steps.stream().map(Augmentation::text).toList();
  }

  /** The text form in one line, as {@link #parse(String)} reads it. */
  public String text() {
    return steps.isEmpty() ? "none" : texts().stream().collect(Collectors.joining("; "));
  }

  /**
   * A picture prepared for the network and augmented: {@code sizePx × sizePx}. A {@link
   * Augmentation.ResizedCrop} at the head takes the place of the preparation.
   *
   * @param stored the picture as decoded
   * @param epoch the epoch's number
   * @param picture the picture's number in the data set
   * @throws ImageException as {@link Preprocessing#prepare}
   */
  public RgbImage apply(
      RgbImage stored, Preprocessing preprocessing, long runSeed, int epoch, long picture) {
    if (!startsFromStored()) {
      return applyPrepared(preprocessing.prepare(stored), runSeed, epoch, picture);
    }
    RandomGenerator random = random(runSeed, epoch, picture);
    int size = preprocessing.sizePx();
    RgbImage image =
        ((Augmentation.ResizedCrop) steps.get(0))
            .apply(
                stored,
                size,
                size,
                preprocessing.interpolation(),
                preprocessing.passOrder(),
                random);
    boolean mirrored = mirrored(runSeed, epoch, picture);
    return apply(image, steps.subList(1, steps.size()), random, mirrored);
  }

  /** Whether the first step wants the picture as decoded, and not prepared for the network. */
  public boolean startsFromStored() {
    return !steps.isEmpty() && steps.get(0) instanceof Augmentation.ResizedCrop;
  }

  /**
   * The same for a picture that is prepared already.
   *
   * @throws IllegalStateException if the first step {@linkplain #startsFromStored starts from the
   *     stored picture}
   */
  public RgbImage applyPrepared(RgbImage prepared, long runSeed, int epoch, long picture) {
    if (startsFromStored()) {
      throw new IllegalStateException("a resized crop starts from the picture as it is stored");
    }
    RandomGenerator random = random(runSeed, epoch, picture);
    return apply(prepared, steps, random, mirrored(runSeed, epoch, picture));
  }

  /**
   * A part of a picture, at a place that depends on chance as augmentation does.
   *
   * @param sizePx its width and height, at most the picture's
   */
  public static RgbImage cut(RgbImage image, int sizePx, long runSeed, int epoch, long picture) {
    if (image.width() == sizePx && image.height() == sizePx) {
      return image;
    }
    RandomGenerator random = random(mixed(runSeed), epoch, picture);
    return image.crop(
        random.nextInt(image.width() - sizePx + 1),
        random.nextInt(image.height() - sizePx + 1),
        sizePx,
        sizePx);
  }

  private static RgbImage apply(
      RgbImage image, List<Augmentation> steps, RandomGenerator random, boolean mirrored) {
    RgbImage result = image;
    for (Augmentation step : steps) {
      result =
          step instanceof Augmentation.FlipAlternating flip
              ? flip.apply(result, mirrored)
              : step.apply(result, random);
    }
    return result;
  }

  /** Changes from epoch to epoch; how it begins is the picture's chance. */
  private static boolean mirrored(long runSeed, int epoch, long picture) {
    return random(runSeed, 0, picture).nextBoolean() ^ (epoch & 1) == 1;
  }

  /** The generator of one picture in one epoch of one run. */
  static RandomGenerator random(long runSeed, int epoch, long picture) {
    return new SplittableRandom(mixed(mixed(mixed(runSeed) + epoch) + picture));
  }

  /** MurmurHash3's finaliser: neighbouring seeds give unrelated ones. */
  private static long mixed(long seed) {
    long z = seed + 0x9e3779b97f4a7c15L;
    z = (z ^ z >>> 33) * 0xff51afd7ed558ccdL;
    z = (z ^ z >>> 33) * 0xc4ceb9fe1a85ec53L;
    return z ^ z >>> 33;
  }
}
