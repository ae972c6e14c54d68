package io.residua.server.internal.v2;

import io.residua.image.RgbImage;

/** One picture of a request. */
public sealed interface InputPicture {
  /** The bytes of a file, which nobody has looked at. */
  record Encoded(byte[] file) implements InputPicture {}

  /** Pixels of any size, which are prepared like those of a file. */
  record Raw(RgbImage pixels) implements InputPicture {}

  /**
   * What the network takes.
   *
   * @param values {@code H×W×C}, channels in the network's order
   */
  record Prepared(float[] values) implements InputPicture {}
}
