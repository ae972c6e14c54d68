package io.residua.engine.internal;

import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Shape;
import io.residua.weights.internal.WeightMap;

class JavaGoldenTrainingTest extends GoldenTraining {
  @Override
  TrainingSession training(
      Network network, WeightMap weights, Shape picture, TrainingOptions options) {
    return Engine.training(network, weights, picture, options, Device.JAVA);
  }

  @Override
  InferenceSession inference(Network network, WeightMap weights, Shape picture, int batchSize) {
    return Engine.inference(
        network, weights, picture, batchSize, new Compute(Device.JAVA, Precision.FP32, 2));
  }
}
