package io.residua.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.Shared;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of PNG, GIF, BMP, WebP, TIFF and PNM: exactly Pillow's pixels. */
public class FormatsTest {
  public record Expected(String file, int width, int height, String sha256) {
    @Override
    public String toString() {
      return file;
    }
  }

  public static byte[] resource(String file) {
    try (InputStream in = FormatsTest.class.getResourceAsStream("formats/" + file)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Stream<Expected> files() {
    return Stream.of("expected.csv", "expected_tiff_pnm.csv")
        .flatMap(list -> new String(resource(list), StandardCharsets.US_ASCII).lines().skip(1))
        .map(line -> line.split(","))
        .map(c -> new Expected(c[0], Integer.parseInt(c[1]), Integer.parseInt(c[2]), c[3]));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void givesPillowsPixels(Expected expected) throws Exception {
    RgbImage image = new ImageDecoder().decode(resource(expected.file()), expected.file());
    assertThat(image.width()).isEqualTo(expected.width());
    assertThat(image.height()).isEqualTo(expected.height());
    assertThat(sha256(image)).isEqualTo(expected.sha256());
  }

  @Test
  void theSamePictureAsJpegAndAsWebpIsTheSame() {
    ImageDecoder decoder = new ImageDecoder();
    RgbImage jpeg = decoder.decode(resource("same_picture.jpg"), "jpg");
    assertThat(decoder.decode(resource("same_picture.webp"), "webp")).isEqualTo(jpeg);
  }

  @Test
  void lossyWebpFromElsewhereHasPillowsPixels() throws Exception {
    Map<String, String> pillow13 =
        Map.of(
            "s1_m0.webp",
            "1062ae957e8f58efcdcf3e7ecfd583cbc2088ce3a12c82fd046ba4cd76ef0f67",
            "s1_m1.webp",
            "2018357b4b35bdd6d20d634a1ac8c2fe23039fefe3227556fe8fc22470ad3e06",
            "s1_m4.webp",
            "7c821174a1bb9946c061f4334441b08fb1a3c95f3a754b3e75e5a91e5e413326",
            "tall_default_q40.webp",
            "a8d0e68f9049df79abb366ddab60e5e480d2b92e936686bdead930f687c2ef99");
    for (var expected : pillow13.entrySet()) {
      RgbImage image = new ImageDecoder().decode(Shared.path("trials", expected.getKey()));
      assertThat(sha256(image)).as(expected.getKey()).isEqualTo(expected.getValue());
    }
  }

  @Test
  void tiffAndNetpbmFromElsewhereAreReadWhateverTheirSuffix() {
    ImageDecoder decoder = new ImageDecoder();
    for (String file :
        List.of(
            "t_none.tif",
            "t_lzw.tif",
            "t_16.tif",
            "t_1.tif",
            "t_cmyk.tif",
            "t_multi.tif",
            "tif_as.jpg",
            "x.ppm",
            "x.pgm")) {
      RgbImage image = decoder.decode(Shared.path("trials", file));
      assertThat(List.of(image.width(), image.height())).as(file).containsExactly(97, 71);
    }
    assertThat(decoder.decode(Shared.path("trials", "t_lzw.tif")))
        .isEqualTo(decoder.decode(Shared.path("trials", "t_none.tif")))
        .isEqualTo(decoder.decode(Shared.path("trials", "x.ppm")));
  }

  private static String sha256(RgbImage image) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(image.rgb()));
  }
}
