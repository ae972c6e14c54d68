package io.residua.data;

import io.residua.data.internal.ArchivedPicture;
import io.residua.data.internal.Planes;
import io.residua.image.ImageDecoder;
import io.residua.image.ImageException;
import io.residua.image.Preprocessing;
import io.residua.image.RgbImage;
import io.residua.internal.IoReasons;
import io.residua.internal.ReadableFiles;
import io.residua.internal.Sha256;
import io.residua.internal.Text;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Where the bytes of one picture lie. */
public sealed interface PictureSource
    permits PictureSource.PictureFile,
        PictureSource.PictureBytes,
        PictureSource.BinaryRecord,
        ArchivedPicture {

  /** The file that holds the picture, for messages. */
  Path path();

  /**
   * Reads the pixels.
   *
   * @throws io.residua.ResiduaException naming the file and the reason
   */
  RgbImage read(ImageDecoder decoder);

  /**
   * Reads the pixels and makes a network's input of them, {@code H×W×C}.
   *
   * @param target where the values go
   * @param offset where in it they begin
   * @throws io.residua.ResiduaException naming the file and the reason
   */
  default void load(ImageDecoder decoder, Preprocessing preprocessing, float[] target, int offset) {
    preprocessing.normalise(prepared(decoder, preprocessing), target, offset);
  }

  /**
   * Reads the pixels and gives them the size that a network wants.
   *
   * @throws io.residua.ResiduaException naming the file and the reason
   */
  default RgbImage prepared(ImageDecoder decoder, Preprocessing preprocessing) {
    RgbImage image = read(decoder);
    try {
      return preprocessing.prepare(image);
    } catch (ImageException e) {
      throw new ImageException(path() + ": " + e.getMessage(), e);
    }
  }

  /** The stored bytes: a whole file, or a record's pixels. */
  byte[] bytes() throws IOException;

  /**
   * SHA-256 of what the picture is made of: a file's bytes, or for a record of a binary its planes
   * and how they are laid out, which the bytes alone don't tell.
   *
   * @return lower-case hexadecimal
   * @throws IOException if it can't be read
   */
  default String sha256() throws IOException {
    return Sha256.of(bytes());
  }

  /** Whether its bytes are a picture file's, with a format and a name of its own. */
  boolean isFile();

  /** A picture in a file of its own. */
  record PictureFile(Path path) implements PictureSource {
    @Override
    public RgbImage read(ImageDecoder decoder) {
      return decoder.decode(path);
    }

    @Override
    public byte[] bytes() throws IOException {
      ReadableFiles.requireNoPipe(path);
      return Files.readAllBytes(path);
    }

    @Override
    public boolean isFile() {
      return true;
    }
  }

  /**
   * A picture file that is in memory.
   *
   * @param name what messages call it; need not be that of a file
   * @param bytes the file's content, which is not copied
   */
  @SuppressWarnings("ArrayRecordComponent") // a source is where bytes are, not a value of them
  record PictureBytes(String name, byte[] bytes) implements PictureSource {
    @Override
    public Path path() {
      try {
        return Path.of(name);
      } catch (InvalidPathException e) {
        return Path.of("picture");
      }
    }

    @Override
    public RgbImage read(ImageDecoder decoder) {
      return decoder.decode(bytes, name);
    }

    @Override
    public boolean isFile() {
      return true;
    }
  }

  /**
   * A picture in a file of many: three planes of bytes, red, green, blue.
   *
   * @param offsetBytes where its pixels begin
   * @param sizePx width and height
   * @param columnMajor whether a plane is stored column after column (STL-10) or row after row
   */
  record BinaryRecord(Path path, long offsetBytes, int sizePx, boolean columnMajor)
      implements PictureSource {

    @Override
    public RgbImage read(ImageDecoder decoder) {
      try {
        return new RgbImage(sizePx, sizePx, Planes.interleaved(bytes(), sizePx, columnMajor));
      } catch (IOException e) {
        throw new DataException(path + ": cannot be read: " + IoReasons.of(e), e);
      }
    }

    @Override
    public byte[] bytes() throws IOException {
      ByteBuffer buffer = ByteBuffer.allocate(3 * sizePx * sizePx);
      try (SeekableByteChannel channel = ReadableFiles.channel(path)) {
        channel.position(offsetBytes);
        while (buffer.hasRemaining()) {
          if (channel.read(buffer) < 0) {
            throw new EOFException();
          }
        }
      }
      return buffer.array();
    }

    @Override
    public String sha256() throws IOException {
      String layout = Text.of("%d %s\n", sizePx, columnMajor);
      return Sha256.of(layout.getBytes(StandardCharsets.UTF_8), bytes());
    }

    @Override
    public boolean isFile() {
      return false;
    }
  }
}
