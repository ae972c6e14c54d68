package io.residua.train.internal;

import io.residua.data.ImageDataset;
import io.residua.data.PictureSource;
import io.residua.image.Augmentations;
import io.residua.image.ImageDecoder;
import io.residua.image.Preprocessing;
import io.residua.image.Preprocessing.Resize;
import io.residua.image.RgbImage;
import java.nio.file.Path;

/**
 * Pictures, each decoded once in a run and kept in a {@link PixelCache}: prepared for the network,
 * or as decoded where what is trained on starts from that.
 */
final class PictureExamples implements Examples, AutoCloseable {
  private final ImageDataset data;
  private final int[] labels;
  private final Preprocessing preprocessing;
  private final Preprocessing training;
  private final boolean keepsStored;
  private final Augmentations augmentations;
  private final long seed;
  private final ImageDecoder decoder = new ImageDecoder();
  private final PixelCache cache;

  /**
   * @param preprocessing of a picture that is looked at as it is
   * @param training of a picture that is loaded for an epoch; differs in its size, if at all
   * @param augmentations what is done to a picture that is loaded for an epoch
   * @param seed of the run
   * @param folder where the cache's file goes if one is needed
   */
  PictureExamples(
      ImageDataset data,
      Preprocessing preprocessing,
      Preprocessing training,
      Augmentations augmentations,
      long seed,
      Path folder) {
    this.data = data;
    this.labels = data.labels();
    this.preprocessing = preprocessing;
    this.training = training;
    boolean resizesAnew =
        training.sizePx() != preprocessing.sizePx() && training.resize() != Resize.NONE;
    this.keepsStored = augmentations.startsFromStored() || resizesAnew;
    this.augmentations = augmentations;
    this.seed = seed;
    this.cache = new PixelCache(data.size(), folder);
  }

  @Override
  public int[] labels() {
    return labels;
  }

  @Override
  public void load(int index, int epoch, float[] target, int offset) {
    preprocessing.normalise(picture(index, epoch), target, offset);
  }

  /** What {@link #load} gives, as pixels. */
  RgbImage picture(int index, int epoch) {
    RgbImage kept =
        cache.get(
            index,
            () -> {
              PictureSource source = data.samples().get(index).source();
              return keepsStored ? source.read(decoder) : source.prepared(decoder, preprocessing);
            });
    if (epoch < 0) {
      return keepsStored ? preprocessing.prepare(kept) : kept;
    }
    if (keepsStored) {
      return augmentations.apply(kept, training, seed, epoch, index);
    }
    return Augmentations.cut(
        augmentations.applyPrepared(kept, seed, epoch, index),
        training.sizePx(),
        seed,
        epoch,
        index);
  }

  @Override
  public void close() {
    cache.close();
  }
}
