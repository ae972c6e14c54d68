package io.residua.data.internal;

import io.residua.data.PictureSource;
import io.residua.image.ImageDecoder;
import io.residua.image.RgbImage;
import io.residua.internal.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * A picture file in an archive, read in place.
 *
 * @param path the archive's path and, as if that were a folder, the picture's in it
 */
public record ArchivedPicture(Archive archive, Path path, Archive.Entry entry)
    implements PictureSource {
  @Override
  public RgbImage read(ImageDecoder decoder) {
    return decoder.decode(() -> archive.open(entry), entry.sizeBytes(), path.toString());
  }

  @Override
  public byte[] bytes() throws IOException {
    try (InputStream in = archive.open(entry)) {
      return in.readAllBytes();
    } catch (OutOfMemoryError e) {
      throw new IOException("it does not fit into memory", e);
    }
  }

  @Override
  public String sha256() throws IOException {
    try (InputStream in = archive.open(entry)) {
      return Sha256.of(in);
    }
  }

  @Override
  public boolean isFile() {
    return true;
  }
}
