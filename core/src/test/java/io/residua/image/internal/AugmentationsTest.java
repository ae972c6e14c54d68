package io.residua.image.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.residua.UsageException;
import io.residua.image.Augmentations;
import io.residua.image.FormatsTest;
import io.residua.image.ImageDecoder;
import io.residua.image.Interpolation;
import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.Resize;
import io.residua.image.RgbImage;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AugmentationsTest {
  private static final Preprocessing SMALL = Preprocessing.preset("unit").withSize(24);

  private final RgbImage image =
      new ImageDecoder().decode(FormatsTest.resource("png_rgb8.png"), "png_rgb8.png");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "flip-horizontal(p=0.5)",
        "flip-vertical(p=0.25)",
        "affine(degrees=20, zoom=0.2, shear=10, shift=0.1, fill=reflect)",
        "affine(degrees=0, zoom=0, shear=0, shift=1, fill=constant)",
        "affine(degrees=180, zoom=0.9, shear=80, shift=1, fill=nearest)",
        "colour(brightness=0.2, contrast=1, saturation=0.7, hue=0.5)",
        "resized-crop(min-scale=0.08, max-scale=1, min-ratio=0.75, max-ratio=1.3333333333333333)",
        "pad-crop(border=4, fill=constant)",
        "pad-crop(border=30, fill=reflect)",
        "cutout(p=1, size=0.5)",
        "random-erasing(p=1, min-scale=0.02, max-scale=0.33)",
        "rand-augment(operations=2, magnitude=9)",
        "rand-augment(operations=10, magnitude=30)",
        "trivial-augment()"
      })
  void everyStepKeepsTheSizeFollowsItsSeedAndPrintsAsItWasRead(String text) {
    Augmentations augmentations = Augmentations.parse(text);
    assertThat(augmentations.text()).isEqualTo(text);
    assertThat(Augmentations.parse(augmentations.texts())).isEqualTo(augmentations);
    Augmentation step = augmentations.steps().get(0);
    byte[] before = image.rgb().clone();
    Set<RgbImage> seen = new HashSet<>();
    for (RgbImage picture : List.of(image, new RgbImage(1, 1), new RgbImage(1, 40))) {
      for (int i = 0; i < 60; i++) {
        RgbImage changed = step.apply(picture, new SplittableRandom(i));
        assertThat(changed.width()).isEqualTo(picture.width());
        assertThat(changed.height()).isEqualTo(picture.height());
        assertThat(step.apply(picture, new SplittableRandom(i))).isEqualTo(changed);
        seen.add(changed);
      }
    }
    assertThat(image.rgb()).as("the picture given in").isEqualTo(before);
    assertThat(seen).as("different results").hasSizeGreaterThan(3);
  }

  @Test
  void chanceDependsOnRunEpochAndPictureAlone() {
    Augmentations augmentations = Augmentations.parse("imagenet; trivial-augment");
    List<RgbImage> inOrder =
        LongStream.range(0, 40).mapToObj(i -> augmentations.apply(image, SMALL, 7, 3, i)).toList();
    List<RgbImage> inParallel =
        IntStream.range(0, 40)
            .parallel()
            .mapToObj(i -> augmentations.apply(image, SMALL, 7, 3, i))
            .toList();
    assertThat(inParallel).isEqualTo(inOrder);
    assertThat(new HashSet<>(inOrder)).hasSizeGreaterThan(35);
    assertThat(augmentations.apply(image, SMALL, 7, 4, 0)).isNotEqualTo(inOrder.get(0));
    assertThat(augmentations.apply(image, SMALL, 8, 3, 0)).isNotEqualTo(inOrder.get(0));
  }

  @Test
  void presetsGiveNetworkInputs() {
    assertThat(Augmentations.presetLabels())
        .containsExactly("keras-fruits", "intel", "cifar", "imagenet");
    for (String preset : Augmentations.presetLabels()) {
      RgbImage augmented = Augmentations.parse(preset).apply(image, SMALL, 1, 0, 5);
      assertThat(augmented.width()).isEqualTo(24);
      assertThat(augmented.height()).isEqualTo(24);
    }
    assertThat(Augmentations.parse("cifar; cutout(size=0.25)").text())
        .isEqualTo(
            "pad-crop(border=4, fill=constant); flip-horizontal(p=0.5); cutout(p=1, size=0.25)");
    assertThat(Augmentations.parse("none")).isEqualTo(Augmentations.NONE);
    assertThat(Augmentations.parse("").text()).isEqualTo("none");
    Preprocessing squash = SMALL.withResize(Resize.SQUASH);
    assertThat(Augmentations.NONE.apply(image, squash, 1, 0, 5)).isEqualTo(squash.prepare(image));
  }

  @Test
  void whatCannotBeReadIsQuotedInOneLine() {
    assertRefused("blur", "augmentation 'blur': unknown; it is one of flip-horizontal, ");
    assertRefused(
        "cifar; rotation(angle=3)", "augmentation 'rotation(angle=3)': unknown setting 'angle'");
    assertRefused("rotation(degrees=lots)", "degrees is 'lots', not a number");
    assertRefused("rotation(degrees=NaN)", "degrees must be 0..180, not NaN");
    assertRefused("rotation(degrees=10", "it must look like name(key=value, …)");
    assertRefused("rotation(10)", "'10' is not KEY=VALUE");
    assertRefused("flip-vertical(p=2)", "p must be 0..1, not 2");
    assertRefused("flip-vertical(p=1,p=0)", "'p' stands there twice");
    assertRefused("pad-crop(border=1.5)", "border is '1.5', not a whole number");
    assertRefused("zoom(fill=wrap)", "unknown fill mode 'wrap'");
    assertRefused(
        "resized-crop(min-scale=0.9, max-scale=0.5)", "max-scale must be 0.9..1, not 0.5");
    assertRefused("no\nsuch(", "augmentation 'no such('");
  }

  private static void assertRefused(String text, String reason) {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> Augmentations.parse(text))
        .withMessageContaining(reason)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("\n"));
  }

  @Test
  void toneIsPillows() {
    RgbImage dull = ColourAdjustment.contrast(image, 0.5);
    assertThat(crc32(Tone.sharpness(image, 0.3))).isEqualTo("c755df62");
    assertThat(crc32(Tone.sharpness(image, 1.9))).isEqualTo("79959f3f");
    assertThat(crc32(Tone.posterize(image, 3))).isEqualTo("7ad842ec");
    assertThat(crc32(Tone.solarize(image, 100))).isEqualTo("c1ff855c");
    assertThat(crc32(Tone.autoContrast(dull))).isEqualTo("5c0adea6");
    assertThat(crc32(Tone.equalize(image))).isEqualTo("8720d039");
    assertThat(crc32(Tone.equalize(dull))).isEqualTo("e5531ea0");
  }

  private static String crc32(RgbImage image) {
    CRC32 crc = new CRC32();
    crc.update(image.rgb());
    return "%08x".formatted(crc.getValue());
  }

  @Test
  void fillModesShowWhatKerasShows() {
    RgbImage row = new RgbImage(4, 1, new byte[] {1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4});
    assertThat(shifted(row, 2, Fill.CONSTANT)).containsExactly(0, 0, 1, 2);
    assertThat(shifted(row, 2, Fill.NEAREST)).containsExactly(1, 1, 1, 2);
    assertThat(shifted(row, 2, Fill.REFLECT)).containsExactly(2, 1, 1, 2);
    assertThat(shifted(row, -3, Fill.REFLECT)).containsExactly(4, 4, 3, 2);
    assertThat(shifted(row, 6, Fill.REFLECT)).containsExactly(3, 4, 4, 3);
  }

  private static List<Integer> shifted(RgbImage row, int by, Fill fill) {
    RgbImage moved = Geometry.affine(row, 0, by, 0, 1, 0, 0, Interpolation.BILINEAR, fill);
    assertThat(Geometry.affine(row, 0, by, 0, 1, 0, 0, Interpolation.NEAREST, fill))
        .isEqualTo(moved);
    return IntStream.range(0, row.width()).mapToObj(x -> moved.sample(x, 0, 0)).toList();
  }

  @Test
  void quarterTurnsMovePixelsWithoutChange() {
    RgbImage square = image.crop(0, 0, 20, 20);
    RgbImage turned = Geometry.rotate(square, 90, Interpolation.BILINEAR, Fill.CONSTANT);
    assertThat(turned.sample(0, 19, 1)).isEqualTo(square.sample(0, 0, 1));
    assertThat(Geometry.rotate(turned, -90, Interpolation.NEAREST, Fill.CONSTANT))
        .isEqualTo(square);
    assertThat(Geometry.rotate(image, 540, Interpolation.BILINEAR, Fill.CONSTANT))
        .isEqualTo(Geometry.flipVertically(Geometry.flipHorizontally(image)));
  }

  @Test
  void resizedCropAtTheHeadIsCutFromTheStoredPicture() {
    // Single black and white columns: grey once the whole is made small.
    RgbImage stripes = new RgbImage(480, 480);
    for (int i = 0; i < stripes.rgb().length; i++) {
      stripes.rgb()[i] = (byte) (i / 3 % 2 == 0 ? 0 : 255);
    }
    Augmentations cut =
        Augmentations.parse(
            "resized-crop(min-scale=0.0025, max-scale=0.0025, min-ratio=1, max-ratio=1)");
    RgbImage part = cut.apply(stripes, SMALL, 1, 0, 0);
    assertThat(Math.abs(part.sample(10, 5, 0) - part.sample(11, 5, 0))).isEqualTo(255);
    RgbImage whole = Augmentations.NONE.apply(stripes, SMALL, 1, 0, 0);
    assertThat(Math.abs(whole.sample(10, 5, 0) - whole.sample(11, 5, 0))).isLessThan(30);
  }
}
