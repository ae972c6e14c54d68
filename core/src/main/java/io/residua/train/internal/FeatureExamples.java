package io.residua.train.internal;

import io.residua.Progress;
import io.residua.data.ImageDataset;
import io.residua.data.Sample;
import io.residua.features.internal.NetworkFeatures;
import io.residua.internal.Text;
import io.residua.nn.internal.Shape;
import io.residua.train.TrainingException;
import java.nio.file.Path;
import java.util.Map;

/** What a frozen backbone makes of pictures, computed once for each. */
final class FeatureExamples implements Examples, AutoCloseable {
  private final FeatureCache cache;
  private final int[] labels;
  private final Shape shape;

  private FeatureExamples(FeatureCache cache, int[] labels, Shape shape) {
    this.cache = cache;
    this.labels = labels;
    this.shape = shape;
  }

  /**
   * Runs the backbone over all pictures that it was not run over before.
   *
   * @param shape of its output
   * @param folder where a cache file goes if the features do not fit in memory
   * @throws TrainingException if a picture can't be read
   */
  static FeatureExamples compute(
      NetworkFeatures backbone,
      Shape shape,
      ImageDataset data,
      String label,
      Path folder,
      Progress progress) {
    FeatureCache cache = new FeatureCache(data.size(), shape.size(), folder);
    try {
      Map<Integer, String> problems =
          backbone.forEach(
              data.samples().stream().map(Sample::source).toList(), cache::put, label, progress);
      if (!problems.isEmpty()) {
        throw new TrainingException(
            Text.of(
                "%d of %s cannot be read, first: %s",
                problems.size(),
                Text.count(data.size(), "picture"),
                problems.values().iterator().next()));
      }
      return new FeatureExamples(cache, data.labels(), shape);
    } catch (RuntimeException | Error e) {
      cache.close();
      throw e;
    }
  }

  @Override
  public int[] labels() {
    return labels;
  }

  /** Feature maps come {@code C×H×W} from a runner and go {@code H×W×C} into a session. */
  @Override
  public void load(int index, int epoch, float[] target, int offset) {
    int positions = shape.height() * shape.width();
    if (positions == 1) {
      cache.get(index, target, offset);
      return;
    }
    float[] row = new float[shape.size()];
    cache.get(index, row, 0);
    int channels = shape.channels();
    for (int c = 0; c < channels; c++) {
      for (int p = 0; p < positions; p++) {
        target[offset + p * channels + c] = row[c * positions + p];
      }
    }
  }

  @Override
  public void close() {
    cache.close();
  }
}
