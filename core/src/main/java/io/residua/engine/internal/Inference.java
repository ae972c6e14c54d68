package io.residua.engine.internal;

import io.residua.engine.Compute;
import io.residua.engine.Precision;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Shape;
import io.residua.weights.internal.WeightMap;
import org.jspecify.annotations.Nullable;

/**
 * What is to be inferred, and how.
 *
 * @param picture shape of the pictures
 * @param calibration of this network with these weights; null for all but int8
 */
public record Inference(
    Network network,
    WeightMap weights,
    Shape picture,
    Compute compute,
    @Nullable Calibration calibration) {

  /**
   * @param calibration needed for int8, else not used
   * @throws IllegalArgumentException with one line, if int8 lacks it
   */
  public Inference {
    if (compute.precision() != Precision.INT8) {
      calibration = null;
    } else if (calibration == null) {
      throw new IllegalArgumentException(
          "int8 needs a calibration: how large the network's activations get");
    }
  }
}
