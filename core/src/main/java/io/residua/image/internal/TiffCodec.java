package io.residua.image.internal;

import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import io.residua.internal.OptionalLibrary;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import javax.imageio.ImageReader;
import org.jspecify.annotations.Nullable;

/**
 * Expands strips and tiles by the TIFF reader of TwelveMonkeys. The reader is never given a file of
 * somebody else's but one made around each compressed piece, with nothing in it but the size and
 * the compression, so that only its expanding code meets what others wrote.
 */
final class TiffCodec implements AutoCloseable {
  /** How many bytes a byte may become at most, by compression; fax coding has no such bound. */
  private static final int MAX_DEFLATE = 1032;

  private static final int MAX_LZW = 4096;
  private static final int MAX_PACK_BITS = 64;

  private static final int LONG = 4;
  private static final int FIELDS = 10;
  private static final int DATA_AT = 8 + 2 + 12 * FIELDS + 4;

  private @Nullable ImageReader reader;
  private final TiffLayout layout;
  private final long faxOptions;

  /**
   * @param faxOptions the tag {@code T4Options} or {@code T6Options}
   */
  TiffCodec(TiffLayout layout, long faxOptions) {
    this.layout = layout;
    this.faxOptions = faxOptions;
  }

  /**
   * The stored rows of a piece.
   *
   * @throws EOFException if it holds fewer
   */
  byte[] expand(Bytes piece, int rowBytes, int rows) throws IOException {
    long wanted = (long) rowBytes * rows;
    int compression = layout.compression();
    if (compression == TiffLayout.UNCOMPRESSED) {
      return piece.slice(0, wanted).copy();
    }
    boolean fax = compression >= TiffLayout.CCITT_RLE && compression <= TiffLayout.CCITT_T6;
    long most =
        switch (compression) {
          case TiffLayout.LZW -> MAX_LZW;
          case TiffLayout.PACK_BITS -> MAX_PACK_BITS;
          default -> MAX_DEFLATE;
        };
    // A row in fax coding takes a bit at least.
    if (fax ? rows > 8L * piece.length() : wanted > most * (piece.length() + 1L)) {
      throw new EOFException("the file is truncated");
    }
    int width = fax ? layout.tileWidth() : rowBytes;
    ImageReader reader = reader();
    reader.setInput(new BytesInput(wrapped(piece, width, rows, fax)), true, true);
    Raster raster = reader.readRaster(0, null);
    byte[] expanded = ((DataBufferByte) raster.getDataBuffer()).getData();
    if (expanded.length != wanted) {
      throw new IOException("the file is damaged: a strip or tile has another size");
    }
    return expanded;
  }

  private ImageReader reader() throws IOException {
    if (reader == null) {
      Optional<String> missing = OptionalLibrary.TIFF.missing();
      if (missing.isPresent()) {
        throw new IOException(missing.get());
      }
      reader = new TIFFImageReaderSpi().createReaderInstance();
    }
    return reader;
  }

  /** A picture of one strip: for fax coding of bits, else of bytes. */
  private byte[] wrapped(Bytes piece, int width, int rows, boolean fax) throws IOException {
    byte[] file = new byte[DATA_AT + piece.length()];
    ByteBuffer out = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    out.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8).putShort((short) FIELDS);
    field(out, 256, width);
    field(out, 257, rows);
    field(out, 258, fax ? 1 : 8);
    field(out, 259, layout.compression());
    field(out, 262, fax ? TiffLayout.WHITE_IS_ZERO : TiffLayout.BLACK_IS_ZERO);
    field(out, 273, DATA_AT);
    field(out, 277, 1);
    field(out, 278, rows);
    field(out, 279, piece.length());
    field(out, layout.compression() == TiffLayout.CCITT_T6 ? 293 : 292, fax ? faxOptions : 0);
    piece.copyTo(0, file, DATA_AT, piece.length());
    return file;
  }

  private static void field(ByteBuffer out, int tag, long value) {
    out.putShort((short) tag).putShort((short) LONG).putInt(1).putInt((int) value);
  }

  @Override
  public void close() {
    if (reader != null) {
      reader.dispose();
    }
  }
}
