package io.residua.engine.internal;

import io.residua.engine.Device;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Shape;
import io.residua.weights.internal.WeightMap;

class JavaLayerGradientsTest extends LayerGradients {
  @Override
  TrainingSession session(
      Network network, WeightMap weights, Shape picture, TrainingOptions options) {
    return Engine.training(network, weights, picture, options, Device.JAVA);
  }
}
