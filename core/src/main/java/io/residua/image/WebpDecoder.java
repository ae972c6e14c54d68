package io.residua.image;

import com.twelvemonkeys.imageio.plugins.webp.WebPImageReaderSpi;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageReader;
import org.jspecify.annotations.Nullable;

/**
 * WebP, lossy or (by TwelveMonkeys' reader) lossless; of an animation the first frame on its
 * canvas. The reader gets a file of the picture's own chunk only, so that profiles and alpha play
 * no part.
 */
final class WebpDecoder {
  private static final int RIFF_HEADER = 12;
  private static final int CHUNK_HEADER = 8;
  private static final int FRAME_HEADER = 16;

  private @Nullable Bytes bitstream;
  private boolean lossless;
  private int left;
  private int top;
  private int canvasWidth;
  private int canvasHeight;
  private int orientation = 1;

  private WebpDecoder() {}

  static RgbImage decode(Bytes file, PixelLimit limit) throws IOException {
    WebpDecoder decoder = new WebpDecoder();
    decoder.readChunks(file.from(RIFF_HEADER));
    return Orientation.upright(decoder.picture(limit), decoder.orientation);
  }

  private void readChunks(Bytes chunks) throws IOException {
    long at = 0;
    while (at + CHUNK_HEADER <= chunks.length()) {
      long length = chunks.u32Little(at + 4);
      boolean picture = chunks.matches(at, "VP8 ") || chunks.matches(at, "VP8L");
      if (at + CHUNK_HEADER + length > chunks.length() && bitstream != null) {
        return;
      }
      Bytes body = chunks.slice(at + CHUNK_HEADER, length);
      if (picture && bitstream == null) {
        lossless = chunks.matches(at, "VP8L");
        bitstream = body;
      } else if (chunks.matches(at, "VP8X")) {
        canvasWidth = body.u24Little(4) + 1;
        canvasHeight = body.u24Little(7) + 1;
      } else if (chunks.matches(at, "ANMF") && bitstream == null) {
        left = 2 * body.u24Little(0);
        top = 2 * body.u24Little(3);
        readChunks(body.from(FRAME_HEADER));
      } else if (chunks.matches(at, "EXIF")) {
        orientation = Orientation.ofExif(body);
      }
      at += CHUNK_HEADER + length + (length & 1);
    }
  }

  private RgbImage picture(PixelLimit limit) throws IOException {
    Bytes pixels = bitstream;
    if (pixels == null) {
      throw new IOException("the WebP file holds no picture");
    }
    int width;
    int height;
    if (lossless) {
      if (pixels.u8(0) != 0x2f) {
        throw new IOException("the file is damaged: no WebP picture header");
      }
      width = (int) (pixels.u32Little(1) & 0x3fff) + 1;
      height = (int) (pixels.u32Little(1) >> 14 & 0x3fff) + 1;
    } else {
      Vp8Header.Size size = Vp8Header.Size.of(pixels);
      width = size.width();
      height = size.height();
    }
    limit.check(width, height);
    int outWidth = Math.max(canvasWidth, left + width);
    int outHeight = Math.max(canvasHeight, top + height);
    limit.check(outWidth, outHeight);
    RgbImage frame =
        lossless ? readLossless(simpleFile(pixels), width, height) : Vp8Decoder.decode(pixels);
    if (outWidth == width && outHeight == height) {
      return frame;
    }
    RgbImage canvas = new RgbImage(outWidth, outHeight);
    for (int y = 0; y < height; y++) {
      System.arraycopy(
          frame.rgb(), y * width * 3, canvas.rgb(), ((top + y) * outWidth + left) * 3, width * 3);
    }
    return canvas;
  }

  private static byte[] simpleFile(Bytes pixels) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(pixels.length() + 21);
    int padding = pixels.length() & 1;
    writeAscii(out, "RIFF");
    writeLength(out, 4 + CHUNK_HEADER + pixels.length() + padding);
    writeAscii(out, "WEBP");
    writeAscii(out, "VP8L");
    writeLength(out, pixels.length());
    pixels.writeTo(out, 0, pixels.length());
    out.writeBytes(new byte[padding]);
    return out.toByteArray();
  }

  private static void writeAscii(ByteArrayOutputStream out, String fourCharacters) {
    fourCharacters.chars().forEach(out::write);
  }

  private static void writeLength(ByteArrayOutputStream out, int length) {
    for (int shift = 0; shift < 32; shift += 8) {
      out.write(length >> shift);
    }
  }

  private static RgbImage readLossless(byte[] file, int width, int height) throws IOException {
    ImageReader reader = new WebPImageReaderSpi().createReaderInstance(null);
    try {
      reader.setInput(new BoundedInput(file), true, true);
      BufferedImage image = reader.read(0);
      Raster raster = image.getRaster();
      if (image.getWidth() != width || image.getHeight() != height || raster.getNumBands() < 3) {
        throw new IOException("the file is damaged: its WebP headers are contradictory");
      }
      // Bands 0..2 are red, green and blue whatever their order in memory; alpha would be band 3.
      byte[] rgb = new byte[width * height * 3];
      int[] row = new int[width * raster.getNumBands()];
      for (int y = 0, o = 0; y < height; y++) {
        raster.getPixels(0, y, width, 1, row);
        for (int i = 0; i < row.length; i += raster.getNumBands()) {
          rgb[o++] = (byte) row[i];
          rgb[o++] = (byte) row[i + 1];
          rgb[o++] = (byte) row[i + 2];
        }
      }
      return new RgbImage(width, height, rgb);
    } finally {
      reader.dispose();
    }
  }
}
