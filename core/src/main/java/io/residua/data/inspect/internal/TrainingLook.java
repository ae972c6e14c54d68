package io.residua.data.inspect.internal;

import io.residua.data.ImageDataset;
import io.residua.image.RgbImage;

/** Pictures as a network is shown them in training, which differs from pass to pass. */
public interface TrainingLook {
  /** The pictures that are trained on. */
  ImageDataset pictures();

  /**
   * A picture as the network is shown it, but for its values being brought to the network's range.
   *
   * @param picture its number in {@link #pictures()}
   * @param pass over the pictures, from 0
   * @throws io.residua.ResiduaException if it can't be read
   */
  RgbImage picture(int picture, int pass);
}
