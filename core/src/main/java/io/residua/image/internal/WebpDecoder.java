package io.residua.image.internal;

import io.residua.image.RgbImage;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The container of WebP (RFC 9649, section 2): of an animation the first frame on its canvas.
 * Profiles play no part. Both codecs are decoded here, because no maintained library for the JVM
 * gives libwebp's pixels on every platform.
 */
public final class WebpDecoder {
  private static final int RIFF_HEADER = 12;
  private static final int CHUNK_HEADER = 8;
  private static final int FRAME_HEADER = 16;

  private static final int OPACITY_FLAG = 0x10;

  private final boolean withAlpha;
  private @Nullable Bytes bitstream;
  private @Nullable Bytes opacity;
  private boolean animated;
  private boolean transparent;
  private boolean lossless;
  private int left;
  private int top;
  private int canvasWidth;
  private int canvasHeight;
  private int orientation = 1;

  private WebpDecoder(boolean withAlpha) {
    this.withAlpha = withAlpha;
  }

  public static RgbImage decode(Bytes file, PixelLimit limit, boolean withAlpha)
      throws IOException {
    WebpDecoder decoder = new WebpDecoder(withAlpha);
    decoder.readChunks(file.from(RIFF_HEADER), true);
    return Orientation.upright(decoder.picture(limit), decoder.orientation);
  }

  private void readChunks(Bytes chunks, boolean ofFile) throws IOException {
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
      } else if (chunks.matches(at, "ALPH") && bitstream == null) {
        opacity = body;
      } else if (ofFile && chunks.matches(at, "VP8X")) {
        transparent = (body.u8(0) & OPACITY_FLAG) != 0;
        canvasWidth = body.u24Little(4) + 1;
        canvasHeight = body.u24Little(7) + 1;
      } else if (ofFile && chunks.matches(at, "ANMF") && bitstream == null) {
        animated = true;
        left = 2 * body.u24Little(0);
        top = 2 * body.u24Little(3);
        readChunks(body.from(FRAME_HEADER), false);
      } else if (ofFile && chunks.matches(at, "EXIF")) {
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
      Vp8lDecoder.Size size = Vp8lDecoder.Size.of(pixels);
      width = size.width();
      height = size.height();
    } else {
      Vp8Header.Size size = Vp8Header.Size.of(pixels);
      width = size.width();
      height = size.height();
    }
    limit.check(width, height);
    int outWidth = Math.max(canvasWidth, left + width);
    int outHeight = Math.max(canvasHeight, top + height);
    limit.check(outWidth, outHeight);
    RgbImage frame = frame(pixels, width, height);
    if (outWidth == width && outHeight == height) {
      return frame;
    }
    byte[] rgb = new byte[outWidth * outHeight * 3];
    byte[] alpha = withAlpha && transparent ? new byte[outWidth * outHeight] : null;
    byte[] own = frame.alpha();
    for (int y = 0; y < height; y++) {
      int start = (top + y) * outWidth + left;
      System.arraycopy(frame.rgb(), y * width * 3, rgb, start * 3, width * 3);
      if (alpha != null && own != null) {
        System.arraycopy(own, y * width, alpha, start, width);
      } else if (alpha != null) {
        Arrays.fill(alpha, start, start + width, RgbImage.OPAQUE);
      }
    }
    return new RgbImage(outWidth, outHeight, rgb, alpha);
  }

  /** Of an animation the file says whether there is opacity, else what is stored of the picture. */
  private RgbImage frame(Bytes pixels, int width, int height) throws IOException {
    if (lossless) {
      boolean seen = animated ? transparent : Vp8lDecoder.Size.of(pixels).transparent();
      return Vp8lDecoder.decode(pixels, withAlpha && seen);
    }
    RgbImage colours = Vp8Decoder.decode(pixels);
    Bytes stored = opacity;
    return stored == null || !withAlpha || animated && !transparent
        ? colours
        : new RgbImage(width, height, colours.rgb(), WebpOpacity.decode(stored, width, height));
  }
}
