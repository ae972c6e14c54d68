package io.residua.image;

import io.residua.IoReasons;
import io.residua.Text;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferInt;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Objects;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * A picture of 8-bit red, green and blue samples, rows from top to bottom, {@code height × width ×
 * 3} bytes without padding. Two pictures are equal if they have the same size and samples.
 *
 * <p>The samples are not copied on the way in or out: whoever holds a picture reads {@link #rgb()}
 * and leaves it unchanged, so that a picture can be handed from thread to thread.
 */
public final class RgbImage {
  /** The most pixels that fit into one array. */
  static final int MAX_PIXELS = (Integer.MAX_VALUE - 8) / 3;

  private final int width;
  private final int height;
  private final byte[] rgb;

  /** A black picture. */
  public RgbImage(int width, int height) {
    this(width, height, new byte[sampleCount(width, height)]);
  }

  /**
   * A picture of these samples, which are taken over and not copied.
   *
   * @param rgb {@code height × width × 3} unsigned bytes
   */
  public RgbImage(int width, int height, byte[] rgb) {
    if (rgb.length != sampleCount(width, height)) {
      throw new IllegalArgumentException(
          Text.of(
              "%dx%d pixels need %d samples, not %d",
              width, height, sampleCount(width, height), rgb.length));
    }
    this.width = width;
    this.height = height;
    this.rgb = rgb;
  }

  private static int sampleCount(int width, int height) {
    if (width < 1 || height < 1 || (long) width * height > MAX_PIXELS) {
      throw new IllegalArgumentException(
          Text.of("a picture can't have %dx%d pixels", width, height));
    }
    return width * height * 3;
  }

  public int width() {
    return width;
  }

  public int height() {
    return height;
  }

  /** The samples themselves, not a copy: {@code rgb()[(y * width + x) * 3 + channel]}. */
  public byte[] rgb() {
    return rgb;
  }

  /** One sample, 0..255; channel 0 is red. */
  public int sample(int x, int y, int channel) {
    Objects.checkIndex(x, width);
    Objects.checkIndex(y, height);
    Objects.checkIndex(channel, 3);
    return rgb[(y * width + x) * 3 + channel] & 0xff;
  }

  /** A copy of the rectangle, which must lie inside the picture. */
  public RgbImage crop(int left, int top, int cropWidth, int cropHeight) {
    Objects.checkFromIndexSize(left, cropWidth, width);
    Objects.checkFromIndexSize(top, cropHeight, height);
    RgbImage out = new RgbImage(cropWidth, cropHeight);
    for (int y = 0; y < cropHeight; y++) {
      System.arraycopy(
          rgb, ((top + y) * width + left) * 3, out.rgb, y * cropWidth * 3, cropWidth * 3);
    }
    return out;
  }

  /** The colours of any image of Java2D, without its alpha. */
  public static RgbImage of(BufferedImage image) {
    int w = image.getWidth();
    int h = image.getHeight();
    byte[] rgb = new byte[sampleCount(w, h)];
    int[] row = new int[w];
    for (int y = 0, o = 0; y < h; y++) {
      image.getRGB(0, y, w, 1, row, 0, w);
      for (int argb : row) {
        rgb[o++] = (byte) (argb >> 16);
        rgb[o++] = (byte) (argb >> 8);
        rgb[o++] = (byte) argb;
      }
    }
    return new RgbImage(w, h, rgb);
  }

  /** A copy as {@link BufferedImage#TYPE_INT_RGB}. */
  public BufferedImage toBufferedImage() {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int[] packed = ((DataBufferInt) image.getRaster().getDataBuffer()).getData();
    for (int i = 0, o = 0; i < packed.length; i++, o += 3) {
      packed[i] = (rgb[o] & 0xff) << 16 | (rgb[o + 1] & 0xff) << 8 | (rgb[o + 2] & 0xff);
    }
    return image;
  }

  /** This picture as a PNG file's bytes. */
  public byte[] toPng() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(toBufferedImage(), "png", out)) {
        throw new ImageException("this Java runtime has no PNG writer");
      }
    } catch (IOException e) {
      throw new ImageException("PNG could not be written: " + e.getMessage(), e);
    }
    return bytes.toByteArray();
  }

  /**
   * This picture as a JPEG file's bytes.
   *
   * @param quality 0..1
   */
  public byte[] toJpeg(double quality) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam parameters = writer.getDefaultWriteParam();
      parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      parameters.setCompressionQuality((float) quality);
      writer.setOutput(out);
      writer.write(null, new IIOImage(toBufferedImage(), null, null), parameters);
    } catch (IOException e) {
      throw new ImageException("JPEG could not be written: " + e.getMessage(), e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /**
   * Writes this picture as a PNG file, which appears whole or not at all; its folder must exist.
   *
   * @throws ImageException if the file can't be written
   */
  public void writePng(Path file) {
    byte[] png = toPng();
    try {
      Path folder = file.toAbsolutePath().getParent();
      Path temporary = Files.createTempFile(folder, ".residua-", ".png");
      try {
        try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
          ByteBuffer left = ByteBuffer.wrap(png);
          while (left.hasRemaining()) {
            channel.write(left);
          }
          channel.force(true);
        }
        Files.move(
            temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw new ImageException(Text.of("%s: can't be written (%s)", file, IoReasons.of(e)), e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RgbImage o
        && width == o.width
        && height == o.height
        && Arrays.equals(rgb, o.rgb);
  }

  @Override
  public int hashCode() {
    return (width * 31 + height) * 31 + Arrays.hashCode(rgb);
  }

  @Override
  public String toString() {
    return Text.of("RgbImage %dx%d", width, height);
  }
}
