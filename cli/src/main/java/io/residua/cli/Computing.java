package io.residua.cli;

import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import java.util.Optional;

/** Where and how networks compute, as the options say. */
final class Computing {
  private Computing() {}

  /**
   * Resolves what is {@code auto} and warns where oneDNN cannot compute.
   *
   * @param precision {@code auto}, {@code fp32}, {@code bf16} or {@code int8}
   * @throws io.residua.ResiduaException with one line, if this machine cannot compute so
   */
  static Compute of(ComputeOptions options, String precision, Console console) {
    Optional<Device> device =
        options.device().equals("auto")
            ? Optional.empty()
            : Optional.of(Device.of(options.device()));
    return Compute.resolve(
        device, Precision.parse(precision), options.threads(), console.progress());
  }
}
