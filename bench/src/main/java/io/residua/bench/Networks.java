package io.residua.bench;

import io.residua.internal.Text;
import io.residua.nn.Head;
import io.residua.nn.internal.Architecture;
import io.residua.nn.internal.Layer;
import io.residua.nn.internal.Layer.Add;
import io.residua.nn.internal.Layer.BatchNorm;
import io.residua.nn.internal.Layer.Conv;
import io.residua.nn.internal.Layer.PadShortcut;
import io.residua.nn.internal.Layer.Relu;
import io.residua.nn.internal.Network;
import io.residua.nn.internal.Network.Node;
import io.residua.nn.internal.Shape;
import java.util.ArrayList;
import java.util.List;

/** The networks that are measured. */
public final class Networks {
  private static final String CIFAR = "cifar-resnet20";
  private static final int CIFAR_SIZE_PX = 32;
  private static final int IMAGENET_SIZE_PX = 224;

  private Networks() {}

  /** A network of {@link Architecture} with 1000 classes, or {@code cifar-resnet20} with 10. */
  public static Network named(String name) {
    return name.equals(CIFAR)
        ? Head.gapLinear().on(cifarBackbone(), Shape.rgb(CIFAR_SIZE_PX), 10)
        : Architecture.named(name).network(1000);
  }

  static int sizePx(String name) {
    return name.equals(CIFAR) ? CIFAR_SIZE_PX : IMAGENET_SIZE_PX;
  }

  /** He et al. 2015, section 4.2, n = 3: three stages of three basic blocks, option A shortcuts. */
  private static Network cifarBackbone() {
    List<Node> nodes = new ArrayList<>();
    String x = convBn(nodes, "conv1", "bn1", Network.INPUT, 3, 16, 1);
    x = add(nodes, "relu", new Relu(), x);
    int channels = 16;
    for (int stage = 1; stage <= 3; stage++) {
      int width = 8 << stage;
      for (int i = 0; i < 3; i++) {
        int stride = width == channels ? 1 : 2;
        String block = Text.of("layer%d.%d", stage, i);
        String y = convBn(nodes, block + ".conv1", block + ".bn1", x, channels, width, stride);
        y = add(nodes, block + ".relu1", new Relu(), y);
        y = convBn(nodes, block + ".conv2", block + ".bn2", y, width, width, 1);
        String shortcut =
            width == channels ? x : add(nodes, block + ".pad", new PadShortcut(2, width), x);
        y = add(nodes, block + ".add", new Add(), y, shortcut);
        x = add(nodes, block + ".relu", new Relu(), y);
        channels = width;
      }
    }
    return new Network(CIFAR, nodes);
  }

  private static String add(List<Node> nodes, String name, Layer layer, String... inputs) {
    nodes.add(new Node(name, layer, List.of(inputs)));
    return name;
  }

  private static String convBn(
      List<Node> nodes, String conv, String bn, String in, int from, int to, int stride) {
    add(nodes, conv, new Conv(from, to, 3, stride, 1, 1, false), in);
    return add(nodes, bn, new BatchNorm(to, 1e-5, 0.1), conv);
  }
}
