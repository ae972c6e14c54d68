package io.residua.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of PNG, GIF, BMP and WebP against Pillow's pixels. */
class FormatsTest {
  record Expected(String file, int width, int height, String sha256) {
    @Override
    public String toString() {
      return file;
    }
  }

  static byte[] resource(String file) {
    try (InputStream in = FormatsTest.class.getResourceAsStream("formats/" + file)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Stream<Expected> files() {
    return new String(resource("expected.csv"), StandardCharsets.US_ASCII)
        .lines()
        .skip(1)
        .map(line -> line.split(","))
        .map(c -> new Expected(c[0], Integer.parseInt(c[1]), Integer.parseInt(c[2]), c[3]));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("files")
  void givesPillowsPixels(Expected expected) throws Exception {
    RgbImage image = new ImageDecoder().decode(resource(expected.file()), expected.file());
    assertThat(image.width()).isEqualTo(expected.width());
    assertThat(image.height()).isEqualTo(expected.height());
    if (expected.file().contains("lossy")) {
      byte[] png = resource(expected.file() + ".expected.png");
      RgbImage pixels = RgbImage.of(ImageIO.read(new ByteArrayInputStream(png)));
      var difference = Golden.Difference.of(image, pixels);
      // The library repeats chroma where libwebp filters it; the drawing has hard coloured edges.
      assertThat(difference.mean()).isLessThan(5);
    } else {
      byte[] sha256 = MessageDigest.getInstance("SHA-256").digest(image.rgb());
      assertThat(HexFormat.of().formatHex(sha256)).isEqualTo(expected.sha256());
    }
  }
}
