package io.residua.train;

import io.residua.data.ImageDataset;
import io.residua.image.ImageDecoder;
import io.residua.image.Preprocessing;

/** Pictures, decoded and preprocessed each time they are needed. */
final class PictureExamples implements Examples {
  private final ImageDataset data;
  private final int[] labels;
  private final Preprocessing preprocessing;
  private final ImageDecoder decoder = new ImageDecoder();

  PictureExamples(ImageDataset data, Preprocessing preprocessing) {
    this.data = data;
    this.labels = data.labels();
    this.preprocessing = preprocessing;
  }

  @Override
  public int[] labels() {
    return labels;
  }

  @Override
  public void load(int index, int epoch, float[] target, int offset) {
    data.samples().get(index).source().load(decoder, preprocessing, target, offset);
  }
}
