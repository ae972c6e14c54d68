package io.residua.image.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.residua.image.FormatsTest;
import io.residua.image.ImageDecoder;
import io.residua.image.Interpolation;
import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.Resize;
import io.residua.image.RgbImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pictures with their opacity: read, resized and moved as Pillow does it. */
class OpacityTest {
  private static final ImageDecoder DECODER = ImageDecoder.of(Preprocessing.preset("rgba"));

  record Expected(String file, boolean opaque, List<String> hashes) {
    @Override
    public String toString() {
      return file;
    }
  }

  static Stream<Expected> files() {
    String list =
        new String(FormatsTest.resource("expected_opacity.csv"), StandardCharsets.US_ASCII);
    return list.lines()
        .skip(1)
        .map(line -> line.split(","))
        .map(c -> new Expected(c[0], c[1].equals("1"), Arrays.asList(c).subList(2, c.length)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void isPillowsReadAndResized(Expected expected) throws Exception {
    byte[] file = FormatsTest.resource(expected.file());
    RgbImage image = DECODER.decode(file, expected.file());
    assertThat(image.alpha() == null).isEqualTo(expected.opaque());
    assertThat(sha256(image)).isEqualTo(expected.hashes().get(0));
    Interpolation[] filters = {
      Interpolation.NEAREST, Interpolation.BILINEAR, Interpolation.BICUBIC, Interpolation.LANCZOS
    };
    for (int i = 0; i < filters.length; i++) {
      assertThat(sha256(Resampling.resize(image, 19, 31, filters[i])))
          .as(filters[i].label())
          .isEqualTo(expected.hashes().get(i + 1));
    }
    assertThat(new ImageDecoder().decode(file, expected.file())).isEqualTo(image.opaque());
  }

  private static String sha256(RgbImage image) throws Exception {
    byte[] alpha = image.alpha();
    byte[] rgba = new byte[image.width() * image.height() * 4];
    for (int i = 0; i < rgba.length / 4; i++) {
      System.arraycopy(image.rgb(), 3 * i, rgba, 4 * i, 3);
      rgba[4 * i + 3] = alpha == null ? (byte) 255 : alpha[i];
    }
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(rgba));
  }

  /** Which Pillow does not read; the script that wrote them has this formula. */
  @Test
  void theLastSampleOfPamIsOpacity() {
    for (String file : List.of("pnm_p7_rgba.pam", "pnm_p7_grey_alpha.pam")) {
      RgbImage image = DECODER.decode(FormatsTest.resource(file), file);
      byte[] alpha = image.alpha();
      for (int i = 0; i < image.width() * image.height(); i++) {
        int x = i % image.width();
        int y = i / image.width();
        assertThat(alpha[i]).as("%s %d", file, i).isEqualTo((byte) ((x * 7 + y * 3) % 256));
      }
    }
    assertThat(DECODER.decode(FormatsTest.resource("pnm_p7_rgb.pam"), "rgb").alpha()).isNull();
  }

  /** Pillow clips such grey before it looks for the level. */
  @Test
  void aTransparentLevelOf16BitsIsThatLevelAlone() throws Exception {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    png.writeBytes(PngDecoder.SIGNATURE.getBytes(StandardCharsets.ISO_8859_1));
    chunk(png, "IHDR", new byte[] {0, 0, 0, 2, 0, 0, 0, 1, 16, 0, 0, 0, 0});
    chunk(png, "tRNS", new byte[] {1, 2});
    ByteArrayOutputStream pixels = new ByteArrayOutputStream();
    try (DeflaterOutputStream out = new DeflaterOutputStream(pixels)) {
      out.write(new byte[] {0, 1, 3, 1, 2});
    }
    chunk(png, "IDAT", pixels.toByteArray());
    assertThat(DECODER.decode(png.toByteArray(), "grey").alpha()).containsExactly(255, 0);
  }

  private static void chunk(ByteArrayOutputStream png, String type, byte[] body) {
    byte[] length = ByteBuffer.allocate(4).putInt(body.length).array();
    png.writeBytes(length);
    png.writeBytes(type.getBytes(StandardCharsets.US_ASCII));
    png.writeBytes(body);
    png.writeBytes(new byte[4]); // which no decoder checks
  }

  @Test
  void aNetworkForColoursSeesThroughNothing() {
    RgbImage half = new RgbImage(2, 1, new byte[] {10, 20, 30, 100, 110, 120}, new byte[] {0, 9});
    Preprocessing squash = Preprocessing.preset("none").withResize(Resize.SQUASH).withSize(1);
    assertThat(squash.prepare(half)).isEqualTo(squash.prepare(half.opaque()));
    Preprocessing rgba = Preprocessing.preset("rgba").withResize(Resize.SQUASH).withSize(1);
    assertThat(rgba.prepare(half).alpha()).containsExactly(5);
    float[] input = new float[8];
    rgba.normalise(half, input, 0);
    assertThat(input[3]).isEqualTo((0 / 255f - 0.449f) / 0.226f);
    assertThat(input[4]).isEqualTo((100 / 255f - 0.449f) / 0.226f);
    rgba.normalise(half.opaque(), input, 0);
    assertThat(input[7]).isEqualTo((255 / 255f - 0.449f) / 0.226f);
    assertThat(Preprocessing.fromJson(rgba.toJson())).isEqualTo(rgba);
  }

  @Test
  void viewsMoveColoursAndOpacityAlike() {
    RgbImage image = DECODER.decode(FormatsTest.resource("opacity_ramp.png"), "ramp");
    RgbImage mirrored = Geometry.flipHorizontally(image);
    int last = image.width() - 1;
    assertThat(mirrored.alpha()[0]).isEqualTo(image.alpha()[last]);
    assertThat(mirrored.sample(0, 3, 2)).isEqualTo(image.sample(last, 3, 2));
    RgbImage back = Geometry.pad(image, 2, Fill.REFLECT).crop(2, 2, image.width(), image.height());
    assertThat(back).isEqualTo(image).isNotEqualTo(image.opaque());
    assertThat(image.crop(5, 6, 7, 8).alpha()[9]).isEqualTo(image.alpha()[7 * 43 + 7]);
  }

  @Test
  void opacityOfAnotherSizeIsRefused() {
    assertThatThrownBy(() -> new RgbImage(2, 1, new byte[6], new byte[3]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("2x1 pixels need 2 samples of opacity, not 3");
    assertThat(new RgbImage(2, 1, new byte[6], new byte[] {-1, -1})).isEqualTo(new RgbImage(2, 1));
  }
}
