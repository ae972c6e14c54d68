package io.residua.engine.plain;

import io.residua.engine.internal.ActivationProbe;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Shape;
import io.residua.weights.internal.WeightMap;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Values within a network, in plain Java. */
final class JavaProbe implements ActivationProbe {
  private final JavaGraph graph;
  private final Map<String, FloatBuffer> values = new LinkedHashMap<>();

  /**
   * @param names nodes whose outputs are shown
   */
  JavaProbe(Network network, WeightMap weights, Shape picture, Set<String> names, int threads) {
    JavaParameters parameters = new JavaParameters(network, weights, Set.of());
    graph = JavaGraph.showing(network, picture, parameters, new JavaWorkers(threads), names);
    for (String name : names) {
      JavaTensor tensor = graph.tensor(name);
      values.put(name, FloatBuffer.wrap(tensor.values(), 0, tensor.size()).slice());
    }
  }

  @Override
  public void run(float[] picture) {
    graph.forward(picture, 1, 0, new float[graph.outputSize()]);
  }

  @Override
  public Map<String, FloatBuffer> values() {
    return values;
  }

  @Override
  public void close() {
    values.clear();
  }
}
