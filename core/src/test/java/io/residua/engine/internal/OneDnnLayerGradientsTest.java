package io.residua.engine.internal;

import io.residua.engine.Device;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Shape;
import io.residua.weights.internal.WeightMap;
import org.junit.jupiter.api.Tag;

@Tag("processors")
class OneDnnLayerGradientsTest extends LayerGradients {
  /** Its kernels for such small layers are its plain ones. */
  @Override
  int stride() {
    return 11;
  }

  @Override
  TrainingSession session(
      Network network, WeightMap weights, Shape picture, TrainingOptions options) {
    return Engine.training(network, weights, picture, options, Device.CPU);
  }
}
