package io.residua.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.residua.Shared;
import io.residua.image.Preprocessing.Resize;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ResamplingTest {
  private static Stream<Arguments> cases() {
    return Golden.cases("resize").stream().map(c -> Arguments.of(c.get("output").asText(), c));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void equalsPillowToTheLastBit(String output, JsonNode expected) {
    RgbImage source =
        new ImageDecoder().decode(Shared.path("golden", expected.get("source").asText()));
    Interpolation filter = Interpolation.of(expected.get("filter").asText());
    RgbImage actual =
        expected.get("op").asText().equals("resize")
            ? Resampling.resize(
                source, expected.get("width").asInt(), expected.get("height").asInt(), filter)
            : Preprocessing.preset("torchvision").withInterpolation(filter).prepare(source);
    assertThat(Golden.Difference.of(actual, Golden.png(output)).max()).isZero();
  }

  @Test
  void cutOfTheResizedPictureIsThatPartOfTheWhole() {
    RgbImage source =
        new ImageDecoder().decode(Shared.path("golden", "resize/src/thin_lines_301x199.png"));
    for (Interpolation filter : Interpolation.values()) {
      assertThat(Resampling.resizeAndCrop(source, 120, 199, 13, 40, 50, 60, filter))
          .isEqualTo(Resampling.resize(source, 120, 199, filter).crop(13, 40, 50, 60));
      assertThat(Resampling.resizeAndCrop(source, 301, 400, 13, 40, 50, 60, filter))
          .isEqualTo(Resampling.resize(source, 301, 400, filter).crop(13, 40, 50, 60));
    }
  }

  @Test
  void extremeProportionsNeedLittleMemory() {
    RgbImage line = new RgbImage(1, 20_000);
    for (Interpolation filter : Interpolation.values()) {
      Preprocessing crop = Preprocessing.preset("unit").withInterpolation(filter);
      assertThat(crop.prepare(line).width()).isEqualTo(224);
      assertThat(crop.withResize(Resize.SQUASH).prepare(line).width()).isEqualTo(224);
    }
  }

  @Test
  void impossibleSizesAreRefused() {
    assertThatThrownBy(() -> Resampling.resize(new RgbImage(2, 2), 0, 5, Interpolation.BILINEAR))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> Resampling.resize(new RgbImage(2, 2), 60_000, 60_000, Interpolation.BILINEAR))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
