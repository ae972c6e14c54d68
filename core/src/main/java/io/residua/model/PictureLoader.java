package io.residua.model;

import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.data.PictureSource;
import io.residua.engine.InputSource;
import io.residua.image.ImageDecoder;
import io.residua.image.ImageException;
import io.residua.image.Preprocessing;
import io.residua.image.RgbImage;
import io.residua.image.TestTimeAugmentation;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Decodes and preprocesses pictures for a network, each in one or several views, one after the
 * other. One that can't be read is reported and left out; the rest goes on.
 */
public final class PictureLoader implements InputSource {
  private final List<? extends PictureSource> pictures;
  private final Preprocessing preprocessing;
  private final TestTimeAugmentation augmentation;
  private final ImageDecoder decoder = new ImageDecoder();
  private final Progress progress;
  private final Map<Integer, String> problems = new ConcurrentSkipListMap<>();

  public PictureLoader(
      List<? extends PictureSource> pictures, Preprocessing preprocessing, Progress progress) {
    this(pictures, preprocessing, TestTimeAugmentation.NONE, progress);
  }

  PictureLoader(
      List<? extends PictureSource> pictures,
      Preprocessing preprocessing,
      TestTimeAugmentation augmentation,
      Progress progress) {
    this.pictures = List.copyOf(pictures);
    this.preprocessing = preprocessing;
    this.augmentation = augmentation;
    this.progress = progress;
  }

  @Override
  public boolean load(int index, float[] target, int offset) {
    int picture = index / augmentation.views();
    PictureSource source = pictures.get(picture);
    try {
      if (augmentation == TestTimeAugmentation.NONE) {
        source.load(decoder, preprocessing, target, offset);
      } else {
        int view = index % augmentation.views();
        preprocessing.normalise(view(source, view), target, offset);
      }
      return true;
    } catch (ResiduaException e) {
      String reason = String.valueOf(e.getMessage());
      if (problems.put(picture, reason) == null) {
        progress.warn(reason);
      }
      return false;
    }
  }

  private RgbImage view(PictureSource source, int number) {
    RgbImage image = source.read(decoder);
    try {
      return augmentation.view(preprocessing, image, number);
    } catch (ImageException e) {
      throw new ImageException(source.path() + ": " + e.getMessage(), e);
    }
  }

  /** What was wrong with the pictures that could not be read, by their index. */
  public Map<Integer, String> problems() {
    return problems;
  }
}
