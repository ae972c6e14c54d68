package io.residua.engine;

import io.residua.nn.Network;
import io.residua.nn.Shape;
import io.residua.weights.WeightMap;

class JavaGoldenTrainingTest extends GoldenTraining {
  @Override
  TrainingSession training(
      Network network, WeightMap weights, Shape picture, TrainingOptions options) {
    return new JavaTraining(network, weights, picture, options);
  }

  @Override
  InferenceSession inference(Network network, WeightMap weights, Shape picture, int batchSize) {
    return new JavaInference(network, weights, picture, batchSize, 2);
  }
}
