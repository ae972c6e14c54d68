package io.residua.engine;

import io.residua.nn.Network;
import io.residua.nn.Shape;
import io.residua.weights.WeightMap;
import org.junit.jupiter.api.Tag;

@Tag("processors")
class OneDnnGoldenTrainingTest extends GoldenTraining {
  @Override
  TrainingSession training(
      Network network, WeightMap weights, Shape picture, TrainingOptions options) {
    return Engine.training(network, weights, picture, options, Device.CPU);
  }

  @Override
  InferenceSession inference(Network network, WeightMap weights, Shape picture, int batchSize) {
    return Engine.inference(
        network, weights, picture, batchSize, new Compute(Device.CPU, Precision.FP32, 2));
  }
}
