package io.residua.data;

import java.nio.file.Path;

/** Where the bytes of one picture lie. */
public sealed interface PictureSource permits PictureSource.PictureFile {

  /** The file that holds the picture, for messages. */
  Path path();

  /** A picture in a file of its own. */
  record PictureFile(Path path) implements PictureSource {}
}
