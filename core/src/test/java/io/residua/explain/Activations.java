package io.residua.explain;

import io.residua.engine.Compute;
import io.residua.engine.Device;
import io.residua.engine.Precision;
import io.residua.engine.internal.Engine;
import io.residua.engine.internal.InferenceSession;
import io.residua.image.RgbImage;
import io.residua.model.ModelFile;
import io.residua.nn.internal.Layer.BatchNorm;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Network.Node;
import io.residua.nn.internal.Shape;
import io.residua.weights.internal.FloatTensor;
import io.residua.weights.internal.WeightMap;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Grad-CAM the slow way, without any gradient: a batch normalisation that does nothing is put
 * behind the layer, and its shift of one channel is moved up and down.
 */
final class Activations {
  private static final double STEP = 3e-4;
  private static final String PROBE = "probe";

  private Activations() {}

  static float[] of(ModelFile model, String layer, RgbImage picture) {
    return run(model, model.spec().network().upTo(layer), model.weights(), picture);
  }

  /** The maps of all classes, from slopes of the logits by differences. */
  static float[][] mapsByDifferences(ModelFile model, String layer, RgbImage picture) {
    Network network = model.spec().network();
    Shape shape = network.shapes(model.spec().picture()).of(layer);
    Network probed = probed(network, layer, shape.channels());
    float[] activation = of(model, layer, picture);
    int plane = shape.height() * shape.width();
    double[][] sums = new double[model.spec().classes().size()][plane];
    for (int c = 0; c < shape.channels(); c++) {
      float[] up = run(model, probed, shifted(model, shape.channels(), c, STEP), picture);
      float[] down = run(model, probed, shifted(model, shape.channels(), c, -STEP), picture);
      for (int label = 0; label < sums.length; label++) {
        double slope = (up[label] - down[label]) / (2 * STEP);
        for (int p = 0; p < plane; p++) {
          sums[label][p] += slope / plane * activation[c * plane + p];
        }
      }
    }
    float[][] maps = new float[sums.length][plane];
    for (int label = 0; label < sums.length; label++) {
      for (int p = 0; p < plane; p++) {
        maps[label][p] = (float) Math.max(0, sums[label][p]);
      }
    }
    return maps;
  }

  private static Network probed(Network network, String layer, int channels) {
    List<Node> nodes = new ArrayList<>();
    for (Node node : network.nodes()) {
      nodes.add(
          new Node(
              node.name(),
              node.layer(),
              node.inputs().stream().map(i -> i.equals(layer) ? PROBE : i).toList()));
      if (node.name().equals(layer)) {
        nodes.add(new Node(PROBE, new BatchNorm(channels, 0, 0.1), List.of(layer)));
      }
    }
    return new Network(network.name(), nodes);
  }

  private static WeightMap shifted(ModelFile model, int channels, int channel, double by) {
    float[] ones = new float[channels];
    Arrays.fill(ones, 1);
    float[] shift = new float[channels];
    shift[channel] = (float) by;
    Map<String, FloatTensor> all = new LinkedHashMap<>(model.weights().asMap());
    List<Integer> shape = List.of(channels);
    all.put(PROBE + ".weight", new FloatTensor(shape, FloatBuffer.wrap(ones)));
    all.put(PROBE + ".bias", new FloatTensor(shape, FloatBuffer.wrap(shift)));
    all.put(PROBE + ".running_mean", new FloatTensor(shape, FloatBuffer.wrap(new float[channels])));
    all.put(PROBE + ".running_var", new FloatTensor(shape, FloatBuffer.wrap(ones)));
    return new WeightMap(all);
  }

  private static float[] run(
      ModelFile model, Network network, WeightMap weights, RgbImage picture) {
    float[] input = new float[model.spec().preprocessing().inputSize()];
    model.spec().preprocessing().apply(picture, input, 0);
    Compute java = new Compute(Device.JAVA, Precision.FP32, 1);
    try (InferenceSession session =
        Engine.inference(network, weights, model.spec().picture(), 1, java)) {
      float[] output = new float[session.outputSize()];
      session.run(input, 1, output);
      return output;
    }
  }
}
