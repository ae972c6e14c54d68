package io.residua.engine;

import io.residua.nn.internal.Network;
import io.residua.nn.internal.Parameter;
import io.residua.weights.internal.FloatTensor;
import io.residua.weights.internal.WeightMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;

/** Weights with which every layer does something, running statistics included. */
public final class RandomWeights {
  private RandomWeights() {}

  /** Uniform in ±1, variances from 0.5 up to 1.5. */
  public static WeightMap of(Network network, Random random) {
    Map<String, FloatTensor> tensors = new LinkedHashMap<>();
    for (Parameter p : network.parameters()) {
      float[] values = randomValues(p.size(), random);
      if (p.kind() == Parameter.Kind.RUNNING_VARIANCE) {
        for (int i = 0; i < values.length; i++) {
          values[i] = 0.5f + Math.abs(values[i]);
        }
      }
      tensors.put(p.name(), FloatTensor.of(p, values));
    }
    return new WeightMap(tensors);
  }

  private static float[] randomValues(int size, Random random) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = random.nextFloat() * 2 - 1;
    }
    return values;
  }
}
