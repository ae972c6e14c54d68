package io.residua.data.inspect.internal;

import io.residua.ResiduaException;
import io.residua.data.PictureSource;
import io.residua.data.Sample;
import io.residua.image.ImageDecoder;
import io.residua.image.RgbImage;
import io.residua.internal.Sha256;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of one picture.
 *
 * @param error why it could not be read, or null; then the rest means nothing
 * @param pixelHash SHA-256 of size and pixels
 * @param sums per channel, of the samples 0..255 and of their squares: r, g, b, r², g², b²
 * @param fewColours the number of distinct colours where that is at most 32, else 0
 * @param deviation of the grey levels of the picture squeezed to a thumbnail
 * @param thumbnail of what it shows, to search for near-duplicates
 */
public record PictureScan(
    @Nullable String error,
    int width,
    int height,
    FileFacts facts,
    String pixelHash,
    double[] sums,
    int fewColours,
    double deviation,
    @Nullable Thumbnail thumbnail) {
  private static final int FEW = 32;

  public static PictureScan of(Sample sample, ImageDecoder decoder, boolean withThumbnail) {
    try {
      PictureSource source = sample.source();
      // Decoding applies the decoder's limits before the file is read as a whole.
      RgbImage image = source.read(decoder);
      FileFacts facts = source.isFile() ? FileFacts.of(source.bytes()) : FileFacts.RAW;
      Thumbnail thumbnail = Thumbnail.of(image);
      return new PictureScan(
          null,
          image.width(),
          image.height(),
          facts,
          hash(image),
          sums(image.rgb()),
          fewColours(image.rgb()),
          thumbnail.deviation(),
          withThumbnail ? Thumbnail.ofContent(image, thumbnail) : null);
    } catch (ResiduaException e) {
      return failed(reason(sample, String.valueOf(e.getMessage())));
    } catch (IOException e) {
      return failed(reason(sample, String.valueOf(e.getMessage())));
    }
  }

  private static PictureScan failed(String reason) {
    return new PictureScan(reason, 0, 0, FileFacts.RAW, "", new double[6], 0, 0, null);
  }

  /** The message without the path, which the finding names anyway. */
  private static String reason(Sample sample, String message) {
    String prefix = sample.path() + ": ";
    return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
  }

  private static double[] sums(byte[] rgb) {
    long[] sums = new long[6];
    for (int i = 0; i < rgb.length; i += 3) {
      for (int c = 0; c < 3; c++) {
        int value = rgb[i + c] & 0xff;
        sums[c] += value;
        sums[3 + c] += (long) value * value;
      }
    }
    double[] result = new double[6];
    for (int i = 0; i < 6; i++) {
      result[i] = sums[i];
    }
    return result;
  }

  private static int fewColours(byte[] rgb) {
    int[] seen = new int[FEW];
    int count = 0;
    for (int i = 0; i < rgb.length; i += 3) {
      int colour = (rgb[i] & 0xff) << 16 | (rgb[i + 1] & 0xff) << 8 | (rgb[i + 2] & 0xff);
      int k = 0;
      while (k < count && seen[k] != colour) {
        k++;
      }
      if (k == count) {
        if (count == FEW) {
          return 0;
        }
        seen[count++] = colour;
      }
    }
    return count;
  }

  private static String hash(RgbImage image) {
    ByteBuffer size = ByteBuffer.allocate(8).putInt(image.width()).putInt(image.height());
    return Sha256.of(size.array(), image.rgb());
  }
}
