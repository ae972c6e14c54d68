package io.residua.image;

import io.residua.UsageException;
import io.residua.internal.ConstantNames;

/** Where the centre of a picture is cut out whose margins do not divide by two. */
public enum CropRounding {
  /** torchvision and timm: half of the margin, rounded half to even as Python's {@code round}. */
  HALF_EVEN,
  /** Hugging Face's transformers: rounded down, so that every other odd margin gives one less. */
  DOWN;

  /** The name in model files, for instance {@code half-even}. */
  public String label() {
    return ConstantNames.of(this);
  }

  /**
   * The rounding of that {@link #label()}.
   *
   * @throws UsageException if there is none; one line that lists them
   */
  public static CropRounding of(String label) {
    return ConstantNames.read(CropRounding.class, "crop rounding", label);
  }

  /** First pixel of {@code size} in the middle of {@code fullSize}. */
  long offset(long fullSize, int size) {
    double half = (fullSize - size) / 2.0;
    return (long) (this == DOWN ? Math.floor(half) : Math.rint(half));
  }
}
