package io.residua.image;

import io.residua.internal.IoReasons;
import io.residua.internal.Text;
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
import java.util.function.UnaryOperator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A picture of 8-bit red, green and blue samples, rows from top to bottom, {@code height × width ×
 * 3} bytes without padding, and of opacity where some of it can be seen through. Two pictures are
 * equal if they have the same size and samples.
 *
 * <p>The samples are not copied on the way in or out: whoever holds a picture reads {@link #rgb()}
 * and leaves it unchanged, so that a picture can be handed from thread to thread.
 */
public final class RgbImage {
  /** The most pixels that fit into one array. */
  static final int MAX_PIXELS = (Integer.MAX_VALUE - 8) / 3;

  public static final byte OPAQUE = (byte) 255;

  private final int width;
  private final int height;
  private final byte[] rgb;
  private final byte @Nullable [] alpha;

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
    this(width, height, rgb, null);
  }

  /**
   * A picture of these samples, which are taken over and not copied.
   *
   * @param rgb {@code height × width × 3} unsigned bytes, not multiplied by the opacity
   * @param alpha the opacity, {@code height × width} unsigned bytes; null, or 255 throughout, for a
   *     picture that is opaque
   */
  public RgbImage(int width, int height, byte[] rgb, byte @Nullable [] alpha) {
    if (rgb.length != sampleCount(width, height)) {
      throw new IllegalArgumentException(
          Text.of(
              "%dx%d pixels need %d samples, not %d",
              width, height, sampleCount(width, height), rgb.length));
    }
    this.width = width;
    this.height = height;
    if (alpha != null && alpha.length != width * height) {
      throw new IllegalArgumentException(
          Text.of(
              "%dx%d pixels need %d samples of opacity, not %d",
              width, height, width * height, alpha.length));
    }
    this.rgb = rgb;
    this.alpha = alpha == null || isOpaque(alpha) ? null : alpha;
  }

  private static boolean isOpaque(byte[] alpha) {
    for (byte a : alpha) {
      if (a != OPAQUE) {
        return false;
      }
    }
    return true;
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

  /**
   * The opacity itself, not a copy, 0 (transparent) to 255: {@code alpha()[y * width + x]}; null
   * where all of the picture is opaque, or its opacity was not read.
   */
  public byte @Nullable [] alpha() {
    return alpha;
  }

  /** The colours alone. */
  public RgbImage opaque() {
    return alpha == null ? this : new RgbImage(width, height, rgb);
  }

  /** Moves pixels, colours and opacity alike. */
  public RgbImage moved(UnaryOperator<RgbImage> movement) {
    RgbImage colours = movement.apply(opaque());
    return alpha == null ? colours : colours.withAlphaOf(movement.apply(spread(alpha)));
  }

  /** Opacity as a grey picture, which {@link #withAlphaOf} takes back. */
  public RgbImage spread(byte[] plane) {
    byte[] grey = new byte[rgb.length];
    for (int i = 0, o = 0; i < plane.length; i++, o += 3) {
      grey[o] = grey[o + 1] = grey[o + 2] = plane[i];
    }
    return new RgbImage(width, height, grey);
  }

  /** This picture with a grey picture of its size as opacity. */
  public RgbImage withAlphaOf(RgbImage grey) {
    byte[] plane = new byte[width * height];
    for (int i = 0; i < plane.length; i++) {
      plane[i] = grey.rgb[3 * i];
    }
    return new RgbImage(width, height, rgb, plane);
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
    byte[] colours = new byte[cropWidth * cropHeight * 3];
    byte[] plane = alpha == null ? null : new byte[cropWidth * cropHeight];
    for (int y = 0; y < cropHeight; y++) {
      int start = (top + y) * width + left;
      System.arraycopy(rgb, start * 3, colours, y * cropWidth * 3, cropWidth * 3);
      if (alpha != null && plane != null) {
        System.arraycopy(alpha, start, plane, y * cropWidth, cropWidth);
      }
    }
    return new RgbImage(cropWidth, cropHeight, colours, plane);
  }

  /**
   * The colours of any image of Java2D, without its alpha. {@code ImageIO.read} does not turn
   * pictures as their EXIF orientation says, which {@link ImageDecoder} does: where there is a
   * file, a stream or bytes, that is the better way.
   */
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
        && Arrays.equals(rgb, o.rgb)
        && Arrays.equals(alpha, o.alpha);
  }

  @Override
  public int hashCode() {
    return ((width * 31 + height) * 31 + Arrays.hashCode(rgb)) * 31 + Arrays.hashCode(alpha);
  }

  @Override
  public String toString() {
    return Text.of("RgbImage %dx%d", width, height);
  }
}
