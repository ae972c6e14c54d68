package io.residua.engine;

import io.residua.Shared;
import io.residua.nn.Head;
import io.residua.nn.internal.Layer;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Network.Node;
import io.residua.nn.internal.Parameter;
import io.residua.nn.internal.Shape;
import io.residua.weights.internal.FloatTensor;
import io.residua.weights.internal.WeightMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The small residual network of golden/train: its graph, weights and batches. */
public final class GoldenNet {
  public static final Shape PICTURE = Shape.rgb(16);
  public static final int BATCH = 8;
  public static final int CLASSES = 3;
  public static final Network NETWORK = network();

  private GoldenNet() {}

  private static Network network() {
    List<Node> nodes = new ArrayList<>();
    String x = convBn(nodes, "conv1", "bn1", Network.INPUT, 3, 8, 3, 1);
    x = add(nodes, "relu", new Layer.Relu(), x);
    x = block(nodes, "layer1.0", x, 8, 8, 1);
    x = block(nodes, "layer2.0", x, 8, 16, 2);
    return Head.gapLinear().on(new Network("golden", nodes), PICTURE, CLASSES);
  }

  private static String block(
      List<Node> nodes, String name, String in, int from, int to, int stride) {
    String y = convBn(nodes, name + ".conv1", name + ".bn1", in, from, to, 3, stride);
    y = add(nodes, name + ".relu1", new Layer.Relu(), y);
    y = convBn(nodes, name + ".conv2", name + ".bn2", y, to, to, 3, 1);
    String shortcut = in;
    if (stride != 1) {
      shortcut =
          convBn(nodes, name + ".downsample.0", name + ".downsample.1", in, from, to, 1, stride);
    }
    y = add(nodes, name + ".add", new Layer.Add(), y, shortcut);
    return add(nodes, name + ".relu", new Layer.Relu(), y);
  }

  private static String convBn(
      List<Node> nodes, String conv, String bn, String in, int from, int to, int k, int stride) {
    add(nodes, conv, new Layer.Conv(from, to, k, stride, k / 2, 1, false), in);
    return add(nodes, bn, new Layer.BatchNorm(to, 1e-5, 0.1), conv);
  }

  private static String add(List<Node> nodes, String name, Layer layer, String... inputs) {
    nodes.add(new Node(name, layer, List.of(inputs)));
    return name;
  }

  /** The weights that all runs start from. */
  public static WeightMap initialWeights() {
    Map<String, FloatTensor> tensors = new LinkedHashMap<>();
    for (Parameter p : NETWORK.parameters()) {
      float[] values = Shared.array(Shared.path("golden/train/init", p.name() + ".npy")).floats();
      tensors.put(p.name(), FloatTensor.of(p, values));
    }
    return new WeightMap(tensors);
  }

  /** Batch i, {@code N×H×W×C}. */
  public static float[] batch(int i) {
    float[] all = Shared.array(Shared.path("golden/train/batches_nchw_f32.npy")).floats();
    int plane = PICTURE.height() * PICTURE.width();
    float[] batch = new float[BATCH * PICTURE.size()];
    for (int n = 0; n < BATCH; n++) {
      for (int c = 0; c < 3; c++) {
        for (int p = 0; p < plane; p++) {
          batch[(n * plane + p) * 3 + c] = all[((i * BATCH + n) * 3 + c) * plane + p];
        }
      }
    }
    return batch;
  }

  public static int[] labels(int i) {
    int[] all = Shared.array(Shared.path("golden/train/labels_i32.npy")).ints();
    return java.util.Arrays.copyOfRange(all, i * BATCH, (i + 1) * BATCH);
  }

  /** All values one after the other, in the order of layout.json, which is that of the network. */
  public static double[] flat(WeightMap weights) {
    return NETWORK.parameters().stream()
        .flatMapToDouble(
            p -> {
              float[] values = weights.get(p.name()).toArray();
              return java.util.stream.IntStream.range(0, values.length).mapToDouble(k -> values[k]);
            })
        .toArray();
  }
}
