package io.residua.image.internal;

import io.residua.UsageException;
import io.residua.internal.Term;

/** The text form of one augmentation: {@code name(key=value, …)}. */
public final class AugmentationText {
  private static final String[] NAMES = {
    "flip-horizontal",
    "flip-alternating",
    "flip-vertical",
    "rotation",
    "zoom",
    "shear",
    "translation",
    "affine",
    "brightness",
    "contrast",
    "saturation",
    "hue",
    "colour",
    "resized-crop",
    "pad-crop",
    "cutout",
    "random-erasing",
    "rand-augment",
    "trivial-augment"
  };

  private AugmentationText() {}

  /**
   * Reads one step; what it leaves out has its usual value.
   *
   * @throws UsageException one line that quotes the step
   */
  public static Augmentation parse(String step) {
    return Term.read("augmentation", step, AugmentationText::read);
  }

  private static Augmentation read(Term a) {
    return switch (a.name()) {
      case "flip-horizontal" -> new Augmentation.FlipHorizontal(a.number("p", 0.5));
      case "flip-alternating" -> new Augmentation.FlipAlternating();
      case "flip-vertical" -> new Augmentation.FlipVertical(a.number("p", 0.5));
      case "rotation" -> new Augmentation.Affine(a.number("degrees", 10), 0, 0, 0, fill(a));
      case "zoom" -> new Augmentation.Affine(0, a.number("zoom", 0.2), 0, 0, fill(a));
      case "shear" -> new Augmentation.Affine(0, 0, a.number("shear", 10), 0, fill(a));
      case "translation" -> new Augmentation.Affine(0, 0, 0, a.number("shift", 0.1), fill(a));
      case "affine" ->
          new Augmentation.Affine(
              a.number("degrees", 0),
              a.number("zoom", 0),
              a.number("shear", 0),
              a.number("shift", 0),
              fill(a));
      case "brightness" -> new Augmentation.ColourJitter(a.number("range", 0.2), 0, 0, 0);
      case "contrast" -> new Augmentation.ColourJitter(0, a.number("range", 0.2), 0, 0);
      case "saturation" -> new Augmentation.ColourJitter(0, 0, a.number("range", 0.2), 0);
      case "hue" -> new Augmentation.ColourJitter(0, 0, 0, a.number("range", 0.05));
      case "colour" ->
          new Augmentation.ColourJitter(
              a.number("brightness", 0),
              a.number("contrast", 0),
              a.number("saturation", 0),
              a.number("hue", 0));
      case "resized-crop" ->
          new Augmentation.ResizedCrop(
              a.number("min-scale", 0.08),
              a.number("max-scale", 1),
              a.number("min-ratio", 3.0 / 4),
              a.number("max-ratio", 4.0 / 3));
      case "pad-crop" -> new Augmentation.PadAndCrop(a.whole("border", 4), fill(a));
      case "cutout" -> new Augmentation.Cutout(a.number("p", 1), a.number("size", 0.5));
      case "random-erasing" ->
          new Augmentation.RandomErasing(
              a.number("p", 0.5), a.number("min-scale", 0.02), a.number("max-scale", 0.33));
      case "rand-augment" ->
          new Augmentation.RandAugment(a.whole("operations", 2), a.whole("magnitude", 9));
      case "trivial-augment" -> new Augmentation.TrivialAugment();
      default -> throw a.unknown(NAMES);
    };
  }

  private static Fill fill(Term term) {
    return Fill.of(term.text("fill", Fill.CONSTANT.label()));
  }
}
