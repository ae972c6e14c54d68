package io.residua.image.internal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.Shared;
import io.residua.image.Golden;
import io.residua.image.ImageDecoder;
import io.residua.image.Interpolation;
import io.residua.image.RgbImage;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Movements and colour changes that torchvision made. */
class AugmentGoldenTest {
  private static Stream<Arguments> cases() {
    return Golden.cases("augment").stream().map(c -> Arguments.of(c.get("name").asText(), c));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void equalsTorchvisionOnPillow(String name, JsonNode expected) {
    RgbImage source = new ImageDecoder().decode(Shared.path("golden", "augment/source_64x48.png"));
    RgbImage reference = Golden.png(expected.get("output").asText());
    assertThat(Golden.Difference.of(apply(name, source), reference).max()).isZero();
  }

  private static RgbImage apply(String name, RgbImage s) {
    String[] part = name.split("_");
    double value =
        part.length > 1 && part[1].matches("-?[0-9.]+") ? Double.parseDouble(part[1]) : 0;
    Interpolation filter =
        name.endsWith("nearest") ? Interpolation.NEAREST : Interpolation.BILINEAR;
    return switch (part[0].toLowerCase(Locale.ROOT)) {
      case "hflip" -> Geometry.flipHorizontally(s);
      case "vflip" -> Geometry.flipVertically(s);
      case "rotate" -> Geometry.rotate(s, value, filter, Fill.CONSTANT);
      case "affine" ->
          part[1].equals("shear10")
              ? Geometry.affine(s, 0, 0, 0, 1.2, 10, 0, filter, Fill.CONSTANT)
              : Geometry.affine(s, 20, 5, -3, 0.8, 0, 0, filter, Fill.CONSTANT);
      case "brightness" -> ColourAdjustment.brightness(s, value);
      case "contrast" -> ColourAdjustment.contrast(s, value);
      case "saturation" -> ColourAdjustment.saturation(s, value);
      case "hue" -> ColourAdjustment.hue(s, value);
      case "grayscale3" -> ColourAdjustment.grey(s);
      case "resized" -> Resampling.resize(s.crop(7, 5, 41, 30), 32, 32, Interpolation.BILINEAR);
      case "pad4" ->
          part[1].equals("reflect")
              ? Geometry.pad(s, 4, Fill.REFLECT)
              : Geometry.pad(s, 4, Fill.CONSTANT).crop(7, 2, 64, 48);
      default -> throw new AssertionError("unknown case " + name);
    };
  }
}
