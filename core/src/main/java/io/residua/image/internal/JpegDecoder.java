package io.residua.image.internal;

import io.residua.image.ImageException;
import io.residua.image.RgbImage;
import java.awt.image.DataBufferByte;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/**
 * JPEG as libjpeg (and so Pillow and torchvision) decodes it: accurate integer DCT, triangle
 * filtered chroma, profiles ignored. The Java runtime's own reader does the entropy decoding, the
 * DCT and the upsampling; it is given nothing but tables and scans, so that no application segment
 * can change what it does, and hands over the raw components.
 */
public final class JpegDecoder {
  /** The reader that is part of the Java runtime, whatever plug-ins are registered besides it. */
  private static final ImageReaderSpi READER = runtimeReader();

  private JpegDecoder() {}

  private static ImageReaderSpi runtimeReader() {
    Iterator<ImageReaderSpi> providers =
        IIORegistry.getDefaultInstance()
            .getServiceProviders(
                ImageReaderSpi.class,
                spi ->
                    spi.getClass()
                        .getName()
                        .equals("com.sun.imageio.plugins.jpeg.JPEGImageReaderSpi"),
                false);
    if (!providers.hasNext()) {
      throw new ImageException("this Java runtime has no JPEG reader (module java.desktop)");
    }
    return providers.next();
  }

  /** Loads the runtime's reader, which takes a while the first time. */
  public static void prepare() {
    try {
      READER.createReaderInstance().dispose();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static RgbImage decode(Bytes file, PixelLimit limit) throws IOException {
    JpegFile jpeg = JpegFile.parse(file, limit);
    byte[] samples = samples(jpeg).values();
    byte[] rgb =
        switch (jpeg.colour()) {
          case GREY -> JpegColour.greyToRgb(samples);
          case RGB -> samples;
          case YCBCR -> {
            JpegColour.yccToRgb(samples, 3);
            yield samples;
          }
          case CMYK -> JpegColour.cmykToRgb(samples, false);
          case YCCK -> JpegColour.cmykToRgb(samples, true);
        };
    JpegFile.Frame frame = jpeg.frame();
    return Orientation.upright(
        new RgbImage(frame.width(), frame.height(), rgb), jpeg.orientation());
  }

  /** Components as they are coded, all of the picture's size, those of a pixel together. */
  record Samples(int width, int height, int channels, byte[] values) {}

  /** What a JPEG holds, whatever its colours mean. */
  static Samples samples(Bytes file, PixelLimit limit) throws IOException {
    return samples(JpegFile.parse(file, limit));
  }

  private static Samples samples(JpegFile jpeg) throws IOException {
    JpegFile.Frame frame = jpeg.frame();
    int channels = frame.components().size();
    byte[] samples = components(jpeg.pixelsOnly(), frame.width(), frame.height(), channels);
    for (int c = 0; c < channels; c++) {
      JpegFile.Component component = frame.components().get(c);
      if (component.horizontal() == frame.maxHorizontal()
          && 2 * component.vertical() == frame.maxVertical()) {
        smoothDoubledRows(samples, frame.width(), frame.height(), channels, c);
      }
    }
    return new Samples(frame.width(), frame.height(), channels, samples);
  }

  private static byte[] components(byte[] pixelsOnly, int width, int height, int channels)
      throws IOException {
    ImageReader reader = READER.createReaderInstance();
    try {
      reader.setInput(new BytesInput(pixelsOnly), true, true);
      Raster raster = reader.readRaster(0, null);
      if (raster.getWidth() != width
          || raster.getHeight() != height
          || raster.getNumBands() != channels) {
        throw new IOException("the file is damaged: its frame header is contradictory");
      }
      if (raster.getDataBuffer() instanceof DataBufferByte bytes
          && raster.getSampleModel() instanceof PixelInterleavedSampleModel model
          && model.getPixelStride() == channels
          && model.getScanlineStride() == width * channels
          && inOrder(model.getBandOffsets())
          && bytes.getData().length == width * height * channels) {
        return bytes.getData();
      }
      return (byte[]) raster.getDataElements(0, 0, width, height, null);
    } finally {
      reader.dispose();
    }
  }

  private static boolean inOrder(int[] bandOffsets) {
    for (int i = 0; i < bandOffsets.length; i++) {
      if (bandOffsets[i] != i) {
        return false;
      }
    }
    return true;
  }

  /**
   * libjpeg-turbo smooths a component of half the rows (4:4:0) while libjpeg 6b, bundled with most
   * Java runtimes, writes each row twice. Rows found doubled throughout are smoothed here: 3/4 of
   * the nearer row and 1/4 of the farther.
   */
  private static void smoothDoubledRows(
      byte[] samples, int width, int height, int channels, int channel) {
    int stride = width * channels;
    for (int y = 1; y < height; y += 2) {
      for (int i = y * stride + channel; i < (y + 1) * stride; i += channels) {
        if (samples[i] != samples[i - stride]) {
          return;
        }
      }
    }
    byte[] above = new byte[width];
    byte[] here = new byte[width];
    for (int y = 0; y < height; y++) {
      int row = y * stride + channel;
      boolean upper = (y & 1) == 0;
      int farther = upper ? y - 1 : y + 1;
      if (upper) {
        System.arraycopy(here, 0, above, 0, width);
        for (int x = 0; x < width; x++) {
          here[x] = samples[row + x * channels];
        }
      }
      boolean edge = farther < 0 || farther >= height;
      for (int x = 0; x < width; x++) {
        int near = here[x] & 0xff;
        int far =
            (edge ? near : upper ? above[x] : samples[farther * stride + channel + x * channels])
                & 0xff;
        samples[row + x * channels] = (byte) ((3 * near + far + (upper ? 1 : 2)) >> 2);
      }
    }
  }
}
