package io.residua.image.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.residua.image.ImageDecoder;
import io.residua.image.RgbImage;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How often a progressive JPEG may go over its pixels. */
class JpegScansTest {
  private static final PixelLimit LIMIT = new PixelLimit(200_000_000, 200_000_000);

  /** The markers of a progressive picture in colour, each scan of one component or of all. */
  private static Bytes markers(int width, int height, int scans, boolean ofAll) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(new byte[] {-1, (byte) 0xd8, -1, (byte) 0xc2, 0, 17, 8});
    file.writeBytes(
        ByteBuffer.allocate(4).putShort((short) height).putShort((short) width).array());
    file.writeBytes(new byte[] {3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0});
    for (int i = 0; i < scans; i++) {
      file.writeBytes(
          ofAll
              ? new byte[] {-1, (byte) 0xda, 0, 12, 3, 1, 0, 2, 0, 3, 0, 0, 0, 0x10, 0x55}
              : new byte[] {-1, (byte) 0xda, 0, 8, 1, 1, 0, 1, 63, 0x10, 0x55});
    }
    file.writeBytes(new byte[] {-1, (byte) 0xd9});
    return new Bytes(file.toByteArray());
  }

  @ParameterizedTest
  @CsvSource({"14000, 14000, 20, true", "14000, 14000, 29, false", "800, 600, 200, true"})
  void asManyScansAsEncodersWriteAreReadAtEverySize(int width, int height, int scans, boolean ofAll)
      throws Exception {
    JpegFile file = JpegFile.parse(markers(width, height, scans, ofAll), LIMIT);
    assertThat(file.frame().width()).isEqualTo(width);
  }

  @ParameterizedTest
  @CsvSource({
    "14000, 14000, 21, true, 196.0 megapixels in 21 scans",
    "10000, 10000, 200, false, 100.0 megapixels in 31 scans",
    "3000, 2000, 200, true, 6.0 megapixels in 29 scans",
    "800, 600, 201, true, more than 200 scans"
  })
  void moreOfThemThanThatAreRefusedFromTheMarkersAlone(
      int width, int height, int scans, boolean ofAll, String reason) {
    assertThatThrownBy(() -> JpegFile.parse(markers(width, height, scans, ofAll), LIMIT))
        .hasMessageContaining(reason)
        .hasMessageNotContaining("\n");
  }

  @Test
  void aRealProgressivePictureOfMegapixelsIsRead() throws Exception {
    BufferedImage picture = new BufferedImage(2400, 1800, BufferedImage.TYPE_INT_RGB);
    Random random = new Random(1);
    for (int y = 0; y < picture.getHeight(); y++) {
      for (int x = 0; x < picture.getWidth(); x++) {
        int grain = random.nextInt(16);
        picture.setRGB(x, y, (x / 10 + grain) << 16 | (y / 8 + grain) << 8 | (x + y) / 20);
      }
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam param = writer.getDefaultWriteParam();
    param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
    try (ImageOutputStream out = ImageIO.createImageOutputStream(file)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(picture, null, null), param);
    } finally {
      writer.dispose();
    }
    RgbImage image = new ImageDecoder().decode(file.toByteArray(), "progressive.jpg");
    assertThat(image.width()).isEqualTo(2400);
    assertThat(image.sample(1200, 900, 0)).isBetween(100, 150);
  }
}
