package io.residua.engine;

import io.residua.nn.Network;
import io.residua.nn.Shape;
import io.residua.weights.WeightMap;

class JavaLayerGradientsTest extends LayerGradients {
  @Override
  TrainingSession session(
      Network network, WeightMap weights, Shape picture, TrainingOptions options) {
    return Engine.training(network, weights, picture, options, Device.JAVA);
  }
}
