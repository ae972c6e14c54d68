package io.residua.image;

import io.residua.image.Preprocessing.ChannelOrder;
import io.residua.image.internal.BmpDecoder;
import io.residua.image.internal.Bytes;
import io.residua.image.internal.GifDecoder;
import io.residua.image.internal.ImageFormat;
import io.residua.image.internal.JpegDecoder;
import io.residua.image.internal.PixelLimit;
import io.residua.image.internal.PngDecoder;
import io.residua.image.internal.PnmDecoder;
import io.residua.image.internal.TiffDecoder;
import io.residua.image.internal.WebpDecoder;
import io.residua.internal.IoReasons;
import io.residua.internal.Text;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import javax.imageio.IIOException;

/**
 * Turns picture files into {@link RgbImage}s, exactly as Pillow's {@code
 * ImageOps.exif_transpose(Image.open(file)).convert("RGB")} does, which is how published weights
 * were trained: JPEG, PNG, GIF (first frame), BMP, WebP, TIFF (first page) and PNM, recognised by
 * content and not by name; EXIF orientation honoured, colour profiles ignored, alpha dropped
 * without compositing so that colours below transparent pixels appear, or kept as Pillow's {@code
 * convert("RGBA")} does.
 *
 * <p>JPEG is bit-equal to libjpeg-turbo where the Java runtime's reader is libjpeg with its
 * defaults. Some things differ from Pillow: arithmetic-coded JPEG is refused, grey of more than 8
 * bits is reduced to its high bits rather than clipped at 255, and floating-point TIFF whose
 * samples are all at most 1 is scaled.
 *
 * <p>A decoder is a value: safe to share between threads.
 *
 * @param maxPixels a picture that declares more pixels is refused before anything of its size is
 *     allocated; the file itself may have up to 4 bytes for each of them
 * @param withAlpha whether a picture's opacity is read, too
 */
public record ImageDecoder(long maxPixels, boolean withAlpha) {
  /** Read whatever memory there is. */
  private static final long ALWAYS_PIXELS = 100_000_000;

  /** Beyond, four samples of each pixel do not fit into an array. */
  private static final long MOST_PIXELS = 500_000_000;

  /** What decoding, turning and resizing take, and some other picture beside it. */
  public static final int BYTES_PER_PIXEL = 16;

  private static final long MIN_FILE_LIMIT_BYTES = 16 << 20;
  private static final int RECOGNISABLE_BYTES = 64;

  /**
   * Refuses more than 100 megapixels, or more than Java's memory ({@code -Xmx}) has 16 bytes each
   * for where that is more; 500 megapixels at most.
   */
  public ImageDecoder() {
    this(maxPixels(Runtime.getRuntime().maxMemory()));
  }

  /** Reads colours alone. */
  public ImageDecoder(long maxPixels) {
    this(maxPixels, false);
  }

  /** Reads what networks need whose pictures are prepared so: opacity where one takes it. */
  public static ImageDecoder of(Collection<Preprocessing> needs) {
    boolean alpha = needs.stream().anyMatch(p -> p.channelOrder() == ChannelOrder.RGBA);
    return new ImageDecoder(new ImageDecoder().maxPixels, alpha);
  }

  /** Reads what a network needs whose pictures are prepared so. */
  public static ImageDecoder of(Preprocessing needs) {
    return of(List.of(needs));
  }

  /** How many pixels a picture may have with so much memory for Java. */
  public static long maxPixels(long heapBytes) {
    return Math.max(ALWAYS_PIXELS, Math.min(MOST_PIXELS, heapBytes / BYTES_PER_PIXEL));
  }

  public ImageDecoder {
    if (maxPixels < 1 || maxPixels > RgbImage.MAX_PIXELS) {
      throw new IllegalArgumentException(
          Text.of("the limit must be 1..%d pixels, not %d", RgbImage.MAX_PIXELS, maxPixels));
    }
  }

  /** How many bytes of a file's start {@link #isPicture} asks for; fewer are a short file. */
  public static int recognisableBytes() {
    return RECOGNISABLE_BYTES;
  }

  /**
   * Whether a file that begins so is a picture: one that is read, or HEIC, AVIF, JPEG XL or JPEG
   * 2000, which decoding refuses by name.
   */
  public static boolean isPicture(byte[] start) {
    try {
      return ImageFormat.isPicture(new Bytes(start));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Reads a picture file.
   *
   * @throws ImageException if the file can't be read, is not a picture, is damaged, truncated or
   *     too large; one line that begins with the path
   */
  public RgbImage decode(Path file) {
    return decode(
        () -> {
          if (Files.exists(file) && !Files.isRegularFile(file)) {
            throw new IOException(
                Files.isDirectory(file) ? "is a folder" : "is not a regular file");
          }
          try (InputStream in = Files.newInputStream(file)) {
            return read(in, Files.size(file));
          }
        },
        file.toString());
  }

  /**
   * Reads a picture that is a part of a file.
   *
   * @param part opens it
   * @param sizeBytes how long it says it is; what comes after so many bytes is not read
   * @param name what error messages call the picture
   * @throws ImageException as {@link #decode(Path)}
   */
  public RgbImage decode(Part part, long sizeBytes, String name) {
    return decode(
        () -> {
          try (InputStream in = part.open()) {
            return read(in, sizeBytes);
          }
        },
        name);
  }

  /**
   * Reads a picture from a stream, to the stream's end, and does not close it. Reading ends early
   * where what comes first is no picture, or more comes than the limit allows.
   *
   * @param name what error messages call the picture
   * @throws ImageException as {@link #decode(Path)}; the line begins with the name
   */
  public RgbImage decode(InputStream picture, String name) {
    return decode(() -> read(picture), name);
  }

  /** Opens a picture's bytes. */
  @FunctionalInterface
  public interface Part {
    InputStream open() throws IOException;
  }

  private interface Content {
    byte[] read() throws IOException;
  }

  private RgbImage decode(Content content, String name) {
    byte[] bytes;
    try {
      bytes = content.read();
    } catch (IOException e) {
      throw failure(name, e);
    } catch (OutOfMemoryError e) {
      throw new ImageException(name + ": not enough memory to read the file", e);
    }
    return decode(bytes, name);
  }

  /**
   * Decodes a picture file's bytes.
   *
   * @param name what error messages call the picture
   * @throws ImageException as {@link #decode(Path)}
   */
  public RgbImage decode(byte[] file, String name) {
    Bytes bytes = new Bytes(file);
    try {
      return decode(bytes, ImageFormat.of(bytes));
    } catch (IOException e) {
      throw failure(name, e);
    } catch (OutOfMemoryError e) {
      throw new ImageException(name + ": not enough memory to decode the picture", e);
    } catch (RuntimeException | StackOverflowError e) {
      // Readers of the Java runtime and of libraries throw these on hostile files.
      throw new ImageException(name + ": the file is damaged", e);
    }
  }

  private RgbImage decode(Bytes file, ImageFormat format) throws IOException {
    boolean bounded = maxPixels == new ImageDecoder().maxPixels;
    PixelLimit limit = new PixelLimit(maxPixels, bounded ? MOST_PIXELS : maxPixels);
    return switch (format) {
      case JPEG -> JpegDecoder.decode(file, limit);
      case PNG -> PngDecoder.decode(file, limit, withAlpha);
      case GIF -> GifDecoder.decode(file, limit, withAlpha);
      case BMP -> BmpDecoder.decode(file, limit, withAlpha);
      case WEBP -> WebpDecoder.decode(file, limit, withAlpha);
      case TIFF -> TiffDecoder.decode(file, limit, withAlpha);
      case PNM -> PnmDecoder.decode(file, limit, withAlpha);
    };
  }

  /** The most bytes that a file may have. */
  private int limitBytes() {
    return (int) Math.min(Integer.MAX_VALUE - 8, Math.max(MIN_FILE_LIMIT_BYTES, 4 * maxPixels));
  }

  private IOException tooLarge(String file) {
    return new IOException(
        Text.of("%s is larger than any picture of %s megapixels should be", file, maxPixels / 1e6));
  }

  private byte[] read(InputStream in) throws IOException {
    PushbackInputStream whole = new PushbackInputStream(in, RECOGNISABLE_BYTES);
    byte[] start = whole.readNBytes(RECOGNISABLE_BYTES);
    ImageFormat.of(new Bytes(start));
    whole.unread(start);
    byte[] all = whole.readNBytes(limitBytes());
    if (whole.read() >= 0) {
      throw tooLarge(Text.of("what comes, more than %d MB,", limitBytes() >> 20));
    }
    return all;
  }

  private byte[] read(InputStream in, long size) throws IOException {
    byte[] start = in.readNBytes((int) Math.min(size, RECOGNISABLE_BYTES));
    ImageFormat.of(new Bytes(start));
    if (size > limitBytes()) {
      throw tooLarge(Text.of("the file of %d MB", size >> 20));
    }
    byte[] all = Arrays.copyOf(start, (int) size);
    int read = in.readNBytes(all, start.length, all.length - start.length);
    return start.length + read == all.length ? all : Arrays.copyOf(all, start.length + read);
  }

  private static ImageException failure(String name, IOException e) {
    String reason =
        e instanceof EOFException
            ? "the file is truncated"
            : e instanceof IIOException
                ? "the file is damaged: " + IoReasons.of(e)
                : IoReasons.of(e);
    return new ImageException(name + ": " + reason, e);
  }
}
