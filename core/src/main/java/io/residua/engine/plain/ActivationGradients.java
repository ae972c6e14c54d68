package io.residua.engine.plain;

import static java.util.Objects.requireNonNull;

import io.residua.engine.internal.SessionChecks;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Shape;
import io.residua.weights.internal.WeightMap;
import java.util.Arrays;
import java.util.Set;

/**
 * How much each value of a layer's activation changes each output of a network, as it computes for
 * inference: running batch-norm statistics, no dropout. One picture at a time, in plain Java and
 * 32-bit floats, so the gradient is that of the network itself on every platform. Used by one
 * thread at a time.
 *
 * <pre>{@code
 * ActivationGradients session = new ActivationGradients(network, weights, Shape.rgb(224), "layer4.2.relu", 2);
 * float[] logits = session.run(picture);
 * float[] gradient = session.gradient(243);
 * }</pre>
 */
public final class ActivationGradients {
  private final JavaGraph graph;
  private final JavaTensor layer;
  private boolean computed;

  /**
   * @param input shape of the network's input
   * @param layer name of the node, or {@link Network#INPUT}
   * @param threads how many threads compute; 0 for all processors
   * @throws io.residua.weights.internal.WeightsException if a parameter of the network is missing
   * @throws IllegalArgumentException if the output does not depend on such a layer
   */
  public ActivationGradients(
      Network network, WeightMap weights, Shape input, String layer, int threads) {
    Network needed = network.upTo(network.output());
    if (!layer.equals(Network.INPUT)) {
      needed.node(layer);
    }
    JavaParameters parameters = new JavaParameters(needed, weights, Set.of());
    graph = JavaGraph.watching(needed, input, parameters, new JavaWorkers(threads), layer);
    this.layer = graph.tensor(layer);
  }

  /** Shape of the layer's activation. */
  public Shape shape() {
    return layer.shape();
  }

  /**
   * Computes the network's output.
   *
   * @param input {@code H×W×C}
   */
  public float[] run(float[] input) {
    SessionChecks.length("input", input, 1, graph.inputSize());
    float[] output = new float[graph.outputSize()];
    graph.forward(input, 1, 0, output);
    computed = true;
    return output;
  }

  /** The layer's activation in the last {@link #run}, {@code C×H×W}. */
  public float[] activation() {
    requireComputed();
    return Arrays.copyOf(layer.values(), layer.size());
  }

  /**
   * The gradient of one output by the layer's activation in the last {@link #run}, {@code C×H×W}.
   * May be asked for once a run.
   *
   * @param output index of the output
   */
  public float[] gradient(int output) {
    requireComputed();
    float[] outputGradient = new float[graph.outputSize()];
    outputGradient[output] = 1;
    graph.backward(outputGradient, 1);
    computed = false;
    return Arrays.copyOf(requireNonNull(layer.gradient()), layer.size());
  }

  private void requireComputed() {
    if (!computed) {
      throw new IllegalStateException("run the network first");
    }
  }
}
