package io.residua.image.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.residua.Shared;
import io.residua.image.Golden;
import io.residua.image.ImageDecoder;
import io.residua.image.Interpolation;
import io.residua.image.PassOrder;
import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.Resize;
import io.residua.image.RgbImage;
import io.residua.internal.Sha256;
import io.residua.testkit.Pictures;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
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
  void equalsPillow9ToTheLastBit(String output, JsonNode expected) {
    RgbImage source =
        new ImageDecoder().decode(Shared.path("golden", expected.get("source").asText()));
    Interpolation filter = Interpolation.of(expected.get("filter").asText());
    RgbImage actual =
        expected.get("op").asText().equals("resize")
            ? Resampling.resize(
                source,
                expected.get("width").asInt(),
                expected.get("height").asInt(),
                filter,
                PassOrder.HORIZONTAL_FIRST)
            : Preprocessing.preset("torchvision")
                .withInterpolation(filter)
                .withPassOrder(PassOrder.HORIZONTAL_FIRST)
                .prepare(source);
    assertThat(Golden.Difference.of(actual, Golden.png(output)).max()).isZero();
  }

  /** Pillow 13.0.0 on computed pictures; {@code pillow13.py} beside the table made it. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("pillow13")
  void equalsPillow13ToTheLastBit(String line) throws IOException {
    String[] wanted = line.split(" ");
    int width = Integer.parseInt(wanted[0]);
    int height = Integer.parseInt(wanted[1]);
    RgbImage resized =
        Resampling.resize(
            Pictures.placed(width, height, 0),
            Integer.parseInt(wanted[2]),
            Integer.parseInt(wanted[3]),
            Interpolation.of(wanted[4]));
    assertThat(Sha256.of(resized.rgb())).isEqualTo(wanted[5]);
  }

  private static Stream<String> pillow13() throws IOException {
    try (InputStream in =
        ResamplingTest.class.getResourceAsStream("/io/residua/image/pillow13.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines();
    }
  }

  @Test
  void modelsOfBeforeKeepTheirPassOrderAndNewOnesHavePillow13s() {
    Preprocessing now = Preprocessing.preset("torchvision");
    assertThat(now.passOrder()).isEqualTo(PassOrder.PILLOW_13);
    assertThat(Preprocessing.fromJson(now.toJson())).isEqualTo(now);
    ObjectNode before = now.toJson();
    before.remove("passOrder");
    Preprocessing read = Preprocessing.fromJson(before);
    assertThat(read).isEqualTo(now.withPassOrder(PassOrder.HORIZONTAL_FIRST));
    assertThat(Preprocessing.fromJson(read.toJson())).isEqualTo(read);
    RgbImage upright = Pictures.placed(427, 640, 0);
    assertThat(read.prepare(upright)).isEqualTo(now.prepare(upright)); // 85 columns, 127 rows go
    assertThat(read.withResize(Resize.SQUASH).prepare(upright))
        .isNotEqualTo(now.withResize(Resize.SQUASH).prepare(upright));
  }

  @Test
  void cutOfTheResizedPictureIsThatPartOfTheWhole() {
    RgbImage source =
        new ImageDecoder().decode(Shared.path("golden", "resize/src/thin_lines_301x199.png"));
    for (Interpolation filter : Interpolation.values()) {
      for (PassOrder order : PassOrder.values()) {
        for (int[] size : new int[][] {{120, 199}, {301, 400}, {301, 150}, {290, 120}}) {
          assertThat(
                  Resampling.resizeAndCrop(source, size[0], size[1], 13, 40, 50, 60, filter, order))
              .isEqualTo(
                  Resampling.resize(source, size[0], size[1], filter, order).crop(13, 40, 50, 60));
        }
      }
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
