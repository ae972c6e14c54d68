package io.residua.export;

import io.residua.Text;
import java.util.Arrays;
import java.util.Locale;

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
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The type of that {@link #label()}.
   *
   * @throws IllegalArgumentException if there is none; one line that lists them
   */
  public static WeightType of(String label) {
    return Arrays.stream(values())
        .filter(type -> type.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    Text.of("unknown precision '%s': fp32, fp16 or int8", label)));
  }
}
