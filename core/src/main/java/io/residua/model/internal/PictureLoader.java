package io.residua.model.internal;

import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.data.PictureSource;
import io.residua.engine.internal.InputSource;
import io.residua.image.ImageDecoder;
import io.residua.image.ImageException;
import io.residua.image.Preprocessing;
import io.residua.image.RgbImage;
import io.residua.image.TestTimeAugmentation;
import io.residua.internal.Warnings;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * Decodes and preprocesses pictures for a network. One that can't be read is reported and left out;
 * the rest goes on.
 */
public final class PictureLoader implements InputSource {
  private final List<? extends PictureSource> pictures;
  private final Preprocessing preprocessing;
  private final ImageDecoder decoder;
  private final Progress progress;
  private final Map<Integer, String> problems = new ConcurrentSkipListMap<>();

  public PictureLoader(
      List<? extends PictureSource> pictures, Preprocessing preprocessing, Progress progress) {
    this.pictures = List.copyOf(pictures);
    this.preprocessing = preprocessing;
    this.decoder = ImageDecoder.of(preprocessing);
    this.progress = progress;
  }

  @Override
  public boolean load(int index, float[] target, int offset) {
    PictureSource source = pictures.get(index);
    String problem = problem(() -> source.load(decoder, preprocessing, target, offset));
    if (problem != null) {
      problems.put(index, problem);
      Warnings.tell(progress, problem);
    }
    return problem == null;
  }

  /**
   * Why a picture can't be read, one line, or null if it can.
   *
   * @throws CancellationException if the thread is interrupted: reading fails then, and the picture
   *     is not to blame
   */
  static @Nullable String problem(Runnable reading) {
    try {
      reading.run();
      return null;
    } catch (ResiduaException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException("interrupted");
      }
      return String.valueOf(e.getMessage());
    }
  }

  /** Writes one view of a picture that was read. */
  static void loadView(
      PictureSource source,
      RgbImage image,
      Preprocessing preprocessing,
      TestTimeAugmentation augmentation,
      int view,
      float[] target,
      int offset) {
    RgbImage seen;
    try {
      seen = augmentation.view(preprocessing, image, view);
    } catch (ImageException e) {
      throw new ImageException(source.path() + ": " + e.getMessage(), e);
    }
    preprocessing.normalise(seen, target, offset);
  }

  /** What was wrong with the pictures that could not be read, by their index. */
  public Map<Integer, String> problems() {
    return problems;
  }
}
