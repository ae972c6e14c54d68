package io.residua.server.internal.predict;

import io.residua.image.ImageException;
import io.residua.model.internal.OnlineClassifier;
import io.residua.model.internal.OnlineClassifier.Prepared;
import io.residua.server.internal.serving.Picture;

/**
 * A picture as it was sent.
 *
 * @param name that its sender gave it, or {@value SentPictures#UNNAMED}
 */
record SentPicture(String name, Picture picture) {
  static SentPicture of(String name, byte[] file) {
    return new SentPicture(name, Picture.file(file, name));
  }

  /** One that is known to be unreadable. */
  static SentPicture unreadable(String name, String why) {
    return new SentPicture(
        name,
        new Picture() {
          @Override
          public Prepared prepare(OnlineClassifier model) {
            throw new ImageException(name + ": " + why);
          }
        });
  }
}
