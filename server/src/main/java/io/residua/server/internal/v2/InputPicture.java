package io.residua.server.internal.v2;

import io.residua.image.RgbImage;
import io.residua.model.internal.OnlineClassifier;
import io.residua.server.internal.serving.Picture;

/** One picture of a request. */
sealed interface InputPicture extends Picture {
  /**
   * The bytes of a file, which nobody has looked at.
   *
   * @param name what messages call it
   */
  @SuppressWarnings("ArrayRecordComponent") // written once, then read
  record Encoded(byte[] file, String name) implements InputPicture {
    @Override
    public OnlineClassifier.Prepared prepare(OnlineClassifier model) {
      return model.prepare(model.decode(file, name));
    }
  }

  /** Pixels of any size, which are prepared like those of a file. */
  record Raw(RgbImage pixels) implements InputPicture {
    @Override
    public OnlineClassifier.Prepared prepare(OnlineClassifier model) {
      return model.prepare(pixels);
    }
  }

  /**
   * What the network takes.
   *
   * @param values {@code H×W×C}, channels in the network's order
   */
  @SuppressWarnings("ArrayRecordComponent") // written once, then read
  record Prepared(float[] values) implements InputPicture {
    @Override
    public OnlineClassifier.Prepared prepare(OnlineClassifier model) {
      return model.prepared(values);
    }
  }
}
