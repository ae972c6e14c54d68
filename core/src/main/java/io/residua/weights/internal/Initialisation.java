package io.residua.weights.internal;

import static java.util.Objects.requireNonNull;

import io.residua.nn.internal.Layer;
import io.residua.nn.internal.Layer.Add;
import io.residua.nn.internal.Layer.AvgPool;
import io.residua.nn.internal.Layer.BatchNorm;
import io.residua.nn.internal.Layer.Conv;
import io.residua.nn.internal.Layer.Dropout;
import io.residua.nn.internal.Layer.Flatten;
import io.residua.nn.internal.Layer.GlobalAvgPool;
import io.residua.nn.internal.Layer.Linear;
import io.residua.nn.internal.Layer.MaxPool;
import io.residua.nn.internal.Layer.PadShortcut;
import io.residua.nn.internal.Layer.Relu;
import io.residua.nn.internal.Layer.Visitor;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Network.Node;
import io.residua.nn.internal.Parameter;
import io.residua.nn.internal.Parameter.Kind;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Random weights to begin training with. Every parameter has a random sequence of its own, decided
 * by the seed and the parameter's name: adding a layer does not change the others, and threads
 * don't matter.
 *
 * <ul>
 *   <li>Convolutions: normal with variance {@code 2 / (outChannels·kernel²)}, He et al. 2015
 *       (arXiv:1502.01852) by fan-out, as torchvision's ResNets; a bias is 0.
 *   <li>Batch normalisation: scale 1, shift 0, running mean 0, running variance 1.
 *   <li>Linear layers: see {@link LinearRule}.
 * </ul>
 */
public final class Initialisation {

  /** How linear layers begin. */
  public enum LinearRule {
    /** Weights and bias uniform in ±1/√inFeatures, PyTorch's default. */
    TORCH,
    /**
     * Weights uniform in ±√(6/(inFeatures+outFeatures)), bias 0: Keras' default (Glorot and Bengio
     * 2010).
     */
    GLOROT_UNIFORM
  }

  private final long seed;
  private final LinearRule linearRule;

  public Initialisation(long seed, LinearRule linearRule) {
    this.seed = seed;
    this.linearRule = linearRule;
  }

  /** Weights for every parameter of a network or of a part of one, in its order. */
  public WeightMap weights(Network network) {
    Map<String, Layer> layers = new HashMap<>();
    for (Node node : network.nodes()) {
      layers.put(node.name(), node.layer());
    }
    List<Parameter> parameters = network.parameters();
    List<FloatTensor> tensors =
        parameters.parallelStream()
            .map(p -> tensor(p, requireNonNull(layers.get(p.layer()))))
            .toList();
    Map<String, FloatTensor> byName = new LinkedHashMap<>();
    for (int i = 0; i < tensors.size(); i++) {
      byName.put(parameters.get(i).name(), tensors.get(i));
    }
    return new WeightMap(byName);
  }

  private FloatTensor tensor(Parameter parameter, Layer layer) {
    float[] values = new float[parameter.size()];
    Kind kind = parameter.kind();
    RandomSequence random = new RandomSequence(seed, parameter.name());
    Runnable nothing = () -> {};
    layer
        .accept(
            new Visitor<Runnable>(
                (Conv c) ->
                    () -> {
                      if (kind == Kind.WEIGHT) {
                        double fanOut = (double) c.outChannels() * c.kernel() * c.kernel();
                        random.normal(values, Math.sqrt(2 / fanOut));
                      }
                    },
                (BatchNorm b) ->
                    () -> {
                      if (kind == Kind.SCALE || kind == Kind.RUNNING_VARIANCE) {
                        Arrays.fill(values, 1f);
                      }
                    },
                (Linear l) ->
                    () -> {
                      if (linearRule == LinearRule.TORCH) {
                        random.uniform(values, 1 / Math.sqrt(l.inFeatures()));
                      } else if (kind == Kind.WEIGHT) {
                        random.uniform(values, Math.sqrt(6.0 / (l.inFeatures() + l.outFeatures())));
                      }
                    },
                (Relu r) -> nothing,
                (MaxPool p) -> nothing,
                (AvgPool p) -> nothing,
                (GlobalAvgPool g) -> nothing,
                (Add a) -> nothing,
                (PadShortcut p) -> nothing,
                (Flatten f) -> nothing,
                (Dropout d) -> nothing))
        .run();
    return FloatTensor.of(parameter, values);
  }
}
