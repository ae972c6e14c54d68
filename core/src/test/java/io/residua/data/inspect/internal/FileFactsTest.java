package io.residua.data.inspect.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.residua.image.RgbImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FileFactsTest {
  @ParameterizedTest
  @CsvSource({
    "webp_exif6.webp, 6",
    "webp_lossy_exif7.webp, 7",
    "webp_lossy.webp, 1",
    "webp_lossy_animated.webp, 1"
  })
  void webpIsTurnedByItsExifChunk(String file, int orientation) throws IOException {
    try (InputStream in = RgbImage.class.getResourceAsStream("/io/residua/image/formats/" + file)) {
      assertThat(FileFacts.of(in.readAllBytes()).orientation()).isEqualTo(orientation);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void pngIsTurnedByItsExifChunkBeforeOrBehindThePixels(boolean before) {
    byte[] png = new RgbImage(3, 2).toPng();
    byte[] tiff = {'M', 'M', 0, '*', 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0};
    byte[] chunk =
        ByteBuffer.allocate(tiff.length + 8)
            .putInt(tiff.length)
            .put(ascii("eXIf"))
            .put(tiff)
            .array();
    CRC32 check = new CRC32();
    check.update(chunk, 4, chunk.length - 4);
    int at = before ? 33 : png.length - 12;
    byte[] turned =
        ByteBuffer.allocate(png.length + chunk.length + 4)
            .put(png, 0, at)
            .put(chunk)
            .putInt((int) check.getValue())
            .put(png, at, png.length - at)
            .array();
    assertThat(FileFacts.of(turned)).isEqualTo(new FileFacts("PNG", "RGB", false, 6));
    assertThat(FileFacts.of(png).orientation()).isEqualTo(1);
  }

  @Test
  void headersThatEndAnywhereAreNoError() throws IOException {
    try (InputStream in =
        RgbImage.class.getResourceAsStream("/io/residua/image/formats/webp_exif6.webp")) {
      byte[] whole = in.readAllBytes();
      for (int length = 0; length < whole.length; length++) {
        assertThat(FileFacts.of(Arrays.copyOf(whole, length)).orientation()).isBetween(1, 8);
      }
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @CsvSource({
    "tiff_turned.tif, TIFF, RGB, 6",
    "tiff_grey16.tif, TIFF, grey 16-bit, 1",
    "tiff_grey16_big_endian.tif, TIFF, grey 16-bit, 1",
    "tiff_cmyk.tif, TIFF, CMYK, 1",
    "tiff_palette.tif, TIFF, palette, 1",
    "tiff_bits_group4.tif, TIFF, 1-bit, 1",
    "tiff_rgba.tif, TIFF, RGBA, 1",
    "pnm_p6.ppm, PNM, RGB, 1",
    "pnm_p2.pgm, PNM, grey, 1",
    "pnm_p4.pbm, PNM, 1-bit, 1"
  })
  void tiffAndNetpbmSayWhatTheyHold(String file, String format, String mode, int orientation)
      throws IOException {
    try (InputStream in = RgbImage.class.getResourceAsStream("/io/residua/image/formats/" + file)) {
      assertThat(FileFacts.of(in.readAllBytes()))
          .isEqualTo(new FileFacts(format, mode, false, orientation));
    }
  }
}
