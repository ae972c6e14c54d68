package io.residua.engine;

import io.residua.nn.Network;
import io.residua.nn.Shape;
import io.residua.weights.WeightMap;
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
