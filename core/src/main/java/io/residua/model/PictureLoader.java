package io.residua.model;

import io.residua.Progress;
import io.residua.ResiduaException;
import io.residua.data.PictureSource;
import io.residua.engine.InputSource;
import io.residua.image.ImageDecoder;
import io.residua.image.Preprocessing;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * Decodes and preprocesses pictures for a network. One that can't be read is reported and left out;
 * the rest goes on.
 */
public final class PictureLoader implements InputSource {
  private final List<? extends PictureSource> pictures;
  private final Preprocessing preprocessing;
  private final ImageDecoder decoder = new ImageDecoder();
  private final Progress progress;
  private final Map<Integer, String> problems = new ConcurrentSkipListMap<>();

  public PictureLoader(
      List<? extends PictureSource> pictures, Preprocessing preprocessing, Progress progress) {
    this.pictures = List.copyOf(pictures);
    this.preprocessing = preprocessing;
    this.progress = progress;
  }

  @Override
  public boolean load(int index, float[] target, int offset) {
    try {
      pictures.get(index).load(decoder, preprocessing, target, offset);
      return true;
    } catch (ResiduaException e) {
      String reason = String.valueOf(e.getMessage());
      problems.put(index, reason);
      progress.warn(reason);
      return false;
    }
  }

  /** What was wrong with the pictures that could not be read, by their index. */
  public Map<Integer, String> problems() {
    return problems;
  }
}
