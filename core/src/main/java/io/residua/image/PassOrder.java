package io.residua.image;

import io.residua.UsageException;
import io.residua.internal.ConstantNames;

/**
 * Which of a resampling's two passes comes first. Samples are rounded to 8 bits between the passes,
 * so that the order changes some of them by a level or a few.
 */
public enum PassOrder {
  /** Pillow up to 12.3: always the horizontal pass first. */
  HORIZONTAL_FIRST,
  /**
   * Pillow 13: the vertical pass first where it takes away rows, and more than twice as many rows
   * as the horizontal pass takes away columns; else the horizontal one. Upright pictures differ.
   */
  PILLOW_13;

  /** The name in model files, for instance {@code pillow-13}. */
  public String label() {
    return ConstantNames.of(this);
  }

  /**
   * The order of that {@link #label()}.
   *
   * @throws UsageException if there is none; one line that lists them
   */
  public static PassOrder of(String label) {
    return ConstantNames.read(PassOrder.class, "pass order", label);
  }

  /** Whether a picture of {@code width × height} is resized vertically first. */
  public boolean verticalFirst(int width, int height, long newWidth, long newHeight) {
    long rows = height - newHeight;
    return this == PILLOW_13 && rows > 0 && rows > 2 * (width - newWidth);
  }
}
