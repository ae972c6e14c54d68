package io.residua.server.internal.serving;

import io.residua.image.RgbImage;
import io.residua.model.ModelException;
import io.residua.model.internal.OnlineClassifier;
import io.residua.model.internal.OnlineClassifier.Prepared;

/** One picture of a request, in whatever form it came. Used by one thread at a time. */
public interface Picture {
  /** In place of one that nobody waits for. */
  Picture DROPPED =
      model -> {
        throw new ModelException("nobody waits for this picture");
      };

  /**
   * Makes it ready to compute; what takes time is done here.
   *
   * @throws io.residua.ResiduaException with one line, why it can't be read
   */
  Prepared prepare(OnlineClassifier model);

  /**
   * Its pixels.
   *
   * @throws io.residua.ResiduaException with one line, why there are none
   */
  default RgbImage pixels(OnlineClassifier model) {
    throw new ModelException("a prepared tensor cannot be explained; send a picture");
  }

  /** A file of any format that is read, in memory. */
  static Picture file(byte[] bytes, String name) {
    return new Picture() {
      @Override
      public Prepared prepare(OnlineClassifier model) {
        return model.prepare(pixels(model));
      }

      @Override
      public RgbImage pixels(OnlineClassifier model) {
        return model.decode(bytes, name);
      }
    };
  }
}
