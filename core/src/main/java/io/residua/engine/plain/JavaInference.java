package io.residua.engine.plain;

import io.residua.engine.internal.InferenceSession;
import io.residua.engine.internal.SessionChecks;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Shape;
import io.residua.weights.internal.WeightMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Inference in plain Java: for platforms without natives, and to check the other executor by. */
final class JavaInference extends JavaSession implements InferenceSession {
  private @Nullable JavaGraph graph;

  /**
   * @param picture shape of the pictures
   * @param batchSize the most pictures of one call
   * @param threads how many threads compute; 0 for all processors
   * @throws io.residua.weights.internal.WeightsException if a tensor is missing or has another
   *     shape
   * @throws IllegalArgumentException if the picture doesn't fit the network or a size is not
   *     positive
   */
  JavaInference(Network network, WeightMap weights, Shape picture, int batchSize, int threads) {
    this(graph(network, weights, picture, batchSize, threads), batchSize);
  }

  private JavaInference(JavaGraph graph, int batchSize) {
    super(graph, batchSize);
    this.graph = graph;
  }

  private static JavaGraph graph(
      Network network, WeightMap weights, Shape picture, int batchSize, int threads) {
    SessionChecks.batchSize(batchSize);
    Network needed = network.upTo(network.output());
    JavaParameters parameters = new JavaParameters(needed, weights, Set.of());
    return new JavaGraph(needed, picture, batchSize, parameters, new JavaWorkers(threads), null);
  }

  @Override
  public void run(float[] input, int count, float[] output) {
    JavaGraph open = SessionChecks.open(graph);
    SessionChecks.count(count, batchSize);
    SessionChecks.length("input", input, count, inputSize);
    SessionChecks.length("output", output, count, outputSize);
    open.forward(input, count, 0, output);
  }

  @Override
  public void close() {
    graph = null;
  }
}
