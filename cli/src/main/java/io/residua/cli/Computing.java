package io.residua.cli;

import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Natives;
import java.util.Locale;
import java.util.Optional;

/** Where and how networks compute, as the options say. */
final class Computing {
  private Computing() {}

  /**
   * Resolves what is {@code auto} and says so where this machine has no oneDNN.
   *
   * @param precision {@code auto}, {@code fp32}, {@code bf16} or {@code int8}
   * @throws IllegalArgumentException with one line, if this machine cannot compute so
   */
  static Compute of(ComputeOptions options, String precision, Console console) {
    Optional<Device> device =
        options.device().equals("auto")
            ? Optional.empty()
            : Optional.of(Device.valueOf(options.device().toUpperCase(Locale.ROOT)));
    if (device.isEmpty() && !Natives.available()) {
      console.note(
          "no oneDNN library for this platform (%s): the plain Java executor computes, slowly"
              .formatted(Natives.platform()));
    }
    return Compute.resolve(device, Compute.parsePrecision(precision), options.threads());
  }
}
