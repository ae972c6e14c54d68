package io.residua.engine;

import io.residua.UsageException;
import io.residua.engine.internal.Calibration;
import io.residua.internal.ConstantNames;
import io.residua.internal.Text;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The type in which convolutions and linear layers compute; results are always 32-bit floats. */
public enum Precision {
  /** 32-bit floats throughout. */
  FP32,
  /** bfloat16 operands, sums in 32 bits; weights are kept in 32 bits where they are trained. */
  BF16,
  /**
   * 8-bit operands, sums in 32 bits, for inference only. Needs a {@link Calibration}; layers
   * without an 8-bit form compute in bf16 where the processor does so natively, else in fp32.
   */
  INT8;

  /** The name on the command line and in files. */
  public String text() {
    return ConstantNames.of(this);
  }

  /**
   * Reads {@code auto}, {@code fp32}, {@code bf16} or {@code int8}; empty for auto.
   *
   * @throws UsageException with one line that says what is allowed
   */
  public static Optional<Precision> parse(String text) {
    return text.equals("auto")
        ? Optional.empty()
        : Optional.of(
            Arrays.stream(values())
                .filter(p -> p.text().equals(text.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(
                    () ->
                        new UsageException(
                            Text.of("unknown precision '%s': auto, fp32, bf16 or int8", text))));
  }
}
