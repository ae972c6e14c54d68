package io.residua.export;

import io.residua.UsageException;
import io.residua.internal.ConstantNames;

/** In what type an exported network's weights are kept. */
public enum WeightType {
  /** 32-bit floats: the same answers. */
  FP32,
  /** 16-bit floats, half the size; computed in 32 bits. */
  FP16,
  /** Convolutions with 8-bit weights and activations; needs a calibrated model. */
  INT8;

  /** The name on the command line, for instance {@code fp16}. */
  public String label() {
    return ConstantNames.of(this);
  }

  /**
   * The type of that {@link #label()}.
   *
   * @throws UsageException if there is none; one line that lists them
   */
  public static WeightType of(String label) {
    return ConstantNames.read(WeightType.class, "precision", label);
  }
}
